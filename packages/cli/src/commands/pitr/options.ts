import { cumulusTables, deploymentPrefix, file, flag, tableNames } from '../../options/kinds.ts';
import type { OptionValues } from '../../options/option.ts';
import { UsageError } from '../../usage-error.ts';

/** Options that several commands of `pitr` have: which tables. */
export const tableOptions = {
  table: tableNames({ describe: 'Tables' }),
  prefix: deploymentPrefix({ describe: 'All tables of this prefix' }),
  tables: file({ describe: 'The tables of this file, the Terraform output dynamo_tables' }),
};
export const tableAlternatives = ['table', 'prefix', 'tables'] as const;
export const expect = cumulusTables({
  defaultDescription: 'the eight with metadata',
  describe: 'Tables that should be protected: GranulesTable, …, or none',
});
export const dryRun = flag({ describe: 'Only show what it would do' });

export type TableOptions = OptionValues<typeof tableOptions>;

/** @throws UsageError */
export function checkTables(command: string, { table, prefix, tables }: TableOptions): void {
  if ([table, prefix, tables].filter((value) => value !== undefined).length === 1) return;
  throw new UsageError(`${command} takes one of --table, --prefix and --tables`);
}
