import {
  DescribeContinuousBackupsCommand,
  DescribeTableCommand,
  DescribeTimeToLiveCommand,
  type DynamoDBClient,
  ResourceNotFoundException,
  type RestoreSummary,
  type TableDescription as SdkTableDescription,
} from '@aws-sdk/client-dynamodb';
import { demandEvidence } from '../aws/answer-evidence.ts';
import { explainAwsError, isPassing } from '../aws/aws-errors.ts';
import { placeOf } from '../aws/client.ts';
import { TableNotFoundError } from '../aws/errors.ts';
import { type IndexSchema, keySchemaFrom, type TableSchema } from './schema.ts';

/** A table as DynamoDB describes it. */
export interface TableDescription {
  readonly name: string;
  readonly arn: string;
  /** DynamoDB's own identity of this table: another one after it was deleted and made again under the same name. */
  readonly id: string;
  /** When it was made; undefined where the server does not tell. */
  readonly createdAt?: Date;
  readonly status: string;
  /** `PAY_PER_REQUEST` (on demand) or `PROVISIONED`. */
  readonly billingMode: string;
  /** DynamoDB's estimates, which AWS renews about every six hours. */
  readonly estimatedItems: number;
  readonly estimatedBytes: number;
  /** What the one request for a table's description tells: nothing yet of time to live and recovery. */
  readonly schema: TableSchema;
  /** The ARN of the stream; undefined where it is off. */
  readonly streamArn?: string;
  /** What the table was recovered from, if it was; DynamoDB goes on telling it after the recovery's end. */
  readonly restoredFrom?: RestoreOrigin;
}

/** What DynamoDB recovered a table from. */
export interface RestoreOrigin {
  /** The ARN of the table whose items these are. */
  readonly tableArn?: string;
  /** The ARN of the backup; undefined where it was no backup, but point-in-time recovery. */
  readonly backupArn?: string;
  /** The instant that the items are of. */
  readonly time: Date;
  /** Whether DynamoDB is still at it. */
  readonly inProgress: boolean;
}

/** The settings that DynamoDB tells only on requests of their own. */
export type TableSettings = Pick<TableSchema, 'ttlAttribute' | 'pointInTimeRecovery'>;

/**
 * Describes a table by one request; its time to live and recovery settings are {@link describeSettings}' to tell.
 * @throws TableNotFoundError where there is no such table
 *
 * @example
 * ```ts
 * import { createClient } from '@cumulus/dynamodb/aws';
 * import { describeTable } from '@cumulus/dynamodb/tables';
 *
 * const { schema } = await describeTable(createClient(), 'prod-GranulesTable');
 * console.log(schema.key.hash.name); // granuleId
 * ```
 */
export async function describeTable(
  client: DynamoDBClient,
  table: string,
  abortSignal?: AbortSignal,
): Promise<TableDescription> {
  const description = await findTable(client, table, abortSignal);
  if (description === undefined) throw new TableNotFoundError(table, await placeOf(client));
  return description;
}

/**
 * Like {@link describeTable}, with undefined where there is no such table.
 *
 * @example
 * ```ts
 * import { createClient } from '@cumulus/dynamodb/aws';
 * import { findTable } from '@cumulus/dynamodb/tables';
 *
 * const exists = (await findTable(createClient(), 'prod-GranulesTable')) !== undefined;
 * ```
 */
export async function findTable(
  client: DynamoDBClient,
  table: string,
  abortSignal?: AbortSignal,
): Promise<TableDescription | undefined> {
  try {
    const { Table } = await demandEvidence(client).send(
      new DescribeTableCommand({ TableName: table }),
      abortSignal === undefined ? {} : { abortSignal },
    );
    if (Table === undefined) throw new TypeError('an answer without a table was taken for whole');
    return fromSdk(table, Table);
  } catch (error) {
    if (error instanceof ResourceNotFoundException) return undefined;
    throw await explainAwsError(error, client, { action: 'DescribeTable', table });
  }
}

