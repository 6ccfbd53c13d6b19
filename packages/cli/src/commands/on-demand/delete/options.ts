import type { CommandOptions } from '../../../command.ts';
import { confirmation } from '../../../options/confirmation.ts';
import { backupArns } from '../../../options/kinds.ts';
import { required } from '../../../options/option.ts';
import { dryRun } from '../options.ts';

export const options = {
  backup: required(backupArns({ describe: 'ARNs of backups' })),
  ...confirmation,
  'dry-run': dryRun,
};

export type DeleteOptions = CommandOptions<typeof options>;
