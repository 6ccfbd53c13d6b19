import { TableNotFoundError } from '@cumulus/dynamodb/aws';
import type { CountedType } from './counted-types.ts';
import type { CountsTable } from './counts-table.ts';
import type { TimeSpan } from './day-tally.ts';
import {
  type AllCounts,
  type CountsOfTime,
  readCounts,
  readCountsByCollection,
  readCountsOfTime,
} from './read-counts.ts';
import type { Counts } from './tally.ts';

/*
 * The counts that lists use. They are undefined if the deployment keeps none yet, or a recount is due.
 */

/** How many records there are of a collection, or of all, by status. Undefined where that is not known. */
export async function countMatching(
  counts: CountsTable,
  recordType: CountedType,
  collectionId: string | undefined,
): Promise<Counts | undefined> {
  const all = await readIfRight(counts, recordType);
  if (all === undefined || collectionId === undefined) return all;
  const [ofCollection] = await readCountsByCollection({ ...counts, recordType }, [collectionId]);
  return ofCollection;
}

/** How many records lack a field by which an index orders them, or a status; a bound above, where it is not counted by itself. */
export async function countLacking(
  counts: CountsTable,
  recordType: CountedType,
  field: string,
): Promise<number | undefined> {
  const all = await readIfRight(counts, recordType);
  if (all === undefined) return undefined;
  if (field === 'status') return all.byStatus[''] ?? 0;
  if (field === 'timestamp') return all.unlisted;
  return all.lacking === undefined ? undefined : (all.lacking.get(field) ?? 0);
}

/** How many records there are of a collection, or of all, in a span of time by status, see {@link readCountsOfTime}. */
export async function countInTime(
  counts: CountsTable,
  recordType: CountedType,
  span: TimeSpan & { readonly collectionId?: string | undefined },
): Promise<CountsOfTime | undefined> {
  try {
    return await readCountsOfTime({ ...counts, recordType }, span);
  } catch (error) {
    if (error instanceof TableNotFoundError) return undefined;
    throw error;
  }
}

async function readIfRight(counts: CountsTable, recordType: CountedType): Promise<AllCounts | undefined> {
  try {
    const all = await readCounts({ ...counts, recordType });
    return all.recountDue === undefined ? all : undefined;
  } catch (error) {
    if (error instanceof TableNotFoundError) return undefined;
    throw error;
  }
}
