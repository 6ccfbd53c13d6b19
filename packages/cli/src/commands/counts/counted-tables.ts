import { physicalTableName } from '@cumulus/dynamodb';
import { COUNTED_TYPES, type CountedTable } from '@cumulus/models';
import type { CountsOptions } from './command.ts';

/** The tables of the records that a command counts. */
export function countedTables({ prefix, type }: CountsOptions): readonly CountedTable[] {
  return [...new Set(type)].map((recordType) => ({
    recordType,
    table: physicalTableName(prefix, COUNTED_TYPES[recordType].table),
  }));
}

/** The physical name of the table of the counts. */
export function countsTableOf({ prefix }: CountsOptions): string {
  return physicalTableName(prefix, 'RecordCountsTable');
}
