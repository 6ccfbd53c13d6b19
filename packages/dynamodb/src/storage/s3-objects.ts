import type { S3Client } from '@aws-sdk/client-s3';
import type { S3Objects } from './s3/objects.ts';

/** Objects in S3, whose module is loaded when they are first asked for. @param abortSignal ends what only reads */
export async function s3Objects(client: S3Client, abortSignal?: AbortSignal): Promise<S3Objects> {
  const { S3Objects } = await import('./s3/objects.ts');
  return new S3Objects(client, abortSignal);
}
