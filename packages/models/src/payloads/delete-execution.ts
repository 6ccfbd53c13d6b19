import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { S3Client } from '@aws-sdk/client-s3';
import { conditions, getItems, writeIf } from '@cumulus/dynamodb/items';
import { s3Objects } from '@cumulus/dynamodb/storage';
import { canBeKey } from '../schemas/fields.ts';
import type { PayloadPlace } from './payload-place.ts';
import { folderOf } from './pointer.ts';

/** An execution, and where it is kept. */
export interface DeleteExecutionOptions {
  readonly client: DynamoDBClient;
  /** The physical name of the ExecutionsTable. */
  readonly table: string;
  /** The deployment's place in S3; without it, what lies in S3 is left. */
  readonly place?: PayloadPlace | undefined;
  /** Gives the client of S3; asked only where there are a place and a record. */
  readonly s3: () => Promise<S3Client>;
}

/**
 * Deletes the record of an execution, and what it has in S3 for its size. The record goes last, so that a deletion that failed
 * in between can be repeated. The execution itself goes on, and its next event makes a record again.
 * @returns whether there was a record
 * @throws CumulusError for what S3 or DynamoDB refuse
 *
 * @example
 * ```ts
 * import { createClient, createS3Client } from '@cumulus/dynamodb/aws';
 * import { deleteExecution, payloadPlace } from '@cumulus/models/payloads';
 *
 * const isDeleted = await deleteExecution('arn:aws:states:us-east-1:123456789012:execution:Ingest:e1', {
 *   client: createClient(),
 *   table: 'prod-ExecutionsTable',
 *   place: payloadPlace('prod-internal', 'prod'),
 *   s3: async () => createS3Client(),
 * });
 * ```
 */
export async function deleteExecution(
  arn: string,
  { client, table, place, s3 }: DeleteExecutionOptions,
): Promise<boolean> {
  if (!canBeKey(arn)) return false;
  const key = { arn };
  const [record] = await getItems({ client, table, consistent: true }, [key]);
  if (record === undefined) return false;
  if (place !== undefined) {
    const objects = await s3Objects(await s3());
    const folder = folderOf(arn, place);
    for (const object of await objects.list({ bucket: folder.bucket, key: `${folder.prefix}/` }))
      await objects.remove(object);
  }
  const outcome = await writeIf(client, { kind: 'delete', table, key, conditions: [conditions.exists('arn')] });
  return outcome.done;
}
