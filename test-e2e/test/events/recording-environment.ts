import { CreateBucketCommand } from '@aws-sdk/client-s3';
import type { OwnMoto } from '@cumulus/test-kit';
import { createRecordedTables } from './recorded-tables.ts';

/** The bucket of a deployment, by default. */
export const BUCKET = 'system-bucket';

/**
 * Makes a bucket and the tables of a deployment that is named like its tables.
 * @returns the environment of the functions that record in them
 */
export async function recordingEnvironment(moto: OwnMoto, prefix: string, bucket = BUCKET): Promise<NodeJS.ProcessEnv> {
  await moto.s3.send(new CreateBucketCommand({ Bucket: bucket }));
  return {
    ...(await createRecordedTables(prefix)),
    AWS_ENDPOINT_URL: moto.endpoint,
    stackName: prefix,
    system_bucket: bucket,
  };
}
