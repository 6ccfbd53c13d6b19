import type { S3Client } from '@aws-sdk/client-s3';
import { createS3Client } from '../../aws/client.ts';
import { CumulusError } from '../../aws/errors.ts';
import { forEachAtOnce } from '../../aws/workers.ts';
import type { StorageOptions } from '../../storage/open-storage.ts';
import { openStorageOf } from '../../storage/open-storage.ts';
import { formatS3Url, type S3Location } from '../../storage/s3/url.ts';
import { s3Objects } from '../../storage/s3-objects.ts';
import { sha256Of } from '../../storage/sha256.ts';
import type { Storage } from '../../storage/storage.ts';
import type { PayloadCopy } from '../format/payload-note.ts';
import { findCopies, type PointedObject } from './find-copies.ts';
import { PayloadStore } from './payload-store.ts';

const AT_ONCE = 8;

/** Objects of up to this size are put by one request, in bytes. */
const SMALL = 8 * 1024 * 1024;

/** How many objects are named of those that are not as they were. */
const MAX_NAMED = 10;

export interface RestorePayloadsOptions extends StorageOptions {
  /** Where the archive is. */
  readonly storage: Storage;
  readonly table: string;
  /** The second, in milliseconds since 1970. */
  readonly at: number;
  /** The state of that second, as a backup. */
  readonly file: string;
  /** Secret keys of age, if that is encrypted. */
  readonly identities?: readonly string[] | undefined;
  /** Only say what would be done. */
  readonly dryRun?: boolean | undefined;
}

/** What became of the objects in S3 that the items of a state point to. */
export interface RestoredPayloads {
  /** They were missing, and are there again; or would be. */
  readonly restored: number;
  /** Bytes of those. */
  readonly bytes: number;
  /** They are there, as the archive has them. */
  readonly present: number;
  /** Others are there in their place, and stay. */
  readonly different: number;
  /** The archive does not have them. What is there in their place stays. */
  readonly notArchived: number;
  /** S3 did not take them, or does not let them be compared. */
  readonly failed: number;
  /** The first of those that are different, not archived, or failed, with why. */
  readonly problems: readonly RestoredPayloadProblem[];
}

export interface RestoredPayloadProblem extends S3Location {
  readonly kind: 'different' | 'not archived' | 'failed';
  /** In words. */
  readonly problem: string;
}

type Outcome =
  | { readonly kind: 'restored' | 'present'; readonly bytes: number }
  | { readonly kind: RestoredPayloadProblem['kind']; readonly problem: string };

/**
 * Puts objects back that the items of a state point to, where none is. Nothing that is there is replaced.
 * @throws ArchiveDamagedError for a payload note or a copy; FileError, StorageError where the archive cannot be read
 */
export async function restorePayloads(options: RestorePayloadsOptions): Promise<RestoredPayloads> {
  const { storage, s3 = createS3Client, abortSignal } = options;
  const store = await PayloadStore.open(storage.location, { s3, abortSignal });
  const job = { client: await s3(), store, dryRun: options.dryRun ?? false, abortSignal };
  const counts = { restored: 0, bytes: 0, present: 0, different: 0, notArchived: 0, failed: 0 };
  const problems: RestoredPayloadProblem[] = [];
  for await (const objects of findCopies(options)) {
    await forEachAtOnce(objects, AT_ONCE, abortSignal, async (object) => {
      const outcome = await restoreObject(object, job);
      counts[outcome.kind === 'not archived' ? 'notArchived' : outcome.kind] += 1;
      if ('bytes' in outcome) counts.bytes += outcome.kind === 'restored' ? outcome.bytes : 0;
      else if (problems.length < MAX_NAMED) problems.push({ bucket: object.bucket, key: object.key, ...outcome });
    });
  }
  return { ...counts, problems };
}

interface RestoreJob {
  readonly client: S3Client;
  readonly store: PayloadStore;
  readonly dryRun: boolean;
  readonly abortSignal: AbortSignal | undefined;
}

async function restoreObject(object: PointedObject, job: RestoreJob): Promise<Outcome> {
  const { copy } = object;
  if (copy === undefined) return { kind: 'not archived', problem: 'the archive does not have it' };
  try {
    const there = await compareThere(object, copy, job);
    if (there !== undefined) return there;
    if (job.dryRun || (await putBack(object, copy, job))) return { kind: 'restored', bytes: copy.bytes };
    // It came meanwhile.
    return (await compareThere(object, copy, job)) ?? { kind: 'failed', problem: 'S3 did not take it' };
  } catch (error) {
    job.abortSignal?.throwIfAborted();
    if (!(error instanceof CumulusError) || error.code === 'ARCHIVE_DAMAGED') throw error;
    return { kind: 'failed', problem: error.problem };
  }
}

/** What is there; undefined if nothing is. */
async function compareThere(
  location: S3Location,
  copy: PayloadCopy,
  { client, abortSignal }: RestoreJob,
): Promise<Outcome | undefined> {
  const objects = await s3Objects(client, abortSignal);
  const status = await objects.status(location);
  if (status === undefined) return undefined;
  const isSame =
    status.size === copy.bytes && (status.etag === copy.etag || (await hashOf(location, client)) === copy.sha256);
  return isSame
    ? { kind: 'present', bytes: copy.bytes }
    : { kind: 'different', problem: 'another object is there, and was left' };
}

async function hashOf(location: S3Location, client: S3Client): Promise<string> {
  const { storage, name } = await openStorageOf(formatS3Url(location), { s3: async () => client });
  const file = await storage.open(name);
  try {
    return await sha256Of(file.chunks(false));
  } finally {
    await file.close();
  }
}

/** @returns false if something is there by now */
async function putBack(location: S3Location, copy: PayloadCopy, { client, store }: RestoreJob): Promise<boolean> {
  const { sha256, bytes, contentType } = copy;
  if (bytes <= SMALL) {
    const objects = await s3Objects(client);
    const options = { demand: 'absent', contentType } as const;
    return (await objects.put(location, await store.read(sha256), options)) !== undefined;
  }
  const { storage, name } = await openStorageOf(formatS3Url(location), { s3: async () => client });
  const file = await storage.create(name, { contentType, metadata: {}, expectedBytes: bytes, isNew: true });
  try {
    for await (const chunk of store.chunks(sha256)) await file.append(chunk);
    await file.publish();
    return true;
  } catch (error) {
    if ((await storage.find(name)) !== undefined) return false;
    throw error;
  } finally {
    await file.close();
  }
}
