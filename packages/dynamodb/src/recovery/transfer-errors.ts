import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { isThrottling } from '../aws/classify-error.ts';
import { explainDynamoDBError, type RequestContext } from '../aws/dynamodb-errors.ts';
import { AccessDeniedError, RequestFailedError } from '../aws/errors.ts';
import { firstLine } from '../aws/explain-error.ts';
import { StorageError } from '../storage/errors.ts';
import { NotProtectedError } from './errors.ts';

/** What DynamoDB does by itself between a table and S3. */
export type Transfer = 'export' | 'import';

/** What the caller needs in S3, as which DynamoDB acts there. */
const S3_ACTIONS: { readonly [transfer in Transfer]: string } = {
  export: 's3:PutObject, s3:PutObjectAcl and s3:AbortMultipartUpload',
  import: 's3:GetObject and s3:ListBucket',
};

/**
 * Turns what the SDK threw at the start of an export or import into an error that says what to do. DynamoDB's refusals
 * because of the bucket have no error class of their own: the codes of a failed export are in the message.
 */
export async function explainTransferError(
  thrown: unknown,
  client: DynamoDBClient,
  context: RequestContext & { readonly table: string },
): Promise<unknown> {
  const { action, table } = context;
  const { name, message } = thrown as Error;
  const transfer = action === 'ImportTable' ? 'import' : 'export';
  if (name === 'PointInTimeRecoveryUnavailableException') {
    return new NotProtectedError(
      [table],
      `Table ${table} has no point-in-time recovery, which an export reads from.`,
      ['Nothing was exported.'],
      thrown,
    );
  }
  if (name === 'LimitExceededException') {
    return new RequestFailedError(
      `DynamoDB accepts no other ${transfer} now: ${firstLine(message)}`,
      ['Nothing was changed.', `Wait until another ${transfer} has ended, then repeat the command.`],
      thrown,
    );
  }
  if (/S3NoSuchBucket|S3AccessDenied|NoSuchBucket|\bS3\b.*(?:denied|not exist)/i.test(message ?? '')) {
    const isDenial = /denied/i.test(message);
    const advice = [
      'Nothing was changed.',
      ...adviceOnFailure(isDenial ? 'S3AccessDenied' : 'S3NoSuchBucket', transfer),
    ];
    const problem = `DynamoDB refused ${action} for table ${table}: ${firstLine(message)}`;
    return isDenial
      ? new AccessDeniedError(problem, advice, thrown)
      : new StorageError(problem, advice, thrown, { isBucketMissing: true });
  }
  return explainDynamoDBError(thrown, client, context);
}

/** Throttling passes. The account's limit of concurrent exports or imports may be reached for hours. */
export function isPassingRefusal(thrown: unknown): boolean {
  return isThrottling(thrown) && (thrown as Error).name !== 'LimitExceededException';
}

/** What to do about an export or import that failed with this code. */
export function adviceOnFailure(code: string, transfer: Transfer, bucket = 'the bucket'): readonly string[] {
  if (/access|denied/i.test(code)) {
    const actions = `${S3_ACTIONS[transfer]} on ${bucket}`;
    return [`Allow the IAM actions ${actions}, also in the bucket’s policy, and what its KMS key needs if it has one.`];
  }
  if (/NoSuchBucket/i.test(code))
    return ['Check the bucket’s name. If the bucket is in another account, name that account.'];
  return [`Correct this, and repeat the ${transfer}.`];
}
