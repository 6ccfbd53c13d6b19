import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { marshall, NumberValueImpl as NumberValue, unmarshall } from '@aws-sdk/util-dynamodb';
import { canonicalNumber } from '../decimal-number.ts';

/** An item as JavaScript values: what a record is to the code that reads and writes it. */
export type PlainItem = { readonly [attribute: string]: unknown };

/**
 * An item as the SDK sends it. Properties that are undefined are left out; sets are `Set`s.
 *
 * @example
 * ```ts
 * import { toAttributes } from '@cumulus/dynamodb/items';
 *
 * const attributes = toAttributes({ granuleId: 'G1', published: true }); // { granuleId: { S: 'G1' }, published: { BOOL: true } }
 * ```
 */
export function toAttributes(item: PlainItem): Record<string, AttributeValue> {
  return marshall(item, { removeUndefinedValues: true });
}

/**
 * An item out of what the SDK received. Numbers keep all their digits: one that a JavaScript number does not hold
 * exactly comes as a `bigint` if it is whole, else as the SDK's `NumberValue`. {@link toAttributes} takes all three.
 *
 * @example
 * ```ts
 * import { fromAttributes } from '@cumulus/dynamodb/items';
 *
 * const item = fromAttributes({ granuleId: { S: 'G1' }, size: { N: '12345678901234567890' } }); // size: 12345678901234567890n
 * ```
 */
export function fromAttributes(attributes: Readonly<Record<string, AttributeValue>>): PlainItem {
  return unmarshall(attributes, { wrapNumbers: exactNumber });
}

function exactNumber(text: string): number | bigint | NumberValue {
  const number = Number(text);
  const isExact = Number.isFinite(number) && canonicalNumber(String(number)) === canonicalNumber(text);
  if (isExact && (!Number.isInteger(number) || Number.isSafeInteger(number))) return number;
  return /^-?\d+$/.test(text) ? BigInt(text) : NumberValue.from(text);
}

/**
 * Whether a value is the SDK's `NumberValue`. Its prototype decides: an object may have a member named `constructor`,
 * and a bundle more than one such class.
 *
 * @example
 * ```ts
 * import { fromAttributes, isNumberValue } from '@cumulus/dynamodb/items';
 *
 * const { ratio } = fromAttributes({ ratio: { N: '0.12345678901234567890' } });
 * const hasAllDigits = isNumberValue(ratio); // true
 * ```
 */
export function isNumberValue(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  const { constructor: made } = Object.getPrototypeOf(value) ?? {};
  return typeof made === 'function' && made.name.startsWith('NumberValue');
}

/** One attribute's value as the SDK sends it. */
export function toAttributeValue(value: unknown): AttributeValue {
  return toAttributes({ value })['value'] as AttributeValue;
}
