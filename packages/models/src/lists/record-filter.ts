import { isObject } from '@cumulus/dynamodb/aws';

/** What a record has to be to belong to a list. A field is a path: `status`, `rule.type`, `files.bucket`. */
export type RecordFilter =
  /** One of these values. Numbers and booleans are given as texts too. */
  | { readonly kind: 'is'; readonly field: string; readonly values: readonly string[] }
  /** Not this value; a record without the field belongs to the list. */
  | { readonly kind: 'not'; readonly field: string; readonly value: string }
  | { readonly kind: 'exists'; readonly field: string; readonly exists: boolean }
  /** Between these, both inclusive: numbers as numbers, texts (of ISO 8601, for instance) as texts. */
  | {
      readonly kind: 'range';
      readonly field: string;
      readonly from?: string | undefined;
      readonly to?: string | undefined;
    }
  /** The field, a text, begins with this, or has this in it; whether letters are capital does not matter. */
  | { readonly kind: 'prefix' | 'infix'; readonly field: string; readonly text: string }
  /**
   * All of these words are somewhere in the record, but for the fields that are excepted; one of the form `field:value` is
   * that field's value.
   */
  | { readonly kind: 'words'; readonly words: readonly string[]; readonly except?: readonly string[] | undefined };

/** Whether a record passes a filter. */
export function passes(record: object, filter: RecordFilter): boolean {
  switch (filter.kind) {
    case 'is':
      return valuesAt(record, filter.field).some((value) => filter.values.some((text) => isText(value, text)));
    case 'not':
      return !valuesAt(record, filter.field).some((value) => isText(value, filter.value));
    case 'exists':
      return valuesAt(record, filter.field).some((value) => value !== null) === filter.exists;
    case 'range':
      return valuesAt(record, filter.field).some((value) => isBetween(value, filter));
    case 'prefix':
      return textsAt(record, filter.field).some((text) => text.startsWith(filter.text.toLowerCase()));
    case 'infix':
      return textsAt(record, filter.field).some((text) => text.includes(filter.text.toLowerCase()));
    case 'words':
      return filter.words.every((word) => hasWord(without(record, filter.except ?? []), word));
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
  return Array.isArray(value) ? value.flatMap(flat) : [value];
}

function isText(value: unknown, text: string): boolean {
  if (typeof value === 'number') return text.trim() !== '' && Number(text) === value;
  return typeof value !== 'object' && String(value) === text;
}

function isBetween(
  value: unknown,
  { from, to }: { readonly from?: string | undefined; readonly to?: string | undefined },
) {
  if (typeof value === 'number') {
    return (from === undefined || value >= Number(from)) && (to === undefined || value <= Number(to));
  }
  return typeof value === 'string' && (from === undefined || value >= from) && (to === undefined || value <= to);
}

function textsAt(record: object, field: string): readonly string[] {
  return valuesAt(record, field).flatMap((value) => (typeof value === 'string' ? value.toLowerCase() : []));
}

function without(record: object, fields: readonly string[]): object {
  if (fields.length === 0) return record;
  return Object.fromEntries(Object.entries(record).filter(([field]) => !fields.includes(field)));
}

function hasWord(record: object, word: string): boolean {
  const [, field, value] = /^([\w.]+):(.+)$/.exec(word) ?? [];
  const isNamed = field !== undefined && valuesAt(record, field).some((at) => isText(at, value ?? ''));
  return isNamed || hasText(record, word.toLowerCase());
}

function hasText(value: unknown, text: string): boolean {
  if (Array.isArray(value)) return value.some((member) => hasText(member, text));
  if (isObject(value)) return Object.values(value).some((member) => hasText(member, text));
  return value !== null && String(value).toLowerCase().includes(text);
}
