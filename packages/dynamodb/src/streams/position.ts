/**
 * Where a reader stands in a shard: at its start, at its end with all records read, or after the record of a sequence
 * number.
 */
export type StreamPosition = 'start' | 'end' | SequenceNumber;

/** A number of up to 40 digits, which a JavaScript number does not hold. */
export type SequenceNumber = `${bigint}`;

/**
 * Whether a record lies behind a position of its shard, so that a reader who stands there has not read it yet.
 *
 * @example
 * ```ts
 * import { isAfter } from '@cumulus/dynamodb/streams';
 *
 * const isUnread = isAfter('200000000000000000001', '100000000000000000009'); // true
 * ```
 */
export function isAfter(sequenceNumber: string, position: StreamPosition): boolean {
  if (position === 'start') return true;
  return position !== 'end' && BigInt(sequenceNumber) > BigInt(position);
}
