import { canonicalNumber, compareNumbers, isDecimal } from '../../items/decimal-number.ts';
import type { TypedItem, TypedValue } from '../../items/typed-item.ts';
import { InvalidSelectionError } from '../errors.ts';

/** How a field is compared with a value. */
export type Comparator = '=' | '!=' | '<' | '<=' | '>' | '>=' | '^=';

/** What is demanded of a field of an item; see {@link parseItemFilter}. */
export interface ItemFilter {
  /** The names of the field and of what it is in, from the outermost on. */
  readonly path: readonly string[];
  /** `?` and `!?` are whether it exists, and whether it does not. */
  readonly operator: Comparator | '?' | '!?';
  /** What it is compared with; undefined for `?` and `!?`. */
  readonly operand?: FilterOperand | undefined;
}

/** A value to compare a field with. */
export interface FilterOperand {
  readonly text: string;
  /** Whether it was in quotes, and is a text only. Without quotes it may be a number, `true`, `false` or `null` too. */
  readonly isQuoted: boolean;
}

const OPERATOR = /^(?:\^=|!=|!\?|<=|>=|=|<|>|\?)/;
const BARE_NAME = /^[^."=!<>^?\s]+/;
const QUOTED = /^"(?:[^"\\]|\\.)*"/s;

/**
 * Reads a filter of items: a field, an operator and a value, without spaces between them.
 *
 * - `status=failed`, `status!=failed`: equal, and not equal; the latter also where the field is missing
 * - `duration>=12.5`, `<`, `<=`, `>`: numbers by value with all digits, texts by their code units
 * - `granuleId^=MOD09`: the text begins so
 * - `error?`, `error!?`: the field exists, and it does not
 *
 * `error.Cause` is a field in a map, `files.0.bucket` one in the first member of a list. A value that looks like a number is compared
 * with numbers by value, and with texts as it is written; `true`, `false` and `null` are compared with such values and with texts.
 * What is in double quotes, with JSON's escapes, is a name or a text as it is: `"a.b"="12"`.
 *
 * @throws InvalidSelectionError
 * @example
 * ```ts
 * import { parseItemFilter } from '@cumulus/dynamodb/backup';
 *
 * const where = ['collectionId=MOD09GQ___006', 'updatedAt>=1700000000000'].map(parseItemFilter);
 * ```
 */
export function parseItemFilter(text: string): ItemFilter {
  const refuse = (problem: string): InvalidSelectionError =>
    new InvalidSelectionError(`${JSON.stringify(text)} is not a filter: ${problem}.`, [
      'Write a field, an operator and a value, such as status=failed, duration>=12.5 or error?',
    ]);
  let rest = text;
  const path: string[] = [];
  do {
    if (path.length > 0) rest = rest.slice(1);
    const [found] = (rest.startsWith('"') ? QUOTED : BARE_NAME).exec(rest) ?? [];
    if (found === undefined) throw refuse('a field’s name is missing');
    path.push(rest.startsWith('"') ? unquoted(found, refuse) : found);
    rest = rest.slice(found.length);
  } while (rest.startsWith('.'));
  const operator = OPERATOR.exec(rest)?.[0] as ItemFilter['operator'] | undefined;
  if (operator === undefined) throw refuse(`no operator follows the field ${path.join('.')}`);
  const value = rest.slice(operator.length);
  if (operator === '?' || operator === '!?') {
    if (value !== '') throw refuse(`${operator} takes no value`);
    return { path, operator };
  }
  if (value.startsWith('"')) return { path, operator, operand: { text: unquoted(value, refuse), isQuoted: true } };
  if (value === '') throw refuse('the value is missing; an empty text is ""');
  if (value !== value.trim()) throw refuse('put a value that begins or ends with a space in quotes');
  return { path, operator, operand: { text: value, isQuoted: false } };
}

function unquoted(text: string, refuse: (problem: string) => Error): string {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'string') return value;
  } catch {
    // Said below.
  }
  throw refuse(`${text} is not a text in double quotes, as JSON has it`);
}

/** Whether an item meets all of these filters. */
export function matchesAll(item: TypedItem, filters: readonly ItemFilter[]): boolean {
  return filters.every((filter) => matches(item, filter));
}

function matches(item: TypedItem, { path, operator, operand }: ItemFilter): boolean {
  const value = fieldOf(item, path);
  if (operator === '?' || operand === undefined) return (value !== undefined) === (operator === '?');
  if (operator === '!=') return value === undefined || !isEqual(value, operand);
  if (value === undefined) return false;
  if (operator === '=') return isEqual(value, operand);
  if (operator === '^=') return 'S' in value && value.S.startsWith(operand.text);
  const order = compareWith(value, operand);
  if (order === undefined) return false;
  switch (operator) {
    case '<':
      return order < 0;
    case '<=':
      return order <= 0;
    case '>':
      return order > 0;
    default:
      return order >= 0;
  }
}

function fieldOf(item: TypedItem, [first = '', ...others]: readonly string[]): TypedValue | undefined {
  let value = member(item, first);
  for (const name of others) {
    if (value === undefined) return undefined;
    if ('M' in value) value = member(value.M, name);
    else value = 'L' in value && /^\d+$/.test(name) ? value.L[Number(name)] : undefined;
  }
  return value;
}

function member(map: TypedItem, name: string): TypedValue | undefined {
  return Object.hasOwn(map, name) ? map[name] : undefined;
}

function isEqual(value: TypedValue, { text, isQuoted }: FilterOperand): boolean {
  if ('S' in value) return value.S === text;
  if (isQuoted) return false;
  if ('N' in value) return isDecimal(text) && canonicalNumber(value.N) === canonicalNumber(text);
  if ('BOOL' in value) return String(value.BOOL) === text;
  return 'NULL' in value && text === 'null';
}

/** How a value stands to another: below, equal to or above 0; undefined for values that have no order. */
function compareWith(value: TypedValue, { text, isQuoted }: FilterOperand): number | undefined {
  if ('S' in value) {
    if (value.S === text) return 0;
    return value.S < text ? -1 : 1;
  }
  return 'N' in value && !isQuoted && isDecimal(text) ? compareNumbers(value.N, text) : undefined;
}
