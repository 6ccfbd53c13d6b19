import { TableNotFoundError } from '@cumulus/dynamodb/aws';
import { COUNTED_TYPES, type CountedType } from './counted-types.ts';
import type { CountsTable } from './counts-table.ts';
import type { TimeSpan } from './day-tally.ts';
import {
  type AllCounts,
  type CountsOfTime,
  readCounts,
  readCountsByCollection,
  readCountsOfTime,
} from './read-counts.ts';

/*
 * The counts that lists use. They are undefined if the deployment keeps none yet, or a recount is due.
 */

/** Which records are to be counted; all by default. */
export interface Matching {
  readonly status?: string | undefined;
  /** `name___version`. */
  readonly collectionId?: string | undefined;
}

/** How many records there are of a status, a collection or both. Undefined also for a status that is not counted by itself. */
export async function countMatching(
  counts: CountsTable,
  recordType: CountedType,
  { status, collectionId }: Matching,
): Promise<number | undefined> {
  if (status !== undefined && !COUNTED_TYPES[recordType].statuses.includes(status)) return undefined;
  const all = await readIfRight(counts, recordType);
  if (all === undefined) return undefined;
  const [matching = all] =
    collectionId === undefined ? [] : await readCountsByCollection({ ...counts, recordType }, [collectionId]);
  return status === undefined ? matching.total : (matching.byStatus[status] ?? 0);
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

/** How many records there are of a status and a collection in a span of time, see {@link readCountsOfTime}. */
export async function countInTime(
  counts: CountsTable,
  recordType: CountedType,
  { status, ...span }: Matching & TimeSpan,
): Promise<{ readonly count: number; readonly edges: CountsOfTime['edges'] } | undefined> {
  if (status !== undefined && !COUNTED_TYPES[recordType].statuses.includes(status)) return undefined;
  try {
    const found = await readCountsOfTime({ ...counts, recordType }, span);
    if (found === undefined) return undefined;
    const { total, byStatus, edges } = found;
    return { count: status === undefined ? total : (byStatus[status] ?? 0), edges };
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
