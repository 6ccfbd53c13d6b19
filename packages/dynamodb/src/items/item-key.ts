import { isObject } from '../aws/is-object.ts';
import {
  indexedAttributes,
  type KeyAttribute,
  type KeySchema,
  keyAttributes,
  type TableSchema,
} from '../tables/schema.ts';
import { hasLoneSurrogate } from './item-limits.ts';
import { canonicalValue, type TypedItem, type TypedValue } from './typed-item.ts';

/** DynamoDB's limits on a partition key's and a sort key's value, in bytes. */
const MAX_HASH_BYTES = 2048;
const MAX_RANGE_BYTES = 1024;
const MAX_BYTES_PER_CHARACTER = 3;

/** A text that is the same for two items exactly if they have the same key. */
export function canonicalKey(item: TypedItem, key: KeySchema): string {
  const hash = canonicalValue(item[key.hash.name] as TypedValue);
  return key.range === undefined ? hash : `${hash}${canonicalValue(item[key.range.name] as TypedValue)}`;
}

/** The key's attributes of an item, without the others. */
export function keyOf(item: TypedItem, key: KeySchema): TypedItem {
  return Object.fromEntries(keyAttributes(key).map(({ name }) => [name, item[name] as TypedValue]));
}

/**
 * A key in words: `granuleId "MOD09GQ…"`.
 *
 * @example
 * ```ts
 * import { describeItemKey } from '@cumulus/dynamodb/items';
 *
 * const key = describeItemKey({ bucket: { S: 'archive' }, key: { S: 'G1.hdf' } }); // bucket "archive", key "G1.hdf"
 * ```
 */
export function describeItemKey(key: TypedItem): string {
  return Object.entries(key)
    .map(([name, value]) => `${name} ${JSON.stringify(Object.values(value)[0])}`)
    .join(', ');
}

/** What a table demands of an attribute that its key or an index's is made of. */
export interface KeyRule extends KeyAttribute {
  /** Whether it is of the table's own key, and so has to be there. */
  readonly ofTable: boolean;
  readonly maxBytes: number;
}

/** The rules of all attributes of a table's key and of its indexes' keys. One that several keys have is held to the narrowest. */
export function keyRules(schema: TableSchema): readonly KeyRule[] {
  const keys = [schema, ...schema.globalIndexes, ...schema.localIndexes].map(({ key }) => key);
  const ranges = new Set(keys.flatMap(({ range, moreRange = [] }) => [range, ...moreRange]).map((part) => part?.name));
  const own = new Set(keyAttributes(schema.key).map(({ name }) => name));
  return indexedAttributes(schema).map(({ name, type }) => ({
    name,
    type,
    ofTable: own.has(name),
    maxBytes: ranges.has(name) ? MAX_RANGE_BYTES : MAX_HASH_BYTES,
  }));
}

/**
 * Why DynamoDB would refuse an item in a table of these rules; undefined if it would not. The item's values have to be
 * well-formed.
 */
export function problemOfKeys(item: TypedItem, rules: readonly KeyRule[]): string | undefined {
  for (const { name, type, ofTable, maxBytes } of rules) {
    const value = item[name];
    if (value === undefined) {
      if (ofTable) return `the key attribute ${name} is missing`;
      continue;
    }
    const attribute = `the ${ofTable ? 'key attribute' : "index's key attribute"} ${name}`;
    const content = contentOfType(value, type);
    if (content === undefined) return `${attribute} is of type ${Object.keys(value)[0]} instead of ${type}`;
    if (content === '') return `${attribute} is empty`;
    if (content.length * MAX_BYTES_PER_CHARACTER > maxBytes && type !== 'N') {
      const size = Buffer.byteLength(content, type === 'B' ? 'base64' : 'utf8');
      if (size > maxBytes) return `${attribute} has ${size} bytes, DynamoDB takes ${maxBytes}`;
    }
    if (hasLoneSurrogate(content)) return `${attribute} has half of a surrogate pair, which UTF-8 cannot hold`;
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
