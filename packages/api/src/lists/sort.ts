import type { SortField } from '@cumulus/models';
import { bad } from '../http/bad-parameter.ts';
import { isHidden, withoutKeyword } from './filters.ts';

/** How a list is sorted: what `sort_by` and `order` say, then the fields of `sort_key[]`; the newest first unless given. */
export function sortOf(
  { sortBy, order, sortKeys }: SortParameters,
  columns: { readonly [column: string]: string } = {},
  hidden: readonly string[] = [],
): readonly SortField[] {
  const direction = directionOf(order);
  const sort: SortField[] = [];
  const add = (parameter: string, given: string, towards: SortField['order']): void => {
    const named = withoutKeyword(given);
    if (isHidden(hidden, named)) throw bad(parameter, `names "${named}", which no answer shows`);
    const field = Object.hasOwn(columns, named) ? (columns[named] ?? named) : named;
    if (!sort.some((other) => other.field === field)) sort.push({ field, order: towards });
  };
  if (sortBy) add('sort_by', sortBy, direction);
  for (const key of sortKeys.flatMap((keys) => keys.split(','))) {
    // A plus sign that was not encoded comes as a space.
    const [, sign, field = ''] = /^\s*([+-]?)(.*?)\s*$/s.exec(key) ?? [];
    if (field !== '') add('sort_key[]', field, sign === '-' ? 'desc' : 'asc');
  }
  return sort.length > 0 ? sort : [{ field: 'timestamp', order: direction }];
}

/** The parameters that say how a list is sorted. */
export interface SortParameters {
  readonly sortBy: string | undefined;
  readonly order: string | undefined;
  readonly sortKeys: readonly string[];
}

function directionOf(order: string | undefined): SortField['order'] {
  const given = order?.toLowerCase() || 'desc';
  if (given !== 'asc' && given !== 'desc') throw bad('order', `takes asc or desc, not "${order}"`);
  return given;
}

/** Names of the parameter with fields to sort by: with brackets, as clients send it, with a number in them, or without. */
export function isSortKey(parameter: string): boolean {
  return /^sort_key(?:\[\d*\])?$/.test(parameter);
}
