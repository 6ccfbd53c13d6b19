import { DescribeTableCommand, type DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { sendExplained } from '../aws/send.ts';

/** The stream of a table's changes. */
export interface TableStream {
  readonly arn: string;
  /** Distinguishes this stream from others that the table, or one of its name, had before or gets later. */
  readonly label: string;
}

/**
 * The stream of the old and the new image of each change; undefined where the table has none, or one that holds less.
 * @throws TableNotFoundError where there is no such table
 *
 * @example
 * ```ts
 * import { createClient } from '@cumulus/dynamodb/aws';
 * import { findStream } from '@cumulus/dynamodb/streams';
 *
 * const stream = await findStream(createClient(), 'prod-GranulesTable');
 * if (stream === undefined) console.log('No stream of new and old images.');
 * ```
 */
export async function findStream(
  client: DynamoDBClient,
  table: string,
  abortSignal?: AbortSignal,
): Promise<TableStream | undefined> {
  const command = new DescribeTableCommand({ TableName: table });
  const { Table } = await sendExplained(client, command, { action: 'DescribeTable', table }, abortSignal);
  const { StreamEnabled, StreamViewType } = Table?.StreamSpecification ?? {};
  const { LatestStreamArn: arn, LatestStreamLabel: label } = Table ?? {};
  const hasImages = StreamEnabled === true && StreamViewType === 'NEW_AND_OLD_IMAGES';
  return hasImages && arn !== undefined && label !== undefined ? { arn, label } : undefined;
}
