import type { S3Client } from '@aws-sdk/client-s3';
import { AccessDeniedError } from '../../aws/errors.ts';
import { send } from '../../aws/send.ts';
import { StorageError } from '../errors.ts';
import { explainS3Error } from './errors.ts';

/** How long objects cannot be removed or replaced, by S3 Object Lock. */
export interface ObjectLock {
  /** Whether nobody can end that early, or whoever has the permission for it. */
  readonly mode: 'COMPLIANCE' | 'GOVERNANCE';
  /** From when each object is written on, in milliseconds. */
  readonly milliseconds: number;
  /** Takes, once for a bucket, that its configuration of locks may not be read. */
  readonly onWarning?: ((warning: string) => void) | undefined;
}

/** What is written to stay as it is, or to be replaced, such as a lease or a note. */
export type Lasting = 'kept' | 'replaced';

/** The part of a request that locks an object. */
interface LockInput {
  readonly ObjectLockMode?: ObjectLock['mode'];
  readonly ObjectLockRetainUntilDate?: Date;
  /** A request with a retention has to have a checksum, whatever the client's settings. */
  readonly ChecksumAlgorithm?: 'CRC32';
}

/**
 * For how long an object is locked that is replaced soon, in milliseconds, where the bucket would lock it for years by itself. It has to be
 * some time after now by S3's clock.
 */
const SHORT = 3_600_000;

interface ClientLock {
  readonly lock: ObjectLock;
  /** Whether buckets lock what has no retention of its own. */
  readonly defaults: Map<string, Promise<boolean>>;
}

const locks = new WeakMap<S3Client, ClientLock>();

/** Has all objects locked that the client writes to stay. */
export function setObjectLock(client: S3Client, lock: ObjectLock): void {
  locks.set(client, { lock, defaults: new Map() });
}

/**
 * How an object is to be locked: not at all, unless the client is set to it.
 * @throws StorageError for a bucket without Object Lock
 */
export async function lockOf(client: S3Client, bucket: string, lasting: Lasting): Promise<LockInput> {
  const set = locks.get(client);
  if (set === undefined) return {};
  const { lock, defaults } = set;
  const asked = defaults.get(bucket) ?? hasDefault(client, bucket, lock);
  defaults.set(bucket, asked);
  const locksByItself = await asked;
  if (lasting === 'kept') return lockUntil(lock.mode, lock.milliseconds);
  return locksByItself ? lockUntil('GOVERNANCE', SHORT) : {};
}

function lockUntil(mode: ObjectLock['mode'], milliseconds: number): LockInput {
  // S3 takes whole seconds.
  const until = Math.ceil((Date.now() + milliseconds) / 1000) * 1000;
  return { ObjectLockMode: mode, ObjectLockRetainUntilDate: new Date(until), ChecksumAlgorithm: 'CRC32' };
}

/** Whether a bucket locks what has no retention of its own; not, where nobody may look at that. */
async function hasDefault(client: S3Client, bucket: string, { onWarning }: ObjectLock): Promise<boolean> {
  // The settings of a client are used where nothing of S3 is loaded yet.
  const { GetObjectLockConfigurationCommand } = await import('@aws-sdk/client-s3');
  try {
    const answer = await send(client, new GetObjectLockConfigurationCommand({ Bucket: bucket }));
    const { ObjectLockEnabled, Rule } = answer.ObjectLockConfiguration ?? {};
    if (ObjectLockEnabled !== 'Enabled') throw withoutLock(bucket);
    return Rule?.DefaultRetention !== undefined;
  } catch (error) {
    if ((error as Error).name === 'ObjectLockConfigurationNotFoundError') throw withoutLock(bucket, error);
    const location = { bucket, key: '' };
    const explained = await explainS3Error(error, client, { action: 'GetBucketObjectLockConfiguration', location });
    const isDenied = explained instanceof AccessDeniedError;
    if (isDenied) onWarning?.(unknownDefault(bucket));
    if (isDenied || (error as Error).name === 'NotImplemented') return false;
    throw explained;
  }
}

function unknownDefault(bucket: string): string {
  return (
    `How the bucket ${bucket} locks objects may not be read: s3:GetBucketObjectLockConfiguration is not permitted. ` +
    'Leases and notes are written without a lock of their own, so a lock that the bucket gives to everything holds for them too.'
  );
}

function withoutLock(bucket: string, cause?: unknown): StorageError {
  return new StorageError(
    `The bucket ${bucket} has no Object Lock, so objects in it cannot be locked.`,
    ['Nothing was written.', 'Enable Object Lock on the bucket, or write without a lock.'],
    cause,
  );
}
