import type { CommandOptions } from '../../../command.ts';
import { tableName } from '../../../options/kinds.ts';
import { required } from '../../../options/option.ts';
import { backup, dryRun, noWait } from '../options.ts';

export const options = {
  backup,
  to: required(tableName({ describe: 'The table to create' })),
  'no-wait': noWait,
  'dry-run': dryRun,
};

export type RestoreOptions = CommandOptions<typeof options>;
