import { isObject } from '@cumulus/dynamodb/aws';
import { isNumberValue } from '@cumulus/dynamodb/items';
import type { FieldText, RecordField } from './record-field.ts';

/** What a record has to be to belong to a list. A field is a path: `status`, `rule.type`, `files.bucket`. */
export type RecordFilter = ValueFilter<string, string> | TextFilter<string> | Combined<RecordFilter>;

/**
 * A filter of records of a known type, in which only their fields are named, and values that these can have. What is only known when the
 * program runs is a {@link RecordFilter}: `filter as RecordFilterOf<Granule>`.
 *
 * @example
 * ```ts
 * import type { RecordFilterOf } from '@cumulus/models';
 * import type { Granule } from '@cumulus/models/schemas';
 *
 * const failed: RecordFilterOf<Granule> = { kind: 'is', field: 'status', values: ['failed'] };
 * ```
 */
export type RecordFilterOf<R> =
  | { [Field in RecordField<R>]: ValueFilter<Field, FieldText<R, Field>> }[RecordField<R>]
  | TextFilter<RecordField<R>>
  | Combined<RecordFilterOf<R>>;

type ValueFilter<Field extends string, Value extends string> =
  /** One of these values. Numbers and booleans are given as texts too. */
  | { readonly kind: 'is'; readonly field: Field; readonly values: readonly Value[] }
  /** None of these values; a record without the field belongs to the list. */
  | { readonly kind: 'not'; readonly field: Field; readonly values: readonly Value[] }
  /** Between these: numbers as numbers, texts (of ISO 8601, for instance) as texts. */
  | ({ readonly kind: 'range'; readonly field: Field } & Bounds<Value>);

type TextFilter<Field extends string> =
  | { readonly kind: 'exists'; readonly field: Field; readonly exists: boolean }
  /** The field, a text, begins with this, or has this in it; whether letters are capital does not matter. */
  | { readonly kind: 'prefix' | 'infix'; readonly field: Field; readonly text: string }
  /**
   * The field's whole value is like this, in which `*` stands for any characters and `?` for one, unless a backslash precedes
   * them; of any field unless one is given. Whether letters are capital does not matter.
   */
  | {
      readonly kind: 'like';
      readonly field?: Field | undefined;
      readonly pattern: string;
      readonly except?: readonly Field[] | undefined;
    }
  /** The field has this text in it, as whole words. Whether letters are capital does not matter. */
  | { readonly kind: 'word'; readonly field: Field; readonly text: string }
  /**
   * This text is somewhere in the record, in part of a value or as one, but not looked for in the fields of `except`. Whether letters
   * are capital does not matter.
   */
  | { readonly kind: 'text'; readonly text: string; readonly except?: readonly Field[] | undefined };

/** A record passes all of these, at least one of them, or none of them. */
interface Combined<Filter> {
  readonly kind: 'all' | 'any' | 'none';
  readonly of: readonly Filter[];
}

/** The ends of a range. */
export interface Bounds<Value extends string = string> {
  /** The first and the last value that belong to it. */
  readonly from?: Value | undefined;
  readonly to?: Value | undefined;
  /** The values beyond its ends, which do not belong to it. */
  readonly above?: Value | undefined;
  readonly below?: Value | undefined;
}

/**
 * Whether a record passes a filter.
 *
 * @example
 * ```ts
 * import { passes } from '@cumulus/models';
 *
 * passes({ status: 'failed' }, { kind: 'is', field: 'status', values: ['failed', 'running'] }); // true
 * ```
 */
export function passes(record: object, filter: RecordFilter): boolean {
  switch (filter.kind) {
    case 'is':
      return valuesAt(record, filter.field).some((value) => isOneOf(value, filter.values));
    case 'not':
      return !valuesAt(record, filter.field).some((value) => isOneOf(value, filter.values));
    case 'exists':
      return valuesAt(record, filter.field).some((value) => value !== null) === filter.exists;
    case 'range':
      return valuesAt(record, filter.field).some((value) => isBetween(value, filter));
    case 'prefix':
      return textsAt(record, filter.field).some((text) => text.startsWith(filter.text.toLowerCase()));
    case 'infix':
      return textsAt(record, filter.field).some((text) => text.includes(filter.text.toLowerCase()));
    case 'like':
      return someText(at(record, filter.field, filter.except), isLike(filter.pattern));
    case 'word':
      return someText(valuesAt(record, filter.field), hasWord(filter.text));
    case 'text': {
      const wanted = filter.text.toLowerCase();
      return someText(at(record, undefined, filter.except), (text) => text.includes(wanted));
    }
    case 'all':
      return filter.of.every((part) => passes(record, part));
    case 'any':
      return filter.of.some((part) => passes(record, part));
    case 'none':
      return !filter.of.some((part) => passes(record, part));
  }
}

/**
 * The values at a path, the members of lists each for itself.
 *
 * @example
 * ```ts
 * import { valuesAt } from '@cumulus/models';
 *
 * valuesAt({ files: [{ bucket: 'a' }, { bucket: 'b' }] }, 'files.bucket'); // ['a', 'b']
 * ```
 */
