import type { PlainItem } from '@cumulus/dynamodb/items';
import type { Matching } from '../counts/kept-counts.ts';
import { SearchTooBroadError } from '../errors.ts';
import { type ListedTable, type NewestOptions, TIME } from './list-plan.ts';
import { newestPage, passOver } from './newest.ts';
import type { RecordFilter } from './record-filter.ts';
import { isSortedByTime, type SearchOptions, type SearchPage } from './record-search.ts';

/** The most entries of an index that are passed over, for a count or a page far behind. They are small. */
const MAX_ENTRIES_PASSED = 100_000;

/**
 * Looks into the index, of a few requests each, for one answer: where few of the entries pass a filter, or records without a
 * time have to be looked for, these are what takes long.
 */
const MAX_LOOKS = 25;

/** What is passed over by one look into the index. */
const ENTRIES_AT_ONCE = 10_000;

const ADVICE =
  'Add a filter by collectionId, status, provider or timestamp__from that leaves fewer, or page by cursor.';

/** What a search asks of a list of the newest records, and what of the records themselves. */
export interface Narrowing {
  readonly newest: NewestOptions;
  /** The filters that no index answers. */
  readonly others: readonly RecordFilter[];
}

/** Which of the filters an index by time answers: one value each of status, collection and provider, and a time range. */
export function narrowing(
  { hasProvider }: Pick<ListedTable, 'hasProvider'>,
  { filters = [], sort }: SearchOptions,
): Narrowing {
  const order = isSortedByTime(sort) ? sort?.[0]?.order : undefined;
  const newest: { -readonly [K in keyof NewestOptions]: NewestOptions[K] } = { order };
  const others = filters.filter((filter) => {
    if (filter.kind === 'is' && filter.values.length === 1) {
      const { field, values } = filter;
      const isIndexed = field === 'status' || field === 'collectionId' || (field === 'provider' && hasProvider);
      if (!isIndexed || newest[field] !== undefined) return true;
      newest[field] = values[0];
      return false;
    }
    if (filter.kind !== 'range' || filter.field !== TIME || 'from' in newest) return true;
    if (filter.above !== undefined || filter.below !== undefined) return true;
    // Times are whole; and no record is of one beyond what JavaScript counts exactly.
    newest.from = filter.from === undefined ? undefined : within(Math.ceil(Number(filter.from)));
    newest.to = filter.to === undefined ? undefined : within(Math.floor(Number(filter.to)));
    return false;
  });
  return { newest, others };
}

function within(time: number): number {
  return Math.min(Math.max(time, Number.MIN_SAFE_INTEGER), Number.MAX_SAFE_INTEGER);
}

/**
 * Answers a search that an index by time answers whole: a page by a few requests, its count out of the kept counts, else by
 * passing over the entries.
 * @throws SearchTooBroadError where more than {@link MAX_ENTRIES_PASSED} would have to be passed over, or more than
 *   {@link MAX_LOOKS} looks be taken
 */
export async function searchNewest(
  listed: ListedTable,
  narrow: NewestOptions,
  { limit, page = 1, cursor, uncounted = false }: SearchOptions,
  countMatching: (matching: Matching) => Promise<number | undefined>,
): Promise<SearchPage<PlainItem>> {
  if (cursor !== undefined || (uncounted && page === 1)) {
    return { ...(await fullPage(listed, { ...narrow, limit, cursor }, undefined)), count: undefined };
  }
  const [count, start] = await Promise.all([
    countOf(listed, narrow, countMatching),
    pass(listed, narrow, (page - 1) * limit),
  ]);
  const isPastEnd = page > 1 && start.cursor === undefined;
  const shown = isPastEnd
    ? { records: [], cursor: undefined }
    : await fullPage(listed, { ...narrow, limit, cursor: start.cursor }, count - (page - 1) * limit);
  return { ...shown, count };
}

async function countOf(
  listed: ListedTable,
  narrow: NewestOptions,
  countMatching: (matching: Matching) => Promise<number | undefined>,
): Promise<number> {
  const { status, collectionId, provider, from, to } = narrow;
  const isKept = provider === undefined && from === undefined && to === undefined;
  const kept = isKept ? await countMatching({ status, collectionId }) : undefined;
  if (kept !== undefined) return kept;
  return (await pass(listed, narrow, Number.POSITIVE_INFINITY, isKept)).passed;
}

/**
 * Passes over so many records, or to the list's end.
 * @param needsCounts whether this is not needed where record counts are kept
 */
async function pass(
  listed: ListedTable,
  narrow: NewestOptions,
  wanted: number,
  needsCounts = false,
): Promise<{ readonly passed: number; readonly cursor: string | undefined }> {
  let passed = 0;
  let cursor: string | undefined;
  for (let looks = 0; passed < wanted; looks += 1) {
    if (passed >= MAX_ENTRIES_PASSED)
      throw new SearchTooBroadError(MAX_ENTRIES_PASSED, 'entries of an index', ADVICE, needsCounts);
    if (looks === MAX_LOOKS) throw tooManyLooks(needsCounts);
    const limit = Math.min(wanted - passed, ENTRIES_AT_ONCE);
    const next = await passOver(listed, { ...narrow, limit, cursor });
    passed += next.passed;
    cursor = next.cursor;
    if (cursor === undefined) break;
  }
  return { passed, cursor };
}

/**
 * A page with as many records as it is to have, unless the list ends before. After a cursor it may be shorter, with more to come.
 * @param expected how many records the list has from there on, where that is known
 * @throws SearchTooBroadError
 */
async function fullPage(
  listed: ListedTable,
  options: NewestOptions & { readonly limit: number },
  expected: number | undefined,
): Promise<{ readonly records: readonly PlainItem[]; readonly cursor: string | undefined }> {
  const records: PlainItem[] = [];
  let { cursor } = options;
  for (let looks = 0; ; looks += 1) {
    const next = await newestPage(listed, { ...options, limit: options.limit - records.length, cursor });
    records.push(...next.records);
    cursor = next.cursor;
    if (records.length >= options.limit || cursor === undefined) return { records, cursor };
    if (looks < MAX_LOOKS) continue;
    if (expected === undefined) return { records, cursor };
    if (records.length >= expected) return { records, cursor: undefined };
    throw tooManyLooks();
  }
}

function tooManyLooks(needsCounts = false): SearchTooBroadError {
  return new SearchTooBroadError(MAX_LOOKS, 'pages of the table or its index', ADVICE, needsCounts);
}
