import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { MotoUnavailableError, type ServerProcess, startMoto } from '@cumulus/local';
import { S3Objects } from '../../src/storage/s3/objects.ts';

export const BUCKET = 'storage-tests';

/** moto's S3 with a bucket, or undefined where there is no moto. */
export async function startS3(): Promise<{ objects: S3Objects; server: ServerProcess } | undefined> {
  try {
    const server = await startMoto();
    const client = new S3Client({
      endpoint: server.endpoint,
      region: 'us-east-1',
      credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    });
    await client.send(new CreateBucketCommand({ Bucket: BUCKET }));
    return { objects: new S3Objects(client), server };
  } catch (error) {
    if (error instanceof MotoUnavailableError && !process.env['CI']) return undefined;
    throw error;
  }
}
