import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { takeMoto } from '@cumulus/test-kit';
import { S3Objects } from '../../src/storage/s3/objects.ts';

export const BUCKET = 'storage-tests';

/** moto's S3 with a bucket, or undefined where there is no moto. */
export async function startS3(): Promise<S3Objects | undefined> {
  const moto = await takeMoto();
  if (moto === undefined) return undefined;
  const client = new S3Client({
    endpoint: moto.endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  });
  await client.send(new CreateBucketCommand({ Bucket: BUCKET }));
  return new S3Objects(client);
}
