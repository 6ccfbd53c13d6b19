import type { CommandOptions } from '../../../command.ts';
import { checkTables, tableOptions } from '../../../options/table-options.ts';
import { dryRun, expect } from '../options.ts';

export const options = { ...tableOptions, expect, 'dry-run': dryRun };

export type EnableOptions = CommandOptions<typeof options>;

export function check(chosen: EnableOptions): void {
  checkTables('pitr enable', chosen, 1);
}
