import type { CommandOptions } from '../../../command.ts';
import { backupName } from '../../../options/kinds.ts';
import { checkTables, tableOptions } from '../../../options/table-options.ts';
import { dryRun, noWait } from '../options.ts';

export const options = {
  ...tableOptions,
  name: backupName({ defaultDescription: '<table>-<time>', describe: 'Name of each backup' }),
  'no-wait': noWait,
  'dry-run': dryRun,
};

export type CreateOptions = CommandOptions<typeof options>;

export function check(chosen: CreateOptions): void {
  checkTables('on-demand create', chosen, 1);
}
