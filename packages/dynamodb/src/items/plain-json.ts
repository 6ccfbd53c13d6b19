import { canonicalNumber } from './decimal-number.ts';
import type { TypedItem, TypedValue } from './typed-item.ts';

const JSON_NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;

/**
 * An item as plain JSON, in one line. Numbers keep all their digits. Sets become arrays and binary becomes base64, so that plain
 * JSON does not say whether a value was one.
 *
 * @example
 * ```ts
 * import { plainJson } from '@cumulus/dynamodb/items';
 *
 * plainJson({ granuleId: { S: 'G1' }, size: { N: '12345678901234567890' } }); // '{"granuleId":"G1","size":12345678901234567890}'
 * ```
 */
export function plainJson(item: TypedItem): string {
  const members = Object.entries(item).map(([name, value]) => `${JSON.stringify(name)}:${plainValueJson(value)}`);
  return `{${members.join(',')}}`;
}

/**
 * Like {@link plainJson}, for one value.
 *
 * @example
 * ```ts
 * import { plainValueJson } from '@cumulus/dynamodb/items';
 *
 * plainValueJson({ N: '12345678901234567890' }); // '12345678901234567890'
 * ```
 */
export function plainValueJson(value: TypedValue): string {
  if ('S' in value) return JSON.stringify(value.S);
  if ('N' in value) return plainNumber(value.N);
  if ('B' in value) return JSON.stringify(value.B);
  if ('BOOL' in value) return String(value.BOOL);
  if ('M' in value) return plainJson(value.M);
  if ('L' in value) return `[${value.L.map(plainValueJson).join(',')}]`;
  if ('NS' in value) return `[${value.NS.map(plainNumber).join(',')}]`;
  if ('SS' in value) return JSON.stringify(value.SS);
  if ('BS' in value) return JSON.stringify(value.BS);
  return 'null';
}

/** DynamoDB takes `+1`, `.5` and `01`, which are no numbers in JSON. */
function plainNumber(number: string): string {
  return JSON_NUMBER.test(number) ? number : canonicalNumber(number);
}
