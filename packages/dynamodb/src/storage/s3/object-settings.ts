import type { S3Client, ServerSideEncryption, StorageClass } from '@aws-sdk/client-s3';
import { type ObjectLock, setObjectLock } from './object-lock.ts';

/** How objects are written to S3, and who pays for requests; S3 and the bucket decide what is left out. */
export interface ObjectSettings {
  /** Encryption of whatever is written: data, manifests, leases and copies alike. A bucket may refuse what does not ask for it. */
  readonly encryption?: ObjectEncryption | undefined;
  /**
   * Of data files and reports; an earlier backup keeps the class that it has. Small objects, such as manifests and leases, are
   * always `STANDARD`: they are read and replaced within minutes, while other classes charge for a month or more, or cannot be
   * read at once.
   */
  readonly storageClass?: StorageClass | undefined;
  /**
   * How long data files, segments and manifests cannot be removed or replaced. The bucket has to have Object Lock. Leases and notes, which are
   * replaced soon, are not locked; where the bucket locks everything by itself, they are for an hour.
   */
  readonly lock?: ObjectLock | undefined;
  /** Whether whoever asks pays for the requests, as a bucket of another account may demand. */
  readonly requesterPays?: boolean | undefined;
}

/** The headers by which S3 is asked to encrypt an object. */
export interface ObjectEncryption {
  /** `AES256`, `aws:kms` or `aws:kms:dsse`. */
  readonly algorithm: ServerSideEncryption;
  /** Id, alias or ARN of the key in KMS; AWS's own for S3 unless given. */
  readonly kmsKeyId?: string | undefined;
}

/** The requests that give an object its encryption and storage class; parts take those of their upload. */
const WRITES: ReadonlySet<string | undefined> = new Set([
  'PutObjectCommand',
  'CopyObjectCommand',
  'CreateMultipartUploadCommand',
]);

/**
 * Has a client write objects by these settings, whatever its caller does with it: nothing that is written can lack them.
 * @returns the same client
 *
 * @example
 * ```ts
 * import { createS3Client } from '@cumulus/dynamodb/aws';
 * import { backUpTable } from '@cumulus/dynamodb/backup';
 * import { withObjectSettings } from '@cumulus/dynamodb/storage';
 * import { createClient } from '@cumulus/dynamodb/aws';
 *
 * const s3 = withObjectSettings(await createS3Client(), { encryption: { algorithm: 'aws:kms' }, storageClass: 'STANDARD_IA' });
 * await backUpTable({ client: createClient(), table: 'prod-PdrsTable', directory: 's3://my-backups/prod', s3: async () => s3 });
 * ```
 */
export function withObjectSettings(client: S3Client, settings: ObjectSettings): S3Client {
  const { encryption, storageClass, lock, requesterPays = false } = settings;
  if (lock !== undefined) setObjectLock(client, lock);
  const payer = requesterPays ? { RequestPayer: 'requester' } : {};
  const encrypted =
    encryption === undefined ? {} : { ServerSideEncryption: encryption.algorithm, SSEKMSKeyId: encryption.kmsKeyId };
  const stored = storageClass === undefined ? {} : { StorageClass: storageClass };
  client.middlewareStack.add(
    (next, { commandName }) =>
      (request) => {
        const written = WRITES.has(commandName) ? { ...stored, ...request.input, ...encrypted } : request.input;
        return next({ ...request, input: { ...written, ...payer } });
      },
    { step: 'initialize', name: 'objectSettings', override: true },
  );
  return client;
}
