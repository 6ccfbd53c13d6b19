import { isObject } from '@cumulus/dynamodb/aws';
import { isStorableName, isStorableNumber, MAX_DEPTH } from '../schemas/storage-limits.ts';

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

function jsonText(value: unknown): string {
  try {
    return JSON.stringify(value) ?? String(value);
  } catch {
    // Nested so deeply that it exceeds the stack, or no JSON at all.
    return '(could not be kept)';
  }
}
