import { S3Client } from '@aws-sdk/client-s3';
import { describeWithMoto, type OwnMoto, onDynamoDBLocal } from '@cumulus/test-kit';

/** Like `describeWithMoto`, for tests that need what dynalite lacks, beside moto's S3. */
export async function onS3(title: string, tests: (moto: OwnMoto) => void): Promise<void> {
  await describeWithMoto(title, (moto) => onDynamoDBLocal('in S3, of records in DynamoDB', () => tests(moto)));
}

/** A client that reaches nothing, and tries it once only. */
export function unreachableS3(): S3Client {
  return new S3Client({ endpoint: 'http://127.0.0.1:1', forcePathStyle: true, maxAttempts: 1 });
}
