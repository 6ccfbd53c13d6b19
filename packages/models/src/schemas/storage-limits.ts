import { isNumberValue } from '@cumulus/dynamodb/items';
import type { Violation } from '../errors.ts';
import { describePath, type FieldPath } from './field-path.ts';

/** DynamoDB's limit for an item. */
export const MAX_ITEM_BYTES = 400 * 1024;

/** DynamoDB's limits for a name, and for nesting; the latter less a level for the item, and one to be safe. */
const MAX_NAME_BYTES = 65_535;
export const MAX_DEPTH = 30;

const MIN_NUMBER = 1e-130;

/** The size of a text in UTF-8, in which DynamoDB counts. */
export function bytesOf(text: string): number {
  return Buffer.byteLength(text, 'utf8');
}

/** The SDK loses a member named `__proto__`, and takes one named `constructor` for what the object was made by. */
export function isStorableName(name: string): boolean {
  return name !== '' && name !== '__proto__' && name !== 'constructor' && bytesOf(name) <= MAX_NAME_BYTES;
}

export function isStorableNumber(value: number): boolean {
  const size = Math.abs(value);
  return size <= Number.MAX_SAFE_INTEGER && (size === 0 || size >= MIN_NUMBER);
}

/** The size of a value as DynamoDB counts it towards the limit of an item, or a little more; in bytes. */
export function storedSize(value: unknown): number {
  if (typeof value === 'string') return bytesOf(value);
  if (typeof value === 'number' || typeof value === 'bigint') return 21;
  if (ArrayBuffer.isView(value)) return value.byteLength;
  if (Array.isArray(value) || value instanceof Set) {
    return [...value].reduce((sum: number, element) => sum + 1 + storedSize(element), 3);
  }
  if (typeof value !== 'object' || value === null) return 1;
  return Object.entries(value).reduce((sum, [name, member]) => sum + 1 + bytesOf(name) + storedSize(member), 3);
}

/**
 * What of a record DynamoDB would refuse, or the SDK would alter on the way: so that it is named with its path before
 * anything is sent. Members that are undefined count as absent.
 */
export function violationsOfStorage(record: object): readonly Violation[] {
  const violations = [...violationsWithin(record, [])];
  // What is nested too deep is not to be walked through once more.
  const bytes = violations.length > 0 ? 0 : storedSize(record);
  if (bytes > MAX_ITEM_BYTES) {
    violations.push({ path: '', message: `takes ${bytes} bytes; DynamoDB holds ${MAX_ITEM_BYTES} an item` });
  }
  return violations;
}

function* violationsWithin(value: unknown, path: FieldPath): Generator<Violation, void> {
  const problem = problemOf(value, path);
  if (problem !== undefined) {
    yield { path: describePath(path), message: problem };
  } else if (Array.isArray(value)) {
    for (const [index, element] of value.entries()) yield* violationsWithin(element, [...path, index]);
  } else if (isPlainObject(value)) {
    for (const [name, member] of Object.entries(value)) {
      const within = [...path, name];
      if (!isStorableName(name)) yield { path: describePath(within), message: 'is no name that DynamoDB can hold' };
      else if (member !== undefined) yield* violationsWithin(member, within);
    }
  }
}

function problemOf(value: unknown, path: FieldPath): string | undefined {
  if (path.length > MAX_DEPTH + 1) return `is nested deeper than ${MAX_DEPTH} levels`;
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) return 'must be a finite number';
    if (isStorableNumber(value)) return undefined;
    return `must be a number of at most ${Number.MAX_SAFE_INTEGER} and, unless 0, at least ${MIN_NUMBER}`;
  }
  if (value instanceof Set) return value.size === 0 ? 'must not be an empty set' : undefined;
  // Numbers with more digits than JavaScript's, as they were read, are objects of the SDK.
  const isStorable =
    value === null ||
    ['string', 'boolean', 'bigint'].includes(typeof value) ||
    Array.isArray(value) ||
    ArrayBuffer.isView(value) ||
    isPlainObject(value) ||
    isNumberValue(value);
  return isStorable ? undefined : 'must be a text, a number, true, false, null, a list or an object';
}

/** An object of no class; one of another realm has another `Object.prototype`. */
function isPlainObject(value: unknown): value is object {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}
