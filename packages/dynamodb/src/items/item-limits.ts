import { isObject } from '../aws/is-object.ts';
import { itemSize } from './item-size.ts';
import type { TypedItem } from './typed-item.ts';

/** The most that an item may have, by {@link itemSize}. https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html */
export const MAX_ITEM_BYTES = 400 * 1024;

/** No character of an item's JSON stands for more than three bytes that DynamoDB counts. */
const MAX_BYTES_PER_CHARACTER = 3;

/** How JSON has to write half of a surrogate pair, which UTF-8 has no bytes for. */
const ESCAPED_SURROGATE = /\\u[dD][89a-fA-F]/;
const LONE_SURROGATE = /\p{Surrogate}/u;

/**
 * Why DynamoDB would refuse a well-formed item as a whole, or keep another one; undefined if it would not.
 * @param text the JSON that the item was read from
 */
export function problemOfLimits(item: TypedItem, text: string): string | undefined {
  if (text.length * MAX_BYTES_PER_CHARACTER > MAX_ITEM_BYTES) {
    const size = itemSize(item);
    if (size > MAX_ITEM_BYTES) return `the item has ${size} bytes, DynamoDB takes ${MAX_ITEM_BYTES}`;
  }
  return ESCAPED_SURROGATE.test(text) ? problemOfSurrogates(item, '') : undefined;
}

/** Whether an item with a text of so few bytes, without escapes of characters, is certainly within the limits. */
export function isWithinLimits(text: Uint8Array): boolean {
  return text.length * MAX_BYTES_PER_CHARACTER <= MAX_ITEM_BYTES;
}

/** Whether a text has half of a surrogate pair: two texts that differ in one are the same to DynamoDB. */
export function hasLoneSurrogate(text: string): boolean {
  return LONE_SURROGATE.test(text);
}

function problemOfSurrogates(value: unknown, path: string): string | undefined {
  if (typeof value === 'string') {
    return hasLoneSurrogate(value) ? `${path} has half of a surrogate pair, which UTF-8 cannot hold` : undefined;
  }
  if (!isObject(value) && !Array.isArray(value)) return undefined;
  for (const [name, member] of Object.entries(value)) {
    const problem = hasLoneSurrogate(name)
      ? `the name ${JSON.stringify(name)} has half of a surrogate pair, which UTF-8 cannot hold`
      : problemOfSurrogates(member, path === '' ? name : path);
    if (problem !== undefined) return problem;
  }
  return undefined;
}
