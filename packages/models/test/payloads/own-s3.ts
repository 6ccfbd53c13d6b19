import { CreateBucketCommand, GetObjectCommand, ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';
import { MotoUnavailableError, startMoto } from '@cumulus/local';
import { onDynamoDBLocal } from '@cumulus/test-kit';
import { afterAll, test } from '@jest/globals';

/** moto's S3 for the tests of one file. */
export interface OwnS3 {
  readonly client: S3Client;
  keys(bucket: string): Promise<readonly string[]>;
  object(bucket: string, key: string): Promise<{ readonly type: string | undefined; readonly text: string }>;
  stop(): Promise<void>;
}

/**
 * Like `onDynamoDBLocal`, for tests that need moto's S3 beside it, with these buckets. Where there is no moto one
 * test is reported as skipped, with the reason in its title, and with `CI` set, where everything has to be there, it fails.
 */
export async function onS3(title: string, buckets: readonly string[], tests: (s3: OwnS3) => void): Promise<void> {
  const s3 = await startS3(buckets).catch((error: unknown) => {
    if (error instanceof MotoUnavailableError && !process.env['CI']) return error;
    throw error;
  });
  if (s3 instanceof Error) {
    test.skip(`${title} (skipped: ${s3.message})`, () => undefined);
    return;
  }
  // Not of the tests' own block: where that is skipped, nothing is done after it.
  afterAll(() => s3.stop());
  onDynamoDBLocal(title, () => tests(s3));
}

async function startS3(buckets: readonly string[]): Promise<OwnS3> {
  const moto = await startMoto();
  const client = s3Client(moto.endpoint);
  for (const Bucket of buckets) await client.send(new CreateBucketCommand({ Bucket }));
  return {
    client,
    keys: async (Bucket) => {
      const { Contents = [] } = await client.send(new ListObjectsV2Command({ Bucket }));
      return Contents.map(({ Key = '' }) => Key);
    },
    object: async (Bucket, Key) => {
      const { ContentType, Body } = await client.send(new GetObjectCommand({ Bucket, Key }));
      return { type: ContentType, text: (await Body?.transformToString()) ?? '' };
    },
    stop: async () => {
      client.destroy();
      await moto.stop();
    },
  };
}

/** A client that asks once only. */
export function s3Client(endpoint: string): S3Client {
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
  return new S3Client({ endpoint, region: 'us-east-1', forcePathStyle: true, maxAttempts: 1, credentials });
}
