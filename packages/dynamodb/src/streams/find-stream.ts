import { DescribeTableCommand, type DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { sendExplained } from '../aws/send.ts';
import { labelOf } from './stream-label.ts';

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
  return streamOf({
    streamArn: StreamEnabled === true ? Table?.LatestStreamArn : undefined,
    schema: { stream: StreamViewType },
  });
}

/** What a description of a table says of its stream. */
export interface DescribedStream {
  readonly streamArn?: string | undefined;
  readonly schema: { readonly stream?: string | undefined };
}

/**
 * Like {@link findStream}, of a table that is described already.
 *
 * @example
 * ```ts
 * import { createClient } from '@cumulus/dynamodb/aws';
 * import { streamOf } from '@cumulus/dynamodb/streams';
 * import { describeTable } from '@cumulus/dynamodb/tables';
 *
 * const stream = streamOf(await describeTable(createClient(), 'prod-GranulesTable'));
 * if (stream === undefined) console.log('No stream of new and old images.');
 * ```
 */
export function streamOf({ streamArn: arn, schema }: DescribedStream): TableStream | undefined {
  const hasImages = schema.stream === 'NEW_AND_OLD_IMAGES';
  return hasImages && arn !== undefined ? { arn, label: labelOf(arn) } : undefined;
}
