import type { TableName } from './definitions.ts';
import type { TableDescription } from './describe.ts';
import { tableNameIn, tableOfArn } from './table-names.ts';

/**
 * The Cumulus table whose records a table holds: by the table that it was restored from, else by its name. Undefined
 * where neither shows it. Keys do not: those of several Cumulus tables are the same.
 */
export function recordsOf({ name, restoredFrom }: TableDescription): TableName | undefined {
  const origin = restoredFrom?.tableArn === undefined ? undefined : tableNameIn(tableOfArn(restoredFrom.tableArn));
  return origin ?? tableNameIn(name);
}
