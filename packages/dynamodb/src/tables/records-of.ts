import { type TableName, tableNameIn } from './definitions.ts';
import type { TableDescription } from './describe.ts';
import { tableOfArn } from './table-arn.ts';

/**
 * The Cumulus table whose records a table holds: by the table that it was restored from, else by its name. Undefined
 * where neither tells. Keys do not tell: those of several Cumulus tables are the same.
 */
export function recordsOf({ name, restoredFrom }: TableDescription): TableName | undefined {
  const origin = restoredFrom?.tableArn === undefined ? undefined : tableNameIn(tableOfArn(restoredFrom.tableArn));
  return origin ?? tableNameIn(name);
}
