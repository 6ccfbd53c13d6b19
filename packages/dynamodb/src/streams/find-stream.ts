import { DescribeTableCommand, type DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { demandEvidence } from '../aws/answer-evidence.ts';
import { explainAwsError } from '../aws/aws-errors.ts';

/** The stream of a table's changes. */
export interface TableStream {
  readonly arn: string;
  /** Tells this stream from others that the table, or one of its name, had before or gets later. */
  readonly label: string;
}

/**
 * The stream that tells the old and the new image of each change; undefined where the table has none, or one that tells
 * less.
 * @throws TableNotFoundError where there is no such table
 *
 * @example
 * ```ts
 * import { createClient } from '@cumulus/dynamodb/aws';
 * import { findStream } from '@cumulus/dynamodb/streams';
 *
 * const stream = await findStream(createClient(), 'prod-GranulesTable');
 * if (stream === undefined) console.log('The table has no stream of new and old images.');
 * ```
 */
export async function findStream(
  client: DynamoDBClient,
  table: string,
  abortSignal?: AbortSignal,
): Promise<TableStream | undefined> {
  try {
    const { Table } = await demandEvidence(client).send(
      new DescribeTableCommand({ TableName: table }),
      abortSignal === undefined ? {} : { abortSignal },
    );
    const { StreamEnabled, StreamViewType } = Table?.StreamSpecification ?? {};
    const { LatestStreamArn: arn, LatestStreamLabel: label } = Table ?? {};
    const tellsAll = StreamEnabled === true && StreamViewType === 'NEW_AND_OLD_IMAGES';
    return tellsAll && arn !== undefined && label !== undefined ? { arn, label } : undefined;
  } catch (error) {
    throw await explainAwsError(error, client, { action: 'DescribeTable', table });
  }
}
