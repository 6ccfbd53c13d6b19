import type { CommandOptions } from '../../../command.ts';
import { checkTables, tableOptions } from '../../../options/table-options.ts';
import { expect } from '../options.ts';

export const options = { ...tableOptions, expect };

export type StatusOptions = CommandOptions<typeof options>;

export function check(chosen: StatusOptions): void {
  checkTables('pitr status', chosen, 1);
}
