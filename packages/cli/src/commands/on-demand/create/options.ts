import type { CommandOptions } from '../../../command.ts';
import { backupName } from '../../../options/kinds.ts';
import { checkTables, dryRun, noWait, tableOptions } from '../options.ts';

export const options = {
  ...tableOptions,
  name: backupName({ describe: 'Name of each backup (default: <table>-<time>)' }),
  'no-wait': noWait,
  'dry-run': dryRun,
};

export type CreateOptions = CommandOptions<typeof options>;

export function check(chosen: CreateOptions): void {
  checkTables('on-demand create', chosen, 1);
}
