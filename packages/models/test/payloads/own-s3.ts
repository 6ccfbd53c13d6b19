import { CreateBucketCommand, GetObjectCommand, ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';
import { onDynamoDBLocal, takeMoto } from '@cumulus/test-kit';
import { afterAll, test } from '@jest/globals';

/** moto's S3 for the tests of one file. */
export interface OwnS3 {
  readonly client: S3Client;
  keys(bucket: string): Promise<readonly string[]>;
  object(bucket: string, key: string): Promise<{ readonly type: string | undefined; readonly text: string }>;
}

/**
 * Like `onDynamoDBLocal`, for tests that need moto's S3 beside it, with these buckets. Where there is no moto one
 * test is reported as skipped, with the reason in its title, and with `CI` set, where everything has to be there, it fails.
 */
export async function onS3(title: string, buckets: readonly string[], tests: (s3: OwnS3) => void): Promise<void> {
  const moto = await takeMoto();
  if (moto === undefined) {
    test.skip(`${title} (skipped: no moto_server that runs)`, () => undefined);
    return;
  }
  const s3 = await startS3(moto.endpoint, buckets);
  // Not of the tests' own block: where that is skipped, nothing is done after it.
  afterAll(() => s3.client.destroy());
  onDynamoDBLocal(title, () => tests(s3));
}

async function startS3(endpoint: string, buckets: readonly string[]): Promise<OwnS3> {
  const client = s3Client(endpoint);
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
  };
}

/** A client that asks once only. */
export function s3Client(endpoint: string): S3Client {
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
  return new S3Client({ endpoint, region: 'us-east-1', forcePathStyle: true, maxAttempts: 1, credentials });
}
