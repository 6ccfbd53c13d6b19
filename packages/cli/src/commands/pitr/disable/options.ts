import type { CommandOptions } from '../../../command.ts';
import { confirmation } from '../../../options/confirmation.ts';
import { checkTables, tableOptions } from '../../../options/table-options.ts';
import { dryRun } from '../options.ts';

export const options = { ...tableOptions, 'dry-run': dryRun, ...confirmation };

export type DisableOptions = CommandOptions<typeof options>;

export function check(chosen: DisableOptions): void {
  checkTables('pitr disable', chosen, 1);
}
