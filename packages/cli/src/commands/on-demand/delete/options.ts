import type { CommandOptions } from '../../../command.ts';
import { backupArns } from '../../../options/kinds.ts';
import { required } from '../../../options/option.ts';
import { dryRun, yes } from '../options.ts';

export const options = {
  backup: required(backupArns({ describe: 'ARNs of backups' })),
  yes,
  'dry-run': dryRun,
};

export type DeleteOptions = CommandOptions<typeof options>;