export function valuesAt(record: object, field: string): readonly unknown[] {
  let values: readonly unknown[] = [record];
  for (const step of field.split('.')) {
    values = values.flatMap((value) => (isObject(value) && Object.hasOwn(value, step) ? flat(value[step]) : []));
  }
  return values;
}

function flat(value: unknown): readonly unknown[] {
  if (value instanceof Set) return [...value];
  return Array.isArray(value) ? value.flatMap(flat) : [value];
}

/**
 * A value that can be compared, numbers with more digits than JavaScript holds by those that it holds; undefined for lists,
 * objects and null.
 *
 * @example
 * ```ts
 * import { comparableValue } from '@cumulus/models';
 *
 * comparableValue(12345678901234567890n); // 12345678901234567000
 * comparableValue(null); // undefined
 * ```
 */
export function comparableValue(value: unknown): string | number | boolean | undefined {
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return value;
  return typeof value === 'bigint' || isNumberValue(value) ? Number(value) : undefined;
}

function isOneOf(value: unknown, texts: readonly string[]): boolean {
  return texts.some((text) => isText(value, text));
}

function isText(value: unknown, text: string): boolean {
  if (typeof value === 'number') return text.trim() !== '' && Number(text) === value;
  return comparableValue(value) !== undefined && String(value) === text;
}

function isBetween(stored: unknown, { from, to, above, below }: Bounds): boolean {
  const value = comparableValue(stored);
  if (typeof value === 'number') {
    return (
      (from === undefined || value >= Number(from)) &&
      (to === undefined || value <= Number(to)) &&
      (above === undefined || value > Number(above)) &&
      (below === undefined || value < Number(below))
    );
  }
  return (
    typeof value === 'string' &&
    (from === undefined || value >= from) &&
    (to === undefined || value <= to) &&
    (above === undefined || value > above) &&
    (below === undefined || value < below)
  );
}

function textsAt(record: object, field: string): readonly string[] {
  return valuesAt(record, field).flatMap((value) => (typeof value === 'string' ? value.toLowerCase() : []));
}

/** Where a search looks: at a field, or into all but some. */
function at(record: object, field: string | undefined, except: readonly string[] | undefined): unknown {
  if (field !== undefined) return valuesAt(record, field);
  if (except === undefined || except.length === 0) return record;
  return Object.fromEntries(Object.entries(record).filter(([name]) => !except.includes(name)));
}

/** Whether a text, a number or a boolean in a value, however deep, is so; texts are given in small letters. */
function someText(value: unknown, holds: (text: string) => boolean): boolean {
  if (Array.isArray(value)) return value.some((member) => someText(member, holds));
  if (value instanceof Set) return someText([...value], holds);
  if (isObject(value) && !isNumberValue(value)) return Object.values(value).some((member) => someText(member, holds));
  return value !== null && value !== undefined && holds(String(value).toLowerCase());
}

/** A character of a word; beside others of them a text is only part of a word. */
const WORD_CHARACTER = /[\p{L}\p{N}_]/u;

function hasWord(word: string): (text: string) => boolean {
  const wanted = word.toLowerCase();
  const goesOn = (character: string | undefined): boolean => character !== undefined && WORD_CHARACTER.test(character);
  const [startsInWord, endsInWord] = [goesOn(wanted.at(0)), goesOn(wanted.at(-1))];
  return (text) => {
    if (wanted === '') return text === '';
    for (let at = text.indexOf(wanted); at !== -1; at = text.indexOf(wanted, at + 1)) {
      const isStart = !startsInWord || !goesOn(text[at - 1]);
      if (isStart && !(endsInWord && goesOn(text[at + wanted.length]))) return true;
    }
    return false;
  };
}

/** A step of a pattern: any characters, one, or this one. */
type PatternStep = { readonly any: true } | { readonly one: true } | { readonly character: string };

function stepsOf(pattern: string): readonly PatternStep[] {
  return Array.from(pattern.matchAll(/\\(.)|(.)/gsu), ([, escaped, plain]) => {
    if (escaped !== undefined) return { character: escaped };
    if (plain === '*') return { any: true };
    return plain === '?' ? { one: true } : { character: plain ?? '' };
  });
}

/** Compares in time that grows with the product of both lengths at worst; a regular expression could take exponential time. */
function isLike(pattern: string): (text: string) => boolean {
  const steps = stepsOf(pattern.toLowerCase());
  return (text) => {
    const characters = /[\ud800-\udfff]/.test(text) ? [...text] : text;
    let [at, step, afterAny, retryAt] = [0, 0, -1, 0];
    while (at < characters.length) {
      const wanted = steps[step];
      if (wanted !== undefined && 'any' in wanted) {
        step += 1;
        [afterAny, retryAt] = [step, at];
      } else if (wanted !== undefined && ('one' in wanted || wanted.character === characters[at])) {
        step += 1;
        at += 1;
      } else if (afterAny >= 0) {
        retryAt += 1;
        [step, at] = [afterAny, retryAt];
      } else return false;
    }
    return steps.slice(step).every((left) => 'any' in left);
  };
}
