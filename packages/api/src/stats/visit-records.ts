import type { RecordFilter, SearchOptions, SearchPage, StatusCounts } from '@cumulus/models';

/** A model whose records can be searched. */
export interface Searchable<R extends object = object> {
  search(options: SearchOptions): Promise<SearchPage<R>>;
  /** Only where counts are kept. */
  countByStatus?(filters: readonly RecordFilter[]): Promise<StatusCounts | undefined>;
}

/** How much of what was asked for some numbers are of. */
export interface Reach {
  /** How many of the records that were looked at pass the filters. */
  readonly count: number;
  /** Whether all were looked at. */
  readonly complete: boolean;
}

/** After this time no more records are looked at for one answer, in milliseconds: somebody waits for it. */
const MAX_TIME = 2_000;

/** How many records are looked at before the time is. */
const PAGE_SIZE = 10_000;

/** Looks at all records that pass the filters, the newest first, as far as the time allows. */
export async function visitRecords<R extends object>(
  model: Searchable<R>,
  filters: readonly RecordFilter[],
  visit: (record: R) => void,
  maxTime = MAX_TIME,
): Promise<Reach> {
  const end = performance.now() + maxTime;
  let count = 0;
  for (let cursor: string | undefined; ; ) {
    const page = await model.search({ filters, limit: PAGE_SIZE, cursor, uncounted: true });
    for (const record of page.records) visit(record);
    count += page.records.length;
    cursor = page.cursor;
    if (cursor === undefined) return { count, complete: true };
    if (performance.now() >= end) return { count, complete: false };
  }
}

/** How many records pass the filters. */
export async function countRecords(model: Searchable, filters: readonly RecordFilter[]): Promise<Reach> {
  const { count = 0, complete } = await model.search({ filters, limit: 1 });
  return { count, complete };
}
