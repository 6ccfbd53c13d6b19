import { CreateBucketCommand, GetObjectCommand, ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';
import { MotoUnavailableError, startMoto } from '@cumulus/local';

/** moto's S3 for the tests of one file. */
export interface OwnS3 {
  readonly client: S3Client;
  keys(bucket: string): Promise<readonly string[]>;
  object(bucket: string, key: string): Promise<{ readonly type: string | undefined; readonly text: string }>;
  stop(): Promise<void>;
}

/** @returns undefined where there is no moto, except with `CI` set, where that is a failure */
export async function startS3(buckets: readonly string[]): Promise<OwnS3 | undefined> {
  const moto = await startMoto().catch((error: unknown) => {
    if (error instanceof MotoUnavailableError && !process.env['CI']) return undefined;
    throw error;
  });
  if (moto === undefined) return undefined;
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
