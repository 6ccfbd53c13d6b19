import type { RecordFilter } from '@cumulus/models';
import { bad } from '../http/bad-parameter.ts';
import { type FieldType, fieldType, isTime, type ListedType } from './field-types.ts';
import { timeFrom } from './time-parameter.ts';

/** Elasticsearch had a second field for each text, which held it as a whole: `error.Error.keyword`. */
export function withoutKeyword(field: string): string {
  return field.replace(/\.keyword$/, '');
}

/** The filters among parameters, all of which have to be such. @throws HTTPException 400 that names the parameter */
export function filtersOf(
  recordType: ListedType,
  parameters: { readonly [name: string]: string | undefined },
  hidden: readonly string[] = [],
): readonly RecordFilter[] {
  const filters: RecordFilter[] = [];
  const ranges = new Map<string, { from?: string; to?: string }>();
  for (const [parameter, value] of Object.entries(parameters)) {
    if (value === undefined) continue;
    const [, named = '', operator] = /^(.*?)(?:__(in|not|exists|from|to))?$/s.exec(parameter) ?? [];
    const field = withoutKeyword(named);
    const type = checkedType(recordType, hidden, parameter, field);
    const checked = (text: string, isLast = false): string => valueFor(parameter, field, type, text, isLast);
    const values = (): readonly string[] => value.split(',').map((text) => checked(text.trim()));
    switch (operator) {
      case 'in':
        filters.push({ kind: 'is', field, values: values() });
        break;
      case 'not':
        filters.push({ kind: 'not', field, values: values() });
        break;
      case 'exists':
        filters.push({ kind: 'exists', field, exists: trueOrFalse(parameter, value) });
        break;
      case 'from':
        ranges.set(field, { ...ranges.get(field), from: checked(value) });
        break;
      case 'to':
        ranges.set(field, { ...ranges.get(field), to: checked(value, true) });
        break;
      default:
        filters.push(equalTo(field, checked(value), checked(value, true)));
    }
  }
  return [...filters, ...[...ranges].map(([field, range]) => ({ kind: 'range', field, ...range }) as const)];
}

/** The type of a field that a parameter names. @throws HTTPException 400 for one that records of the type do not show */
export function checkedType(
  recordType: ListedType,
  hidden: readonly string[],
  parameter: string,
  field: string,
): FieldType {
  const type = isHidden(hidden, field) ? undefined : fieldType(recordType, field);
  if (type === undefined) throw bad(parameter, `names "${field}", which is no field of a record of type ${recordType}`);
  return type;
}

/** Whether a field, or one within it, is never shown. */
export function isHidden(hidden: readonly string[], field: string): boolean {
  return hidden.includes(field.split('.')[0] ?? '');
}

/** What is from the first of some values to the last: a day of a time, or one value alone. */
function equalTo(field: string, first: string, last: string): RecordFilter {
  return first === last ? { kind: 'is', field, values: [first] } : { kind: 'range', field, from: first, to: last };
}

/** A number as JSON writes it, or with a sign or zeros before it; JavaScript would read `0x10` too. */
const DECIMAL = /^\s*[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?\s*$/i;

/**
 * A value as filters compare it: times, by ISO 8601 or as numbers, in milliseconds since 1970.
 * @param isLast whether a year, a month or a day is its last time
 * @throws HTTPException 400 for what the field cannot be
 */
export function valueFor(parameter: string, field: string, type: FieldType, text: string, isLast: boolean): string {
  if (isTime(field)) return String(timeFrom(parameter, text, isLast));
  if (type === 'number' && !(DECIMAL.test(text) && Number.isFinite(Number(text))))
    throw bad(parameter, `takes a number, not "${text}"`);
  return type === 'boolean' ? String(trueOrFalse(parameter, text)) : text;
}

export function trueOrFalse(parameter: string, text: string): boolean {
  if (text !== 'true' && text !== 'false') throw bad(parameter, `takes true or false, not "${text}"`);
  return text === 'true';
}
