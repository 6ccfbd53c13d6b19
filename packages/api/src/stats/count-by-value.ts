import { valuesAt } from '@cumulus/models';
import { COUNTED_TYPES, type CountedType, type CountsTable } from '@cumulus/models/counts';
import { HTTPException } from 'hono/http-exception';
import { keptCounts } from './kept-counts.ts';
import { type Filters, readFiltered, type SearchedRecords } from './searched-records.ts';

/** How many records there are, and how many have each value of a field, the largest number first. */
export interface ValueCounts {
  readonly total: number;
  readonly byValue: readonly { readonly key: string; readonly count: number }[];
}

/**
 * Counts records by the values of a field: from the kept counts where these have it (the status of granules, executions and
 * PDRs, without filters), else by reading the records.
 * @throws HTTPException 400 for a field that holds objects; SearchTooBroadError
 */
export async function countByValue(
  field: string,
  filters: Filters,
  searched: SearchedRecords,
  counts: CountsTable,
): Promise<ValueCounts> {
  const { recordType } = searched;
  const isCounted = Object.hasOwn(COUNTED_TYPES, recordType) && field === 'status' && Object.keys(filters).length === 0;
  const kept = isCounted ? await keptCounts(counts, recordType as CountedType) : undefined;
  if (kept !== undefined) {
    const byStatus = Object.entries(kept.byStatus).filter(([key, count]) => key !== '' && count !== 0);
    return { total: kept.total, byValue: largestFirst(byStatus) };
  }
  const records = await readFiltered(searched, filters);
  const byValue = new Map<string, number>();
  for (const record of records) {
    for (const value of valuesAt(record, field)) {
      if (typeof value === 'object')
        throw new HTTPException(400, { message: `The field ${field} holds no single values.` });
      byValue.set(String(value), (byValue.get(String(value)) ?? 0) + 1);
    }
  }
  return { total: records.length, byValue: largestFirst([...byValue]) };
}

function largestFirst(counted: readonly (readonly [string, number])[]): ValueCounts['byValue'] {
  return counted
    .toSorted(([a, countOfA], [b, countOfB]) => countOfB - countOfA || (a < b ? -1 : 1))
    .map(([key, count]) => ({ key, count }));
}
