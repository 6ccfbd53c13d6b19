import { isObject } from '../is-object.ts';
import { type KeyAttribute, type KeySchema, keyAttributes } from '../tables/schema.ts';
import { canonicalValue, type TypedItem, type TypedValue } from './typed-item.ts';

/** DynamoDB's limits on a partition key's and a sort key's value, in bytes. */
const MAX_HASH_BYTES = 2048;
const MAX_RANGE_BYTES = 1024;

/** A text that is the same for two items exactly if they have the same key. */
export function canonicalKey(item: TypedItem, key: KeySchema): string {
  const hash = canonicalValue(item[key.hash.name] as TypedValue);
  return key.range === undefined ? hash : `${hash}${canonicalValue(item[key.range.name] as TypedValue)}`;
}

/** The key's attributes of an item, without the others. */
export function keyOf(item: TypedItem, key: KeySchema): TypedItem {
  return Object.fromEntries(keyAttributes(key).map(({ name }) => [name, item[name] as TypedValue]));
}

/** A key in words: `granuleId "MOD09GQ…"`. */
export function describeItemKey(key: TypedItem): string {
  return Object.entries(key)
    .map(([name, value]) => `${name} ${JSON.stringify(Object.values(value)[0])}`)
    .join(', ');
}

/**
 * Why DynamoDB would refuse an item in a table of this key and with these further indexed attributes; undefined if it
 * would not. The item's values have to be well-formed.
 */
export function problemOfKeys(item: TypedItem, key: KeySchema, indexed: readonly KeyAttribute[]): string | undefined {
  for (const attribute of indexed) {
    const value = item[attribute.name];
    const ofKey = attribute.name === key.hash.name || attribute.name === key.range?.name;
    if (value === undefined) {
      if (ofKey) return `the key attribute ${attribute.name} is missing`;
      continue;
    }
    const role = ofKey ? 'key attribute' : "index's key attribute";
    const content = contentOfType(value, attribute.type);
    if (content === undefined) {
      return `the ${role} ${attribute.name} is of type ${Object.keys(value)[0]} instead of ${attribute.type}`;
    }
    if (content === '') return `the ${role} ${attribute.name} is empty`;
    if (ofKey) {
      const limit = attribute.name === key.hash.name ? MAX_HASH_BYTES : MAX_RANGE_BYTES;
      const size = attribute.type === 'B' ? Buffer.byteLength(content, 'base64') : Buffer.byteLength(content);
      if (size > limit) return `the ${role} ${attribute.name} has ${size} bytes, DynamoDB takes ${limit}`;
    }
  }
  return undefined;
}

function contentOfType(value: TypedValue, type: string): string | undefined {
  const content: unknown = (value as { readonly [type: string]: unknown })[type];
  return typeof content === 'string' ? content : undefined;
}

/** Whether a parsed JSON value is what a key attribute looks like in typed JSON: `{"S":"…"}`, with S, N or B. */
export function isTypedKeyValue(value: unknown): boolean {
  if (!isObject(value)) return false;
  const entries = Object.entries(value);
  const [entry] = entries;
  return (
    entry !== undefined && entries.length === 1 && ['S', 'N', 'B'].includes(entry[0]) && typeof entry[1] === 'string'
  );
}
