import type { CommandOptions } from '../../../command.ts';
import { confirmation } from '../../../options/confirmation.ts';
import { text, wholeNumber } from '../../../options/kinds.ts';
import { checkTables, tableOptions } from '../../../options/table-options.ts';
import { age } from '../../../options/time-kinds.ts';
import { UsageError } from '../../../usage-error.ts';
import { dryRun } from '../options.ts';

export const options = {
  ...tableOptions,
  keep: wholeNumber({ describe: 'Keep this many of each table, the newest' }),
  'older-than': age({ describe: 'Delete older ones, but never a table’s newest' }),
  'name-prefix': text({ valueName: 'NAME', describe: 'Count and delete only backups whose names start with this' }),
  ...confirmation,
  'dry-run': dryRun,
};

export type PruneOptions = CommandOptions<typeof options>;

export function check(chosen: PruneOptions): void {
  checkTables('on-demand prune', chosen, 1);
  if ((chosen.keep === undefined) === (chosen['older-than'] === undefined))
    throw new UsageError('on-demand prune takes one of --keep and --older-than');
}
