import { damagedCursor } from './cursor.ts';
import { comparableValue, valuesAt } from './record-filter.ts';

/** A field that records are sorted by. */
export interface SortField<Field extends string = string> {
  readonly field: Field;
  readonly order: 'asc' | 'desc';
}

/** The attribute by which records are newer or older, in milliseconds since 1970. */
export const TIME = 'timestamp';

/** The newest first. */
export const NEWEST_FIRST: readonly SortField<typeof TIME>[] = [{ field: TIME, order: 'desc' }];

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

/** @throws InvalidCursorError for what is no place in a list that is so sorted */
export function parsePlace(position: unknown, sort: readonly SortField[]): Place {
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
