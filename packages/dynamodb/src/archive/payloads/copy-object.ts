import type { S3Client } from '@aws-sdk/client-s3';
import { CumulusError } from '../../aws/errors.ts';
import { FileReplacedError } from '../../storage/errors.ts';
import { openStorageOf } from '../../storage/open-storage.ts';
import { formatS3Url, type S3Location } from '../../storage/s3/url.ts';
import { s3Objects } from '../../storage/s3-objects.ts';
import type { PayloadCopy, PayloadProblem } from '../format/payload-note.ts';
import type { PayloadStore } from './payload-store.ts';

/** Objects of up to this size are copied in memory, in bytes. */
const SMALL = 8 * 1024 * 1024;

/** How long a small object may take, with all retries, in milliseconds. Others are copied meanwhile. */
const SMALL_TIMEOUT = 60_000;

/** How often an object is read again that was replaced while it was read. */
const TRIES = 3;

/** What became of an object: copied, or why not. */
export type CopiedPayload = { readonly copy: PayloadCopy } | { readonly problem: PayloadProblem };

export interface CopyObjectOptions {
  readonly client: S3Client;
  readonly store: PayloadStore;
  readonly abortSignal: AbortSignal;
  /** How long a small object may take, in milliseconds. */
  readonly timeout?: number | undefined;
}

/**
 * Copies an object as it is now. That S3 does not give it is a result, not an error.
 * @throws what writing the copy throws; the signal's reason
 */
export async function copyObject(location: S3Location, options: CopyObjectOptions): Promise<CopiedPayload> {
  const { abortSignal, timeout = SMALL_TIMEOUT } = options;
  const timer = AbortSignal.timeout(timeout);
  let read: ReadObject;
  try {
    read = await readSmall(location, options, AbortSignal.any([abortSignal, timer]));
  } catch (error) {
    abortSignal.throwIfAborted();
    if (timer.aborted) return failed(`S3 did not give it within ${timeout / 1000} s`);
    if (error instanceof CumulusError) return failed(error.problem);
    throw error;
  }
  if ('problem' in read) return read;
  const { content, ...copy } = read;
  if (content !== undefined) return { copy: { ...copy, sha256: await options.store.put(content) } };
  return copyLarge(location, copy.contentType, options);
}

type ReadObject =
  | (Omit<PayloadCopy, 'sha256'> & { readonly content: Buffer | undefined })
  | { readonly problem: PayloadProblem };

async function readSmall(
  location: S3Location,
  { client }: CopyObjectOptions,
  abortSignal: AbortSignal,
): Promise<ReadObject> {
  const objects = await s3Objects(client, abortSignal);
  const status = await objects.status(location);
  if (status === undefined) return gone();
  const { archivedIn, size: bytes, etag, lastModified, contentType } = status;
  if (archivedIn !== undefined)
    return failed(`it is in the storage class ${archivedIn}, which cannot be read directly`);
  if (bytes > SMALL) return { bytes, etag, lastModified: lastModified.toISOString(), contentType, content: undefined };
  const object = await objects.read(location, { maxBytes: SMALL });
  if (object === undefined) return gone();
  const { content } = object;
  return {
    bytes: content.length,
    etag: object.etag,
    lastModified: object.lastModified.toISOString(),
    contentType: object.contentType,
    content,
  };
}

async function copyLarge(
  location: S3Location,
  contentType: string | undefined,
  { client, store, abortSignal }: CopyObjectOptions,
): Promise<CopiedPayload> {
  const { storage, name } = await openStorageOf(formatS3Url(location), { s3: async () => client, abortSignal });
  for (let tries = 1; ; tries += 1) {
    if ((await storage.find(name)) === undefined) return gone();
    const file = await storage.open(name);
    try {
      const { size: bytes, version: etag, modified } = file.status;
      const sha256 = await store.putLarge(bytes, () => file.chunks(false));
      return { copy: { sha256, bytes, etag, lastModified: modified.toISOString(), contentType } };
    } catch (error) {
      if (!(error instanceof FileReplacedError)) throw error;
      if (tries === TRIES) return failed('it was replaced each time while it was read');
    } finally {
      await file.close();
    }
  }
}

function gone(): { readonly problem: PayloadProblem } {
  return { problem: { kind: 'gone', reason: 'there is no such object' } };
}

function failed(reason: string): { readonly problem: PayloadProblem } {
  return { problem: { kind: 'failed', reason: reason.replace(/\.$/, '') } };
}
