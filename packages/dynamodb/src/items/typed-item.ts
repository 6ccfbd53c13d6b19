import { hash } from 'node:crypto';
import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { isObject } from '../aws/is-object.ts';
import { canonicalNumber } from './decimal-number.ts';

/**
 * An attribute value as DynamoDB's JSON writes it: one property, named by the type; numbers as text, binary as base64.
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Programming.LowLevelAPI.html
 */
export type TypedValue =
  | { readonly S: string }
  | { readonly N: string }
  | { readonly B: string }
  | { readonly BOOL: boolean }
  | { readonly NULL: true }
  | { readonly SS: readonly string[] }
  | { readonly NS: readonly string[] }
  | { readonly BS: readonly string[] }
  | { readonly L: readonly TypedValue[] }
  | { readonly M: TypedItem };

/** An item as a line of a backup holds it, once parsed. */
export type TypedItem = { readonly [attribute: string]: TypedValue };

const TYPES = new Set(['S', 'N', 'B', 'BOOL', 'NULL', 'SS', 'NS', 'BS', 'L', 'M']);

/** Whether a parsed JSON value has the form of a typed one, `{"S":…}`, whatever stands in it. */
export function looksTyped(value: unknown): boolean {
  if (!isObject(value)) return false;
  const [type, ...more] = Object.keys(value);
  return type !== undefined && more.length === 0 && TYPES.has(type);
}

/**
 * A text that is the same for two items exactly if they are equal as values: the order of attributes, map keys and set
 * members does not count, numbers count by value and binary by its bytes.
 */
export function canonicalItem(item: TypedItem): string {
  const attributes = Object.keys(item)
    .sort()
    .map((name) => `${JSON.stringify(name)}:${canonicalValue(item[name] as TypedValue)}`);
  return `{${attributes.join(',')}}`;
}

/** The SHA-256, in base64, of {@link canonicalItem}. */
export function itemDigest(item: TypedItem): string {
  return hash('sha256', canonicalItem(item), 'base64');
}

/** Like {@link canonicalItem}, for one value. */
export function canonicalValue(value: TypedValue): string {
  if ('S' in value) return `{"S":${JSON.stringify(value.S)}}`;
  if ('N' in value) return `{"N":"${canonicalNumber(value.N)}"}`;
  if ('B' in value) return `{"B":"${canonicalBinary(value.B)}"}`;
  if ('M' in value) return `{"M":${canonicalItem(value.M)}}`;
  if ('L' in value) return `{"L":[${value.L.map(canonicalValue).join(',')}]}`;
  if ('SS' in value) return `{"SS":${JSON.stringify([...value.SS].sort())}}`;
  if ('NS' in value) return `{"NS":${JSON.stringify(value.NS.map(canonicalNumber).sort())}}`;
  if ('BS' in value) return `{"BS":${JSON.stringify(value.BS.map(canonicalBinary).sort())}}`;
  return JSON.stringify(value);
}

/** Base64 has several texts for the same bytes: the unused bits of its last letter are free. */
export function canonicalBinary(base64: string): string {
  return Buffer.from(base64, 'base64').toString('base64');
}

/** An item or a key as the SDK holds it, in the form of DynamoDB's JSON. */
export function fromSdkItem(item: Readonly<Record<string, AttributeValue>>): TypedItem {
  return Object.fromEntries(Object.entries(item).map(([name, value]) => [name, fromSdkValue(value)]));
}

function fromSdkValue(value: AttributeValue): TypedValue {
  if (value.B !== undefined) return { B: Buffer.from(value.B).toString('base64') };
  if (value.BS !== undefined) return { BS: value.BS.map((member) => Buffer.from(member).toString('base64')) };
  if (value.L !== undefined) return { L: value.L.map(fromSdkValue) };
  if (value.M !== undefined) return { M: fromSdkItem(value.M) };
  return value as TypedValue;
}

/** A key in the form of DynamoDB's JSON, as the SDK holds it. Keys are strings, numbers or binary. */
export function toSdkKey(key: TypedItem): Record<string, AttributeValue> {
  return Object.fromEntries(
    Object.entries(key).map(([name, value]): [string, AttributeValue] => [
      name,
      'B' in value ? { B: Buffer.from(value.B, 'base64') } : (value as AttributeValue),
    ]),
  );
}
