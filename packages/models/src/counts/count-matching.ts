import { TableNotFoundError } from '@cumulus/dynamodb/aws';
import { COUNTED_TYPES, type CountedType } from './counted-types.ts';
import type { CountsTable } from './counts-table.ts';
import { readCounts, readCountsByCollection } from './read-counts.ts';
import type { Counts } from './tally.ts';

/** Which records are to be counted; all unless told otherwise. */
export interface Matching {
  readonly status?: string | undefined;
  /** `name___version`. */
  readonly collectionId?: string | undefined;
}

/**
 * How many records there are of a status, a collection or both, out of the kept counts. Undefined where these do not know:
 * the deployment keeps none yet, a recount is due, or the status is one that they do not count by itself.
 */
export async function countMatching(
  counts: CountsTable,
  recordType: CountedType,
  { status, collectionId }: Matching,
): Promise<number | undefined> {
  if (status !== undefined && !COUNTED_TYPES[recordType].statuses.includes(status)) return undefined;
  try {
    const { recountDue, ...all } = await readCounts({ ...counts, recordType });
    if (recountDue !== undefined) return undefined;
    const [matching = all as Counts] =
      collectionId === undefined ? [] : await readCountsByCollection({ ...counts, recordType }, [collectionId]);
    return status === undefined ? matching.total : (matching.byStatus[status] ?? 0);
  } catch (error) {
    if (error instanceof TableNotFoundError) return undefined;
    throw error;
  }
}
