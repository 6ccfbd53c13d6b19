import type { RecordFilter } from '@cumulus/models';
import { COUNTED_TYPES, type CountedType, type CountsTable, listCollectionCounts } from '@cumulus/models/counts';
import type { ValueCounts } from './count-by-value.ts';
import { findCounts } from './kept-counts.ts';
import type { SearchedRecords } from './searched-records.ts';
import { countRecords, type Reach } from './visit-records.ts';

/** Numbers, and whether the kept counts would have had them, but may be wrong. */
export interface Counted extends Reach {
  readonly recountDue?: boolean | undefined;
  /** Of lines of the logs, the first time that was searched, in milliseconds since 1970, if that was not all. */
  readonly searchedFrom?: number | undefined;
}

/**
 * Counts records by a field without looking at them: out of the kept counts, or the indexes. Undefined where neither can: of other
 * fields than `status` and `collectionId`, and with other filters than these count by; or where a recount is due.
 */
export async function countWithoutRecords(
  counts: ValueCounts,
  field: string,
  filters: readonly RecordFilter[],
  { recordType, model }: Pick<SearchedRecords, 'recordType' | 'model'>,
  countsTable: CountsTable,
): Promise<Counted | 'recount due' | undefined> {
  if (!isCounted(recordType) || (field !== 'status' && field !== 'collectionId')) return undefined;
  const { wanted, others } = split(filters, COUNTED_TYPES[recordType].statuses);
  if (!others.every(isIndexed)) return undefined;
  const found = await findCounts(countsTable, recordType);
  const recountDue = found?.recountDue !== undefined;
  const kept = recountDue ? undefined : found;
  const sum = ({ total, byStatus }: NonNullable<typeof kept>): number =>
    wanted === undefined ? total : wanted.reduce((all, status) => all + (byStatus[status] ?? 0), 0);
  if (field === 'collectionId') {
    if (others.length > 0) return undefined;
    if (kept === undefined) return recountDue ? 'recount due' : undefined;
    const collections = await listCollectionCounts({ ...countsTable, recordType });
    for (const collection of collections) counts.addMany(collection.collectionId, sum({ ...kept, ...collection }));
    return { count: sum(kept), complete: true };
  }
  const statuses = wanted ?? COUNTED_TYPES[recordType].statuses;
  if (kept !== undefined && others.length === 0) {
    for (const status of statuses) counts.addMany(status, kept.byStatus[status] ?? 0);
    return { count: sum(kept), complete: true };
  }
  const numbers = kept === undefined ? undefined : await model.countByStatus?.(others);
  if (numbers !== undefined) {
    const found = (status: string): number => numbers.byStatus[status] ?? 0;
    for (const status of statuses) counts.addMany(status, found(status));
    const ofWanted = wanted?.reduce((all, status) => all + found(status), 0);
    return { count: ofWanted ?? numbers.total, complete: true };
  }
  const byStatus = await Promise.all(
    statuses.map((status) => countRecords(model, [...others, { kind: 'is', field: 'status', values: [status] }])),
  );
  for (const [index, { count }] of byStatus.entries()) counts.addMany(statuses[index] ?? '', count);
  const parts = wanted === undefined ? [await countRecords(model, others)] : byStatus;
  return {
    count: parts.reduce((all, { count }) => all + count, 0),
    complete: [...parts, ...byStatus].every(({ complete }) => complete),
    recountDue: recountDue && others.length === 0,
  };
}

function isCounted(recordType: string): recordType is CountedType {
  return Object.hasOwn(COUNTED_TYPES, recordType);
}

/** The statuses that are wanted, all if undefined, and the filters by something else. */
function split(
  filters: readonly RecordFilter[],
  statuses: readonly string[],
): { readonly wanted: readonly string[] | undefined; readonly others: readonly RecordFilter[] } {
  let wanted: readonly string[] | undefined;
  const others = filters.filter((filter) => {
    const isOfStatus =
      filter.kind === 'is' && filter.field === 'status' && filter.values.every((value) => statuses.includes(value));
    if (isOfStatus) wanted = (wanted ?? statuses).filter((status) => filter.values.includes(status));
    return !isOfStatus;
  });
  return { wanted, others };
}

/** Whether an index by time answers a filter. */
export function isIndexed(filter: RecordFilter): boolean {
  if (filter.kind === 'range') return filter.field === 'timestamp';
  return filter.kind === 'is' && filter.values.length === 1 && ['collectionId', 'provider'].includes(filter.field);
}
