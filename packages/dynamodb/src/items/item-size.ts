import { numberSize } from './decimal-number.ts';
import type { TypedItem, TypedValue } from './typed-item.ts';

/** The overhead of a list or map, and of each of its members, in bytes. */
const CONTAINER_BYTES = 3;
const MEMBER_BYTES = 1;

/**
 * The size of an item by which DynamoDB limits it, in bytes: names and values, without what its JSON adds.
 *
 * The rule is AWS's; where that is no more than "approximately" (numbers, sets) it is what DynamoDB Local was measured to count,
 * which its property test holds it against.
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/CapacityUnitCalculations.html
 */
export function itemSize(item: TypedItem): number {
  let size = 0;
  for (const name in item) size += Buffer.byteLength(name) + valueSize(item[name] as TypedValue);
  return size;
}

function valueSize(value: TypedValue): number {
  if ('S' in value) return Buffer.byteLength(value.S);
  if ('N' in value) return numberSize(value.N);
  if ('B' in value) return binarySize(value.B);
  if ('M' in value) return CONTAINER_BYTES + Object.keys(value.M).length * MEMBER_BYTES + itemSize(value.M);
  if ('L' in value) return CONTAINER_BYTES + value.L.length * MEMBER_BYTES + sumOf(value.L, valueSize);
  if ('SS' in value) return sumOf(value.SS, Buffer.byteLength);
  if ('NS' in value) return sumOf(value.NS, numberSize);
  if ('BS' in value) return sumOf(value.BS, binarySize);
  return 1;
}

function binarySize(base64: string): number {
  return Buffer.byteLength(base64, 'base64');
}

function sumOf<T>(members: readonly T[], sizeOf: (member: T) => number): number {
  return members.reduce((sum, member) => sum + sizeOf(member), 0);
}
