import type { RecordFilter } from '@cumulus/models';
import { bad } from '../http/bad-parameter.ts';
import { trueOrFalse, withoutKeyword } from '../lists/filters.ts';
import { timeFrom } from '../lists/time-parameter.ts';
import { parseQuery, type QueryFields } from '../query/parse-query.ts';
import { LEVEL_NAMES, levelNumber } from './levels.ts';

type Parameters = { readonly [name: string]: string | undefined };

/** Fields of which a word is enough in a query. */
const TEXT_FIELDS: ReadonlySet<string> = new Set(['message', 'msg', 'granules', 'error', 'error.message']);

/** Parameters of clients that say nothing about which lines are wanted; in 1.18 `skip` was another name for the number of the page. */
const OF_NO_MEANING: ReadonlySet<string> = new Set(['skip', 'estimateTableRowCount', 'getMMT', 'includeStats']);

/** Which log events, by their fields and their time. */
export interface LogParameters {
  readonly filters: readonly RecordFilter[];
  /** The first and the last time, in milliseconds since 1970. */
  readonly from: number | undefined;
  readonly to: number | undefined;
}

/** Fields that the API adds to what was logged: a search through all fields does not look into them. */
const ADDED_FIELDS = ['timestamp', 'logGroup', 'level'];

/**
 * Which log events are wanted: by `q`, by a text that the message begins with (`prefix`) or has in it (`infix`), and by fields. As
 * lines may have any fields, each other parameter names one: FIELD, FIELD__in, FIELD__not, FIELD__exists, FIELD__from, FIELD__to. A
 * level is a number, a name or a range of them: `[10 TO 60]`.
 * @throws HTTPException 400 that names the parameter
 */
export function readLogParameters({ q, prefix, infix, ...parameters }: Parameters): LogParameters {
  const filters: RecordFilter[] = [];
  const ranges = new Map<string, { from?: string; to?: string }>();
  for (const [parameter, text] of Object.entries(parameters)) {
    if (text === undefined || OF_NO_MEANING.has(parameter)) continue;
    const [, named = '', operator] = /^(.*?)(?:__(in|not|exists|from|to))?$/s.exec(parameter) ?? [];
    const field = fieldOf(named);
    if (field === '' || named.includes('__'))
      throw bad(parameter, 'is not a field, or a field with __in, __not, __exists, __from or __to');
    const value = (given: string, isLast = false): string => lineValue(parameter, field, given, isLast);
    const values = (): readonly string[] => text.split(',').map((part) => value(part.trim()));
    if (operator === 'in') filters.push({ kind: 'is', field, values: values() });
    else if (operator === 'not') filters.push({ kind: 'not', field, values: values() });
    else if (operator === 'exists') filters.push({ kind: 'exists', field, exists: trueOrFalse(parameter, text) });
    else if (operator === 'from') ranges.set(field, { ...ranges.get(field), from: value(text) });
    else if (operator === 'to') ranges.set(field, { ...ranges.get(field), to: value(text, true) });
    else filters.push(equalTo(parameter, field, text));
  }
  for (const [field, range] of ranges) filters.push({ kind: 'range', field, ...range });
  if (prefix) filters.push({ kind: 'prefix', field: 'message', text: prefix });
  if (infix) filters.push({ kind: 'infix', field: 'message', text: infix });
  if (q) filters.push(...parseQuery(q, QUERY_FIELDS));
  return { filters, ...timesOf(filters) };
}

/** Elasticsearch had a second field for each text, and a name of its own for the time. */
function fieldOf(named: string): string {
  return withoutKeyword(named).replace(/^@timestamp$/, 'timestamp');
}

const LEVEL_RANGE = /^\[\s*(\S+)\s+TO\s+(\S+)\s*\]$/i;

function equalTo(parameter: string, field: string, text: string): RecordFilter {
  const [, from, to] = (field === 'level' && LEVEL_RANGE.exec(text)) || [];
  if (from === undefined || to === undefined) {
    const [first, last] = [lineValue(parameter, field, text, false), lineValue(parameter, field, text, true)];
    // A year, a month or a day is all of its times.
    return first === last ? { kind: 'is', field, values: [first] } : { kind: 'range', field, from: first, to: last };
  }
  const end = (given: string): string | undefined =>
    given === '*' ? undefined : lineValue(parameter, field, given, false);
  return { kind: 'range', field, from: end(from), to: end(to) };
}

/** The last time that ISO 8601 writes with four digits of a year, so that texts are in the order of times. */
const MAX_TIME = Date.UTC(9999, 11, 31, 23, 59, 59, 999);

/**
 * A value as lines have it: a level as its number, a time by ISO 8601 with milliseconds.
 * @param isLast whether a year, a month or a day is its last time
 */
function lineValue(parameter: string, field: string, text: string, isLast: boolean): string {
  if (field === 'timestamp') {
    const time = timeFrom(parameter, text, isLast);
    return new Date(Math.min(time, MAX_TIME)).toISOString();
  }
  if (field !== 'level') return text;
  const level = levelNumber(text.trim());
  if (level === undefined)
    throw bad(parameter, `takes a level: ${LEVEL_NAMES.join(', ')}, a number or [10 TO 60], not "${text}"`);
  return String(level);
}

/** Fields as a query takes them. */
const QUERY_FIELDS: QueryFields = {
  nameOf: fieldOf,
  isExact: (field) => !TEXT_FIELDS.has(field),
  valueOf: (field, text, isLast) => lineValue('q', field, text, isLast),
  except: ADDED_FIELDS,
};

/** The time that all wanted events are of. */
function timesOf(filters: readonly RecordFilter[]): {
  readonly from: number | undefined;
  readonly to: number | undefined;
} {
  const froms: number[] = [];
  const tos: number[] = [];
  for (const filter of filters.flatMap(partsOf)) {
    if (!('field' in filter) || filter.field !== 'timestamp') continue;
    if (filter.kind === 'is' && filter.values.length > 0) {
      const times = filter.values.map((value) => Date.parse(value));
      froms.push(times.reduce((first, time) => Math.min(first, time)));
      tos.push(times.reduce((last, time) => Math.max(last, time)));
    } else if (filter.kind === 'range') {
      froms.push(...[filter.from, filter.above].flatMap((text) => (text === undefined ? [] : Date.parse(text))));
      tos.push(...[filter.to, filter.below].flatMap((text) => (text === undefined ? [] : Date.parse(text))));
    }
  }
  return {
    from: froms.length === 0 ? undefined : froms.reduce((latest, time) => Math.max(latest, time)),
    to: tos.length === 0 ? undefined : tos.reduce((earliest, time) => Math.min(earliest, time)),
  };
}

function partsOf(filter: RecordFilter): readonly RecordFilter[] {
  return filter.kind === 'all' ? filter.of.flatMap(partsOf) : [filter];
}
