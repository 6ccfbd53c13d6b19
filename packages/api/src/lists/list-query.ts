import type { RecordFilter, SearchOptions, SearchPage } from '@cumulus/models';
import type { RecordTypeName } from '@cumulus/models/schemas';
import { HTTPException } from 'hono/http-exception';
import { type FieldType, fieldType } from './field-types.ts';

/** A model whose records can be searched. */
export interface SearchedModel<R> {
  search(options: SearchOptions): Promise<SearchPage<R>>;
}

/** How records of a type are listed. */
export interface ListedRecords {
  readonly recordType: RecordTypeName;
  /** The field that `prefix` and `infix` are about: the record's id or name. */
  readonly nameField: string;
  /** Fields that no answer shows, and that no search can name. */
  readonly hidden?: readonly string[] | undefined;
  /** The most records on a page; {@link MAX_ON_PAGE} unless given. */
  readonly maxOnPage?: number;
}

/** What a list's parameters ask for. */
export interface ListQuery {
  readonly search: SearchOptions;
  /** The fields to show; all if undefined. */
  readonly fields: readonly string[] | undefined;
}

const DEFAULT_LIMIT = 10;

/** The most records on a page, unless a list has another limit. */
export const MAX_ON_PAGE = 100;

/**
 * Reads the parameters of a list: `limit`, `page` or `cursor`, `sort_by`, `order`, `fields`, `prefix`, `infix`, `q`, and
 * filters `FIELD`, `FIELD__in`, `FIELD__not`, `FIELD__exists`, `FIELD__from`, `FIELD__to`. A `limit` above the most records on a
 * page counts as that.
 * @throws HTTPException 400 that names the parameter
 */
export function readListQuery(
  parameters: { readonly [name: string]: readonly string[] },
  { recordType, nameField, hidden = [], maxOnPage = MAX_ON_PAGE }: ListedRecords,
): ListQuery {
  const { limit, page, cursor, sort_by: sortBy, order, fields, prefix, infix, q, ...others } = singles(parameters);
  if (page !== undefined && cursor !== undefined) throw bad('cursor', 'does not go with page');
  if (order !== undefined && order !== 'asc' && order !== 'desc')
    throw bad('order', `takes asc or desc, not "${order}"`);
  if (sortBy !== undefined) checkedType(recordType, hidden, 'sort_by', sortBy);
  const filters = [
    ...filtersOf(recordType, others, hidden),
    ...(prefix === undefined ? [] : [{ kind: 'prefix', field: nameField, text: prefix } as const]),
    ...(infix === undefined ? [] : [{ kind: 'infix', field: nameField, text: infix } as const]),
    ...(q === undefined
      ? []
      : q
          .split(/\s+/)
          .filter((word) => word !== '')
          .map((text) => ({ kind: 'text', text, except: hidden }) as const)),
  ];
  return {
    search: {
      filters,
      sort: [{ field: sortBy ?? 'timestamp', order: order ?? 'desc' }],
      limit: Math.min(wholeNumber('limit', limit) ?? DEFAULT_LIMIT, maxOnPage),
      page: wholeNumber('page', page),
      cursor: cursor || undefined,
      uncounted: cursor === '',
    },
    fields: fields?.split(',').map((field) => field.trim()),
  };
}

/** The filters among parameters, all of which have to be such. */
export function filtersOf(
  recordType: RecordTypeName,
  parameters: { readonly [name: string]: string | undefined },
  hidden: readonly string[] = [],
): readonly RecordFilter[] {
  const filters: RecordFilter[] = [];
  const ranges = new Map<string, { from?: string; to?: string }>();
  for (const [parameter, value] of Object.entries(parameters)) {
    if (value === undefined) continue;
    const [, field = '', operator] = /^(.*?)(?:__(in|not|exists|from|to))?$/.exec(parameter) ?? [];
    const type = checkedType(recordType, hidden, parameter, field);
    const checked = (text: string): string => {
      if (type === 'number' && (text.trim() === '' || !Number.isFinite(Number(text))))
        throw bad(parameter, `takes a number, not "${text}"`);
      if (type === 'boolean' && text !== 'true' && text !== 'false')
        throw bad(parameter, `takes true or false, not "${text}"`);
      return text;
    };
    switch (operator) {
      case 'in':
        filters.push({ kind: 'is', field, values: value.split(',').map(checked) });
        break;
      case 'not':
        filters.push({ kind: 'not', field, values: value.split(',').map(checked) });
        break;
      case 'exists':
        if (value !== 'true' && value !== 'false') throw bad(parameter, `takes true or false, not "${value}"`);
        filters.push({ kind: 'exists', field, exists: value === 'true' });
        break;
      case 'from':
      case 'to':
        ranges.set(field, { ...ranges.get(field), [operator]: checked(value) });
        break;
      default:
        filters.push({ kind: 'is', field, values: [checked(value)] });
    }
  }
  return [...filters, ...[...ranges].map(([field, range]) => ({ kind: 'range', field, ...range }) as const)];
}

/** Each parameter's one value. @throws HTTPException 400 for one that is given twice */
export function singles(parameters: { readonly [name: string]: readonly string[] }): {
  readonly [name: string]: string | undefined;
} {
  return Object.fromEntries(
    Object.entries(parameters).map(([name, values]) => {
      if (values.length > 1) throw bad(name, 'is given more than once');
      return [name, values[0]];
    }),
  );
}

/** The type of a field that a parameter names. @throws HTTPException 400 for one that records of the type do not show */
export function checkedType(
  recordType: RecordTypeName,
  hidden: readonly string[],
  parameter: string,
  field: string,
): FieldType {
  const type = hidden.includes(field) ? undefined : fieldType(recordType, field);
  if (type === undefined) throw bad(parameter, `names "${field}", which is no field of a record of type ${recordType}`);
  return type;
}

function wholeNumber(parameter: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const number = Number(text);
  if (!/^\d+$/.test(text) || number < 1 || !Number.isSafeInteger(number))
    throw bad(parameter, `takes a whole number from 1 on, not "${text}"`);
  return number;
}

/** The error for a parameter with a wrong value. */
export function bad(parameter: string, problem: string): HTTPException {
  return new HTTPException(400, { message: `The parameter ${parameter} ${problem}.` });
}
