import { createHash } from 'node:crypto';
import { isObject } from '@cumulus/dynamodb/aws';
import { storedSize } from '../schemas/storage-limits.ts';
import type { PayloadAddress, PayloadPlace } from './payload-place.ts';

/** An object that has to be in S3 before the record that points to it is written; see `putPayloads`. */
export interface LargePayload extends PayloadAddress {
  /** JSON. */
  readonly text: string;
}

/**
 * A field whose stored size is more than that goes to S3; in bytes. Four such fields and all else that an execution has fit
 * into an item. Each field is judged by itself, not by what the others leave, so that the order in which events come
 * changes nothing.
 */
export const MAX_INLINE_BYTES = 90 * 1024;

/** The fields of an execution that have no bound of their own. */
export const POINTER_FIELDS = ['originalPayload', 'finalPayload', 'error', 'tasks'] as const;

/** What a field holds in place of a large value: the pointer of Cumulus messages. */
interface Pointer {
  readonly replace: { readonly Bucket: string; readonly Key: string; readonly TargetPath: '$' };
}

/** A record with a pointer in place of each of these fields that is too large, and all that these point to. */
export function withPointers<R extends { readonly arn: string }>(
  record: R,
  fields: readonly (keyof R & string)[],
  place: PayloadPlace | undefined,
): { readonly record: R; readonly payloads: readonly LargePayload[] } {
  if (place === undefined) return { record, payloads: [] };
  const large = fields.filter((field) => storedSize(record[field]) > MAX_INLINE_BYTES);
  const payloads = large.map((field) => payloadOf(record.arn, field, record[field], place));
  const pointers = large.map((field, index) => [field, pointerTo(payloads[index] as LargePayload)]);
  return { record: { ...record, ...Object.fromEntries(pointers) }, payloads };
}

/** The same value has the same key, so that an event that comes again writes the same object. */
function payloadOf(arn: string, field: string, value: unknown, place: PayloadPlace): LargePayload {
  const text = JSON.stringify(value);
  const folder = folderOf(arn, place);
  return { bucket: folder.bucket, key: `${folder.prefix}/${field}${endOfKey(text)}`, text };
}

/** Where in a place the payloads of one execution are. */
export function folderOf(arn: string, { bucket, prefix }: PayloadPlace): PayloadPlace {
  return { bucket, prefix: `${prefix}/${sha256(arn)}` };
}

/** How the key of an object with this content ends, by which an object is seen to be what was written. */
export function endOfKey(text: string): string {
  return `-${sha256(text)}.json`;
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

function pointerTo({ bucket, key }: PayloadAddress): Pointer {
  return { replace: { Bucket: bucket, Key: key, TargetPath: '$' } };
}

/** What a field's value points to; undefined if it is a value itself. */
export function addressOf(value: unknown): PayloadAddress | undefined {
  if (!isObject(value) || Object.keys(value).length !== 1 || !isObject(value['replace'])) return undefined;
  const { Bucket: bucket, Key: key, TargetPath: path } = value['replace'];
  return typeof bucket === 'string' && typeof key === 'string' && path === '$' ? { bucket, key } : undefined;
}

/**
 * Whether a field of a record that was read is still a pointer: what it led to is gone, or was not looked for.
 *
 * @example
 * ```ts
 * import type { Models } from '@cumulus/models';
 * import { isPayloadPointer } from '@cumulus/models/payloads';
 *
 * declare const models: Models;
 * const { finalPayload } = await models.executions.get({ arn: 'arn:aws:states:us-east-1:123456789012:execution:Ingest:e1' });
 * if (isPayloadPointer(finalPayload)) console.log('The payload is in S3.');
 * ```
 */
export function isPayloadPointer(value: unknown): boolean {
  return addressOf(value) !== undefined;
}
