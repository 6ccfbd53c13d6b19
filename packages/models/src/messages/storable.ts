import { isObject } from './json.ts';

/** DynamoDB's limit for a sort key, which is less than that for a partition key. Both hold for indexes too. */
export const MAX_KEY_BYTES = 1024;

/** DynamoDB's limit for an item. */
export const MAX_ITEM_BYTES = 400 * 1024;

/** DynamoDB's limits for a name, and for nesting; the latter less a level for the item, and one to be safe. */
const MAX_NAME_BYTES = 65_535;
const MAX_DEPTH = 30;

const SMALLEST_NUMBER = 1e-130;

/** The size of a text in UTF-8, in which DynamoDB counts. */
export function bytesOf(text: string): number {
  return Buffer.byteLength(text, 'utf8');
}

/**
 * A value out of a message's JSON in a form that DynamoDB can hold. A part that it cannot hold (a number beyond its
 * range or JavaScript's precision, an empty name or `__proto__`, too deep a nesting) is kept as its JSON text.
 */
export function storable(value: unknown, depth = 1): unknown {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return value;
  if (typeof value === 'number') return isStorableNumber(value) ? value : jsonText(value);
  if (depth > MAX_DEPTH) return jsonText(value);
  if (Array.isArray(value)) return value.map((element: unknown) => storable(element, depth + 1));
  if (!isObject(value)) return jsonText(value);
  const members = Object.entries(value).filter(([, member]) => member !== undefined);
  if (!members.every(([name]) => isStorableName(name))) return jsonText(value);
  return Object.fromEntries(members.map(([name, member]) => [name, storable(member, depth + 1)]));
}

/** The SDK loses a member named `__proto__`, and sends a request that DynamoDB refuses. */
function isStorableName(name: string): boolean {
  return name !== '' && name !== '__proto__' && bytesOf(name) <= MAX_NAME_BYTES;
}

function isStorableNumber(value: number): boolean {
  const size = Math.abs(value);
  return size <= Number.MAX_SAFE_INTEGER && (size === 0 || size >= SMALLEST_NUMBER);
}

function jsonText(value: unknown): string {
  try {
    return JSON.stringify(value) ?? String(value);
  } catch {
    // Nested so deeply that it exceeds the stack, or no JSON at all.
    return '(could not be kept)';
  }
}

/** The size of a value as DynamoDB counts it towards the limit of an item, or a little more; in bytes. */
export function storedSize(value: unknown): number {
  if (typeof value === 'string') return bytesOf(value);
  if (typeof value === 'number') return 21;
  if (Array.isArray(value)) return value.reduce((sum: number, element) => sum + 1 + storedSize(element), 3);
  if (!isObject(value)) return 1;
  return Object.entries(value).reduce((sum, [name, member]) => sum + 1 + bytesOf(name) + storedSize(member), 3);
}