/**
 * Asks for time to live and point-in-time recovery. What the server does not know (DynamoDB Local has no recovery), or
 * the credentials may not ask, is left out: a backup must not fail for it.
 * @throws ThrottledError, ConnectionError, RequestFailedError for what will pass
 */
export async function describeSettings(client: DynamoDBClient, table: string): Promise<TableSettings> {
  // What will pass is no answer, and must not look like one.
  const unlessPassing = (action: string) => async (error: unknown) => {
    if (isPassing(error)) throw await explainAwsError(error, client, { action, table });
    return undefined;
  };
  const asking = demandEvidence(client);
  const [timeToLive, continuousBackups] = await Promise.all([
    asking.send(new DescribeTimeToLiveCommand({ TableName: table })).catch(unlessPassing('DescribeTimeToLive')),
    asking
      .send(new DescribeContinuousBackupsCommand({ TableName: table }))
      .catch(unlessPassing('DescribeContinuousBackups')),
  ]);
  const ttl = timeToLive?.TimeToLiveDescription;
  const ttlOn = ttl?.TimeToLiveStatus === 'ENABLED' || ttl?.TimeToLiveStatus === 'ENABLING';
  const recovery =
    continuousBackups?.ContinuousBackupsDescription?.PointInTimeRecoveryDescription?.PointInTimeRecoveryStatus;
  return {
    ...(ttlOn && ttl?.AttributeName !== undefined ? { ttlAttribute: ttl.AttributeName } : {}),
    ...(recovery === undefined ? {} : { pointInTimeRecovery: recovery === 'ENABLED' }),
  };
}

function fromSdk(table: string, description: SdkTableDescription): TableDescription {
  const { AttributeDefinitions: attributes, StreamSpecification: stream, RestoreSummary: restored } = description;
  const streamArn = stream?.StreamEnabled ? description.LatestStreamArn : undefined;
  const indexFrom = (index: {
    IndexName?: string | undefined;
    KeySchema?: Parameters<typeof keySchemaFrom>[0];
    Projection?: IndexSchema['projection'] | undefined;
  }): IndexSchema => ({
    name: index.IndexName ?? '',
    key: keySchemaFrom(index.KeySchema, attributes),
    projection: index.Projection ?? { ProjectionType: 'ALL' },
  });
  return {
    name: description.TableName ?? table,
    arn: description.TableArn ?? '',
    id: description.TableId ?? String(description.CreationDateTime?.getTime() ?? ''),
    ...(description.CreationDateTime === undefined ? {} : { createdAt: description.CreationDateTime }),
    status: description.TableStatus ?? 'UNKNOWN',
    billingMode: description.BillingModeSummary?.BillingMode ?? 'PROVISIONED',
    estimatedItems: description.ItemCount ?? 0,
    estimatedBytes: description.TableSizeBytes ?? 0,
    schema: {
      key: keySchemaFrom(description.KeySchema, attributes),
      globalIndexes: (description.GlobalSecondaryIndexes ?? []).map(indexFrom).sort(byName),
      localIndexes: (description.LocalSecondaryIndexes ?? []).map(indexFrom).sort(byName),
      ...(stream?.StreamEnabled && stream.StreamViewType !== undefined ? { stream: stream.StreamViewType } : {}),
    },
    ...(streamArn === undefined ? {} : { streamArn }),
    ...originFrom(restored),
  };
}

function originFrom(restored: RestoreSummary | undefined): Pick<TableDescription, 'restoredFrom'> {
  const {
    SourceTableArn: tableArn,
    SourceBackupArn: backupArn,
    RestoreDateTime: time,
    RestoreInProgress,
  } = restored ?? {};
  if (time === undefined) return {};
  return {
    restoredFrom: {
      ...(tableArn === undefined ? {} : { tableArn }),
      ...(backupArn === undefined ? {} : { backupArn }),
      time,
      inProgress: RestoreInProgress ?? false,
    },
  };
}

/** DynamoDB tells indexes in any order. */
function byName(a: IndexSchema, b: IndexSchema): number {
  return a.name < b.name ? -1 : 1;
}
