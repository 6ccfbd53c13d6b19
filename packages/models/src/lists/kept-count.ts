import type { Matching } from '../counts/kept-counts.ts';
import { valuesOf } from './access-path.ts';
import type { Budget } from './budget.ts';
import type { RecordFilter } from './record-filter.ts';
import { TIME } from './record-order.ts';
import type { SearchedTable } from './searched-table.ts';

/** How many records pass filters, out of the kept counts; undefined where these do not tell. */
export async function countKept(
  table: SearchedTable,
  filters: readonly RecordFilter[],
  budget: Budget,
): Promise<number | undefined> {
  if (!filters.every(isCounted)) return undefined;
  if (filters.some(({ kind }) => kind === 'range')) return undefined;
  void budget;
  const statuses = valuesOf(filters, 'status') ?? [undefined];
  const collections = valuesOf(filters, 'collectionId') ?? [undefined];
  const counts = await Promise.all(
    statuses.flatMap((status) =>
      collections.map((collectionId): Promise<number | undefined> => {
        const matching: Matching = { status, collectionId };
        return table.countMatching(matching);
      }),
    ),
  );
  return counts.reduce((sum, count) => (sum === undefined || count === undefined ? undefined : sum + count), 0);
}

function isCounted(filter: RecordFilter): boolean {
  if (filter.kind === 'is') return filter.field === 'status' || filter.field === 'collectionId';
  return filter.kind === 'range' && filter.field === TIME;
}
