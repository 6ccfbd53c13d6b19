import { TableNotFoundError } from '@cumulus/dynamodb/aws';
import type { CountedType } from './counted-types.ts';
import type { CountsTable } from './counts-table.ts';
import { readCounts } from './read-counts.ts';

const TYPES = { ExecutionsTable: 'execution', GranulesTable: 'granule', PdrsTable: 'pdr' } as const satisfies Record<
  string,
  CountedType
>;

/** The Names of the tables whose records are counted. */
export type CountedTableName = keyof typeof TYPES;

export function countedTypeOf(table: CountedTableName): CountedType {
  return TYPES[table];
}

/**
 * How many records of a table no index lists among all. Undefined where that is not known: the deployment keeps no counts
 * yet, or a recount is due.
 */
export async function countUnlisted(counts: CountsTable, table: CountedTableName): Promise<number | undefined> {
  try {
    const { unlisted, recountDue } = await readCounts({ ...counts, recordType: TYPES[table] });
    return recountDue === undefined ? unlisted : undefined;
  } catch (error) {
    if (error instanceof TableNotFoundError) return undefined;
    throw error;
  }
}
