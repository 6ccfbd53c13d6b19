import { physicalTableName } from '@cumulus/dynamodb/tables';
import { COUNTED_TYPES, type CountedTable } from '@cumulus/models/counts';
import { tableNames } from '../../tables/table-names.ts';
import type { CountsOptions } from './options.ts';

/**
 * The tables of the records that a command counts.
 * @throws FileError if the file of `--tables` does not name one of them
 */
export async function countedTables({ type, ...deployment }: CountsOptions): Promise<readonly CountedTable[]> {
  const types = [...new Set(type)];
  const nameOf = await tableNames(
    deployment,
    types.map((recordType) => COUNTED_TYPES[recordType].table),
  );
  return types.map((recordType) => ({ recordType, table: nameOf(COUNTED_TYPES[recordType].table) }));
}

/** The physical name of the table of the counts. */
export function countsTableOf({ prefix }: CountsOptions): string {
  return physicalTableName(prefix, 'RecordCountsTable');
}
