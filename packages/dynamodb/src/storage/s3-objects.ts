import type { S3Client } from '@aws-sdk/client-s3';
import type { S3Objects } from './s3/objects.ts';

/**
 * Objects in S3. The module that asks for them is loaded with the first call of this.
 * @param abortSignal ends what only reads; what writes is brought to its end
 * @example
 * ```ts
 * import { createS3Client } from '@cumulus/dynamodb/aws';
 * import { s3Objects } from '@cumulus/dynamodb/storage';
 *
 * const objects = await s3Objects(await createS3Client({ region: 'us-east-1' }));
 * const found = await objects.list({ bucket: 'my-backups', key: 'prod/' });
 * ```
 */
export async function s3Objects(client: S3Client, abortSignal?: AbortSignal): Promise<S3Objects> {
  const { S3Objects } = await import('./s3/objects.ts');
  return new S3Objects(client, abortSignal);
}
