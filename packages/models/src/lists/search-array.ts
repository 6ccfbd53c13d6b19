import { decodeCursor, encodeCursor } from './cursor.ts';
import { passes } from './record-filter.ts';
import { comparePlaces, NEWEST_FIRST, parsePlace, placeOf } from './record-order.ts';
import type { SearchOptions, SearchPage } from './record-search.ts';

/**
 * Searches what is in memory already, as a model searches its table.
 * @param records all that can belong to the list, in any order
 * @param name identifies the list in its cursors
 * @param key the fields by which records of the same sort value are ordered
 * @throws InvalidCursorError for a cursor of another search
 *
 * @example
 * ```ts
 * import { searchArray } from '@cumulus/models';
 *
 * const reports = [{ name: 'a' }, { name: 'b' }];
 * const newestNames = searchArray(reports, { sort: [{ field: 'name', order: 'desc' }], limit: 1 }, 'reports', ['name']);
 * console.log(newestNames.records); // [{ name: 'b' }]
 * ```
 */
export function searchArray<R extends object>(
  records: readonly R[],
  { filters = [], sort = NEWEST_FIRST, limit, page = 1, cursor }: SearchOptions,
  name: string,
  key: readonly string[],
): SearchPage<R> {
  const compare = comparePlaces(sort);
  const found = records
    .filter((record) => filters.every((filter) => passes(record, filter)))
    .map((record) => ({ record, place: placeOf(record, sort, key) }))
    .sort((a, b) => compare(a.place, b.place));
  const list = JSON.stringify([name, filters, sort]);
  const after = cursor === undefined ? undefined : parsePlace(decodeCursor(list, cursor), sort);
  const next = found.findIndex(({ place }) => after !== undefined && compare(place, after) > 0);
  const start = after === undefined ? (page - 1) * limit : next < 0 ? found.length : next;
  const shown = found.slice(start, start + limit);
  const last = shown.at(-1);
  return {
    records: shown.map(({ record }) => record),
    count: found.length,
    complete: true,
    searchedUntil: undefined,
    cursor: last === undefined || start + limit >= found.length ? undefined : encodeCursor(list, last.place),
  };
}
