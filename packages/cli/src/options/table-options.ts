import { UsageError } from '../usage-error.ts';
import { deploymentPrefix, file, tableNames } from './kinds.ts';
import type { OptionValues } from './option.ts';

/** Options that say which tables a command is about. */
export const tableOptions = {
  table: tableNames({ describe: 'Tables' }),
  prefix: deploymentPrefix({ describe: 'All tables of this prefix' }),
  tables: file({ describe: 'The tables of this file, the Terraform output dynamo_tables' }),
};

export const tableAlternatives = ['table', 'prefix', 'tables'] as const;

export type TableOptions = OptionValues<typeof tableOptions>;

/**
 * @param min how many of these options have to be given
 * @throws UsageError
 */
export function checkTables(command: string, { table, prefix, tables }: TableOptions, min: 0 | 1): void {
  const given = [table, prefix, tables].filter((value) => value !== undefined).length;
  if (given >= min && given <= 1) return;
  throw new UsageError(`${command} takes ${min === 1 ? 'one' : 'at most one'} of --table, --prefix and --tables`);
}
