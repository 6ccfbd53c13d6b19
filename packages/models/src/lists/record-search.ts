import { SearchTooBroadError } from '../errors.ts';
import { damagedCursor, decodeCursor, encodeCursor } from './cursor.ts';
import { passes, type RecordFilter, valuesAt } from './record-filter.ts';
import type { RecordList } from './record-list.ts';

/** Which records, in which order, and which of them. */
export interface SearchOptions {
  /** All of which a record has to pass. */
  readonly filters?: readonly RecordFilter[] | undefined;
  /** The field to sort by; `timestamp` unless given, for which records without one have their `updatedAt`. */
  readonly sortBy?: string | undefined;
  /** `desc` unless given. */
  readonly order?: 'asc' | 'desc' | undefined;
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
  const { filters = [], sortBy = 'timestamp', order = 'desc', limit, page: wanted = 1, cursor } = options;
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
      if (filters.every((filter) => passes(record, filter)))
        found.push({ record, place: placeOf(record, sortBy, key) });
    }
  }
  const sign = order === 'asc' ? 1 : -1;
  found.sort((a, b) => sign * compare(a.place, b.place));
  const list = JSON.stringify([name, filters, sortBy, order]);
  const after = cursor === undefined ? undefined : placeFrom(decodeCursor(list, cursor));
  const start =
    after === undefined ? (wanted - 1) * limit : countWhile(found, ({ place }) => sign * compare(place, after) <= 0);
  const shown = found.slice(start, start + limit);
  const last = shown.at(-1);
  const isEnd = last === undefined || start + limit >= found.length;
  return {
    records: shown.map(({ record }) => record),
    count: found.length,
    cursor: isEnd ? undefined : encodeCursor(list, last.place),
  };
}

/** Where a record stands in a sorted list: its value, null for none, and its key. */
type Place = readonly [value: string | number | boolean | null, key: string];

function placeOf(record: object, sortBy: string, key: readonly string[]): Place {
  const fields = sortBy === 'timestamp' ? ['timestamp', 'updatedAt', 'createdAt'] : [sortBy];
  const value = fields.flatMap((field) => valuesAt(record, field)).find(isComparable) ?? null;
  return [value, JSON.stringify(key.flatMap((field) => valuesAt(record, field)))];
}

function isComparable(value: unknown): value is string | number | boolean {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
}

function placeFrom(position: unknown): Place {
  if (!Array.isArray(position) || position.length !== 2) throw damagedCursor();
  const [value, key] = position as readonly unknown[];
  if (typeof key !== 'string' || !(value === null || isComparable(value))) throw damagedCursor();
  return [value, key];
}

/** Records without a value come first in ascending order; else numbers before texts, and by the key in the end. */
function compare([a, aKey]: Place, [b, bKey]: Place): number {
  if (a !== b) {
    if (a === null || b === null) return a === null ? -1 : 1;
    if (typeof a !== typeof b) return typeof a < typeof b ? -1 : 1;
    return a < b ? -1 : 1;
  }
  if (aKey === bKey) return 0;
  return aKey < bKey ? -1 : 1;
}

function countWhile<T>(values: readonly T[], holds: (value: T) => boolean): number {
  const end = values.findIndex((value) => !holds(value));
  return end < 0 ? values.length : end;
}
