import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { CumulusError, TableNotFoundError } from '@cumulus/dynamodb/aws';
import { parseTableName, physicalTableName, type TableName } from '@cumulus/dynamodb/tables';

/** What is counted, by the Name of its table. */
const COUNTED: { readonly [name in TableName]?: 'granule' | 'execution' | 'pdr' } = {
  ExecutionsTable: 'execution',
  GranulesTable: 'granule',
  PdrsTable: 'pdr',
};

/** Whether the records of a table, of this Name, are counted. */
export function isCounted(name: string): boolean {
  return name in COUNTED;
}

/**
 * Notes that the records of a table have to be counted again after it was restored or otherwise written as a whole, if its
 * deployment keeps counts, so that readers of the counts know.
 * @param happened what was done to the table, after its name
 * @returns the same for a person; undefined for a table of which there are no counts
 */
export async function noteRecount(
  client: DynamoDBClient,
  table: string,
  happened = 'was restored',
): Promise<string | undefined> {
  const parsed = parseTableName(table);
  const recordType = parsed === undefined ? undefined : COUNTED[parsed.definition.name];
  if (parsed === undefined || recordType === undefined || parsed.prefix === '') return undefined;
  const { markRecountDue } = await import('@cumulus/models/counts');
  const countsTable = physicalTableName(parsed.prefix, 'RecordCountsTable');
  const due = `a recount is due: cumulus-api counts recount --prefix ${parsed.prefix} --type ${recordType}`;
  try {
    await markRecountDue({ client, countsTable }, [recordType], `${table} ${happened}.`);
    return due;
  } catch (error) {
    if (error instanceof TableNotFoundError) return undefined;
    // What was written is written all the same.
    if (error instanceof CumulusError) return `${due}\n  ${countsTable} could not be marked so: ${error.message}`;
    throw error;
  }
}
