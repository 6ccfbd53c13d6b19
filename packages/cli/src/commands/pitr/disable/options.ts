import type { CommandOptions } from '../../../command.ts';
import { flag } from '../../../options/kinds.ts';
import { typedOnly } from '../../../options/option.ts';
import { checkTables, dryRun, tableOptions } from '../options.ts';

export const options = { ...tableOptions, 'dry-run': dryRun, yes: typedOnly(flag({ describe: 'Do not ask' })) };

export type DisableOptions = CommandOptions<typeof options>;

export function check(chosen: DisableOptions): void {
  checkTables('pitr disable', chosen);
}
