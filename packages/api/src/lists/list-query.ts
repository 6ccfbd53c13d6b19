import type { RecordFilter, SearchOptions, SearchPage } from '@cumulus/models';
import { bad } from '../http/bad-parameter.ts';
import { parseQuery, type QueryFields } from '../query/parse-query.ts';
import { isWholeText, type ListedType } from './field-types.ts';
import { checkedType, filtersOf, trueOrFalse, valueFor, withoutKeyword } from './filters.ts';
import { isIgnored } from './ignored-parameters.ts';
import { isSortKey, type SortParameters, sortOf } from './sort.ts';

/** A model whose records can be searched. */
export interface SearchedModel<R> {
  search(options: SearchOptions): Promise<SearchPage<R>>;
}

/** How records of a type are listed. */
export interface ListedRecords {
  readonly recordType: ListedType;
  /** The field that `prefix` and `infix` are about: the record's id or name. */
  readonly nameField: string;
  /** Fields that no answer shows, and that no search can name. */
  readonly hidden?: readonly string[] | undefined;
  /** The most records on a page; {@link MAX_ON_PAGE} unless given. */
  readonly maxOnPage?: number;
  /** The most records that are shown where a client asks for all of them, `limit=null`; a page unless given. */
  readonly maxOfAll?: number;
  /** Columns of clients that are named otherwise than the fields they show, by which clients sort. */
  readonly columns?: { readonly [column: string]: string };
}

/** What a list's parameters ask for. */
export interface ListQuery {
  readonly search: SearchOptions;
  /** The fields to show; all if undefined. */
  readonly fields: readonly string[] | undefined;
  /** Whether statistics of each record are wanted, where there are any. */
  readonly includeStats: boolean;
  /** How the client says how the list is sorted, by which releases of dashboards differ. */
  readonly sorting: SortParameters;
}

const DEFAULT_LIMIT = 10;

/** The most records on a page, unless a list has another limit. */
export const MAX_ON_PAGE = 100;

/** The most records of a list that is small enough to be shown as a whole. */
export const MAX_OF_ALL = 10_000;

/** Parameters, each with its values. */
export type Parameters = { readonly [name: string]: readonly string[] };

/**
 * The parameters of a request's URL. `__proto__` is one like any other, and what is no text of UTF-8 has replacement characters.
 */
export function parametersOf(url: string): Parameters {
  const parameters: Record<string, string[]> = Object.create(null);
  for (const [name, value] of new URL(url).searchParams) {
    parameters[name] ??= [];
    parameters[name].push(value);
  }
  return parameters;
}

/**
 * Reads the parameters of a list: `limit`, `page` or `cursor`, `sort_by` and `order`, `sort_key[]`, `fields`, `prefix`, `infix`, `q`,
 * and filters `FIELD`, `FIELD__in`, `FIELD__not`, `FIELD__exists`, `FIELD__from`, `FIELD__to`. A `limit` above the most records on a
 * page counts as that, and 0 asks for the count alone. A few others that clients send are ignored, see `isIgnored`.
 * @throws HTTPException 400 that names the parameter
 */
export function readListQuery(parameters: Parameters, listed: ListedRecords): ListQuery {
  const { recordType, nameField, hidden = [] } = listed;
  const { sortKeys, fields, others } = listsAmong(parameters);
  const { limit, page, cursor, sort_by: sortBy, order, prefix, infix, q, archived, includeStats, ...left } = others;
  if (page && cursor !== undefined) throw bad('cursor', 'does not go with page');
  const sorting: SortParameters = { sortBy, order, sortKeys };
  const filtering = Object.fromEntries(Object.entries(left).filter(([name]) => !isIgnored(recordType, name)));
  return {
    search: {
      filters: [
        ...filtersOf(recordType, filtering, hidden),
        ...(prefix ? [{ kind: 'prefix', field: nameField, text: prefix } as const] : []),
        ...(infix ? [{ kind: 'infix', field: nameField, text: infix } as const] : []),
        ...(q ? parseQuery(q, queryFields(recordType, hidden)) : []),
        ...archivedFilters(archived, nameField),
      ],
      sort: sortOf(sorting, listed.columns, hidden),
      limit: limitOf(limit, listed),
      page: page ? wholeNumber('page', page, 1) : undefined,
      cursor: cursor || undefined,
      uncounted: cursor === '',
    },
    fields: fields.length === 0 ? undefined : fields,
    includeStats: !includeStats || trueOrFalse('includeStats', includeStats),
    sorting,
  };
}

/** The parameters that can be given several times, and the others, each with its one value. */
export function listsAmong(parameters: Parameters): {
  readonly sortKeys: readonly string[];
  readonly fields: readonly string[];
  readonly others: { readonly [name: string]: string | undefined };
} {
  const isFields = (name: string): boolean => /^fields(?:\[\d*\])?$/.test(name);
  const entries = Object.entries(parameters);
  const fields = entries.flatMap(([name, values]) => (isFields(name) ? values : []));
  return {
    sortKeys: entries.flatMap(([name, values]) => (isSortKey(name) ? values : [])),
    fields: fields
      .flatMap((names) => names.split(','))
      .map((field) => field.trim())
      .filter((field) => field !== ''),
    others: singles(Object.fromEntries(entries.filter(([name]) => !isFields(name) && !isSortKey(name)))),
  };
}

/** Each parameter's one value. @throws HTTPException 400 for one that is given twice */
export function singles(parameters: Parameters): { readonly [name: string]: string | undefined } {
  return Object.fromEntries(
    Object.entries(parameters).map(([name, values]) => {
      if (values.length > 1) throw bad(name, 'is given more than once');
      return [name, values[0]];
    }),
  );
}

/** Later releases archive granules and executions in another database; of those in these tables none is archived. */
function archivedFilters(archived: string | undefined, nameField: string): readonly RecordFilter[] {
  if (!archived || !trueOrFalse('archived', archived)) return [];
  return [{ kind: 'is', field: nameField, values: [] }];
}

/** Fields as a query of the list takes them. */
export function queryFields(recordType: ListedType, hidden: readonly string[]): QueryFields {
  return {
    nameOf: withoutKeyword,
    isExact: (field) => isWholeText(field, checkedType(recordType, hidden, 'q', field)),
    valueOf: (field, text, isLast) => valueFor('q', field, checkedType(recordType, hidden, 'q', field), text, isLast),
    except: hidden,
  };
}

function limitOf(text: string | undefined, { maxOnPage = MAX_ON_PAGE, maxOfAll = maxOnPage }: ListedRecords): number {
  if (text === 'null') return maxOfAll;
  return text ? Math.min(wholeNumber('limit', text, 0), maxOnPage) : Math.min(DEFAULT_LIMIT, maxOnPage);
}

function wholeNumber(parameter: string, text: string, min: 0 | 1): number {
  const number = Number(text);
  if (!/^\d+$/.test(text) || number < min || !Number.isSafeInteger(number))
    throw bad(parameter, `takes a whole number from ${min} on, not "${text}"`);
  return number;
}
