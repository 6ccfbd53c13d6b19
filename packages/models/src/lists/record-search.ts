import { SearchTooBroadError } from '../errors.ts';
import { damagedCursor, decodeCursor, encodeCursor } from './cursor.ts';
import { TIME } from './list-plan.ts';
import { comparableValue, passes, type RecordFilter, valuesAt } from './record-filter.ts';
import type { RecordList } from './record-list.ts';

/** A field that records are sorted by. */
export interface SortField {
  readonly field: string;
  readonly order: 'asc' | 'desc';
}

/** The newest first. */
export const NEWEST_FIRST: readonly SortField[] = [{ field: TIME, order: 'desc' }];

/** Whether a list is sorted by time, newest or oldest first. */
export function isSortedByTime(sort: readonly SortField[] = NEWEST_FIRST): boolean {
  return sort[0]?.field === TIME && sort.length === 1;
}

/** Which records, in which order, and which of them. */
export interface SearchOptions {
  /** All of which a record has to pass. */
  readonly filters?: readonly RecordFilter[] | undefined;
  /**
   * The fields to sort by, the first one first; the newest first unless given: by `timestamp`, in place of which
   * configuration has its `updatedAt`. A record that lacks a field comes last, in either order; ties are sorted by key.
   */
  readonly sort?: readonly SortField[] | undefined;
  /** Records on a page. */
  readonly limit: number;
  /** Which page, from 1 on. Where records are written meanwhile, pages can repeat and skip some. */
  readonly page?: number | undefined;
  /**
   * In place of `page`, the page after the one that gave this. It neither repeats nor skips a record, as long as that one is
   * not itself written meanwhile, which moves it to the front.
   */
  readonly cursor?: string | undefined;
  /** Whether the first page may do without the count, as the pages after a cursor do. */
  readonly uncounted?: boolean | undefined;
}

/** A page of what was found. */
export interface SearchPage<R> {
  readonly records: readonly R[];
  /** How many records pass the filters, on all pages together; undefined where it was not counted. */
  readonly count: number | undefined;
  /** Asks for the next page; undefined after the last. */
  readonly cursor: string | undefined;
}

/** The most records that a search reads which no index answers. */
export const MAX_RECORDS_READ = 10_000;

/**
 * The most pages of a list that are read for it. A page ends after 1 MB of a table, or after so many entries of an index:
 * large records, and those that are few among many others, come to this before they are {@link MAX_RECORDS_READ}.
 */
const MAX_PAGES_READ = 50;

/**
 * Searches by reading: filters, sorts and cuts a page out.
 * @param records all that can belong to the list, in any order
 * @param name identifies the list in its cursors
 * @param key the fields by which records of the same sort value are ordered
 * @throws SearchTooBroadError where there are more than {@link MAX_RECORDS_READ} of them, or they are on more than
 *   {@link MAX_PAGES_READ} pages; InvalidCursorError
 */
export async function searchByReading<R extends object>(
  records: RecordList<R>,
  options: SearchOptions,
  { name, key, advice }: { readonly name: string; readonly key: readonly string[]; readonly advice: string },
): Promise<SearchPage<R>> {
  const { filters = [], sort = NEWEST_FIRST, limit, page: wanted = 1, cursor } = options;
  const found: { readonly record: R; readonly place: Place }[] = [];
  let read = 0;
  let pages = 0;
  for await (const page of records.pages()) {
    read += page.records.length;
    pages += 1;
    if (read > MAX_RECORDS_READ) throw new SearchTooBroadError(MAX_RECORDS_READ, 'records', advice);
    if (pages === MAX_PAGES_READ && page.cursor !== undefined)
      throw new SearchTooBroadError(MAX_PAGES_READ, 'pages of the table or its index', advice);
    for (const record of page.records) {
      if (filters.every((filter) => passes(record, filter))) found.push({ record, place: placeOf(record, sort, key) });
    }
  }
  const compare = comparePlaces(sort);
  found.sort((a, b) => compare(a.place, b.place));
  const list = JSON.stringify([name, filters, sort]);
  const after = cursor === undefined ? undefined : placeFrom(decodeCursor(list, cursor), sort);
  const start =
    after === undefined ? (wanted - 1) * limit : countWhile(found, ({ place }) => compare(place, after) <= 0);
  const shown = found.slice(start, start + limit);
  const last = shown.at(-1);
  const isEnd = last === undefined || start + limit >= found.length;
  return {
    records: shown.map(({ record }) => record),
    count: found.length,
    cursor: isEnd ? undefined : encodeCursor(list, last.place),
  };
}

/** Where a record stands in a sorted list: its value of each field, null for none, and its key. */
export type Place = readonly [values: readonly Value[], key: string];

type Value = string | number | boolean | null;

export function placeOf(record: object, sort: readonly SortField[], key: readonly string[]): Place {
  const values = sort.map(
    ({ field }) =>
      valuesAt(record, field)
        .map(comparableValue)
        .find((value) => value !== undefined) ?? null,
  );
  return [values, JSON.stringify(key.flatMap((field) => valuesAt(record, field)))];
}

export function placeFrom(position: unknown, sort: readonly SortField[]): Place {
  if (!Array.isArray(position) || position.length !== 2) throw damagedCursor();
  const [values, key] = position as readonly unknown[];
  const isPlace =
    typeof key === 'string' &&
    Array.isArray(values) &&
    values.length === sort.length &&
    values.every((value) => value === null || comparableValue(value) !== undefined);
  if (!isPlace) throw damagedCursor();
  return [values, key];
}

/** Compares by each field in turn, and by the key in the end. */
export function comparePlaces(sort: readonly SortField[]): (a: Place, b: Place) => number {
  return ([values, key], [others, otherKey]) => {
    for (const [index, { order }] of sort.entries()) {
      const byField = compareValues(values[index] ?? null, others[index] ?? null, order);
      if (byField !== 0) return byField;
    }
    if (key === otherKey) return 0;
    return key < otherKey ? -1 : 1;
  };
}

/** None comes last in either order; numbers come before texts. */
function compareValues(a: Value, b: Value, order: SortField['order']): number {
  if (a === b) return 0;
  if (a === null || b === null) return a === null ? 1 : -1;
  const isLess = typeof a === typeof b ? a < b : typeof a < typeof b;
  return isLess === (order === 'asc') ? -1 : 1;
}

function countWhile<T>(values: readonly T[], holds: (value: T) => boolean): number {
  const end = values.findIndex((value) => !holds(value));
  return end < 0 ? values.length : end;
}
