import type { CommandOptions } from '../../../command.ts';
import { flag } from '../../../options/kinds.ts';
import { checkTables, dryRun, tableOptions } from '../options.ts';

export const options = { ...tableOptions, 'dry-run': dryRun, yes: flag({ describe: 'Do not ask' }) };

export type DisableOptions = CommandOptions<typeof options>;

export function check(chosen: DisableOptions): void {
  checkTables('pitr disable', chosen);
}
