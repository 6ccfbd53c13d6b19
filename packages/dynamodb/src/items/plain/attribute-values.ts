import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { convertToAttr, NumberValueImpl as NumberValue } from '@aws-sdk/util-dynamodb';
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
  return toMembers(item);
}

function toMembers(members: object): Record<string, AttributeValue> {
  const attributes: Record<string, AttributeValue> = {};
  for (const [name, value] of Object.entries(members)) {
    if (isLeftOut(value) || name === '__proto__') continue;
    attributes[name] = toAttributeValue(value);
  }
  return attributes;
}

/** What the SDK's own conversion leaves out. */
function isLeftOut(value: unknown): boolean {
  return value === undefined || typeof value === 'function';
}

/** One attribute's value as the SDK sends it. What most values are is converted here; the SDK's own conversion takes several times as long. */
export function toAttributeValue(value: unknown): AttributeValue {
  if (typeof value === 'string') return { S: value };
  if (typeof value === 'boolean') return { BOOL: value };
  if (typeof value === 'number' && Number.isFinite(value) && Math.abs(value) <= Number.MAX_SAFE_INTEGER)
    return { N: String(value) };
  if (Array.isArray(value)) return { L: value.filter((member) => !isLeftOut(member)).map(toAttributeValue) };
  if (isPlainObject(value)) return { M: toMembers(value) };
  return withBase64(convertToAttr(value, { removeUndefinedValues: true }));
}

function isPlainObject(value: unknown): value is object {
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  // Of any realm.
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

/** Binary values that become base64 in JSON, as DynamoDB takes them. The SDK takes them as any bytes. */
function withBase64(value: AttributeValue): AttributeValue {
  if (value.B !== undefined) return { B: new BinaryValue(value.B) };
  if (value.BS !== undefined) return { BS: value.BS.map((member) => new BinaryValue(member)) };
  return value;
}

class BinaryValue extends Uint8Array {
  toJSON(): string {
    return Buffer.from(this).toString('base64');
  }
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
  const item: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(attributes)) {
    if (name !== '__proto__') item[name] = fromAttributeValue(value);
  }
  return item;
}

/** The SDK's own conversion takes several times as long. */
function fromAttributeValue(value: AttributeValue): unknown {
  if (value.S !== undefined) return value.S;
  if (value.N !== undefined) return exactNumber(value.N);
  if (value.M !== undefined) return fromAttributes(value.M);
  if (value.L !== undefined) return value.L.map(fromAttributeValue);
  if (value.BOOL !== undefined) return value.BOOL;
  if (value.NULL !== undefined) return null;
  if (value.B !== undefined) return bytesOf(value.B);
  if (value.SS !== undefined) return new Set(value.SS);
  if (value.NS !== undefined) return new Set(value.NS.map(exactNumber));
  if (value.BS !== undefined) return new Set(value.BS.map(bytesOf));
  throw new TypeError(`An attribute has a type that is not known: ${Object.keys(value).join(', ') || 'none'}`);
}

/** Binary values come as bytes from the SDK, and in base64 as DynamoDB sends them. */
function bytesOf(value: Uint8Array | string): Uint8Array {
  return typeof value === 'string' ? new Uint8Array(Buffer.from(value, 'base64')) : value;
}

function exactNumber(text: string): number | bigint | NumberValue {
  const number = Number(text);
  // Most numbers.
  if (Number.isSafeInteger(number) && String(number) === text) return number;
  const isExact = Number.isFinite(number) && canonicalNumber(String(number)) === canonicalNumber(text);
  if (isExact && (!Number.isInteger(number) || Number.isSafeInteger(number))) return number;
  return /^-?\d+$/.test(text) ? BigInt(text) : NumberValue.from(text);
}

/**
 * Whether a value is the SDK's `NumberValue`. What its class can do decides: an object may have a member of any name, and a
 * bundle more than one such class, of which it may change the names.
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
  return typeof Object.getPrototypeOf(value)?.toAttributeValue === 'function';
}
