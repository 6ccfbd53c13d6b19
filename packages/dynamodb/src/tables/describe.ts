import {
  DescribeTableCommand,
  type DynamoDBClient,
  ResourceNotFoundException,
  type RestoreSummary,
  type TableDescription as SdkTableDescription,
  type SSEDescription,
} from '@aws-sdk/client-dynamodb';
import { placeOf } from '../aws/client.ts';
import { explainDynamoDBError } from '../aws/dynamodb-errors.ts';
import { TableNotFoundError } from '../aws/errors.ts';
import { type RawAnswer, rawAnswerAndOutput } from '../aws/raw-answer.ts';
import { type IndexSchema, keySchemaFrom, type TableSchema } from './schema.ts';

/** A table as DynamoDB describes it. */
export interface TableDescription {
  readonly name: string;
  readonly arn: string;
  /** DynamoDB's own identity of this table: another one after it was deleted and made again under the same name. */
  readonly id: string;
  /** When it was created; undefined where the server does not say. */
  readonly createdAt?: Date | undefined;
  readonly status: string;
  /** `PAY_PER_REQUEST` (on demand) or `PROVISIONED`. */
  readonly billingMode: string;
  /** DynamoDB's estimates, which AWS renews about every six hours. */
  readonly estimatedItems: number;
  readonly estimatedBytes: number;
  /** Without time to live and point-in-time recovery, which are requests of their own. */
  readonly schema: TableSchema;
  /** The ARN of the stream; undefined where it is off. */
  readonly streamArn?: string | undefined;
  /** What the table was restored from, if it was; DynamoDB says so also after the restore has ended. */
  readonly restoredFrom?: RestoreOrigin | undefined;
  /** Undefined where the server does not say. */
  readonly deletionProtection?: boolean | undefined;
  /** Undefined for a key that AWS owns. */
  readonly encryption?: TableEncryption | undefined;
}

/** The key of the account that a table is encrypted with. */
export interface TableEncryption {
  readonly keyArn?: string | undefined;
  /** `ENABLED`, `UPDATING`, …; `INACCESSIBLE` if DynamoDB cannot use the key. */
  readonly status: string;
}

/** What DynamoDB recovered a table from. */
export interface RestoreOrigin {
  /** The ARN of the table whose items these are. */
  readonly tableArn?: string | undefined;
  /** The ARN of the backup; undefined where it was no backup, but point-in-time recovery. */
  readonly backupArn?: string | undefined;
  /** The instant that the items are of. */
  readonly time: Date;
  /** Whether DynamoDB is still restoring. */
  readonly inProgress: boolean;
}

/**
 * Describes a table by one request, as most work needs it: without time to live, point-in-time recovery and tags.
 * `describeFully` sends seven and more, for the settings that a backup keeps and a restore compares.
 * @throws TableNotFoundError where there is no such table
 *
 * @example
 * ```ts
 * import { createClient } from '@cumulus/dynamodb/aws';
 * import { describeTable } from '@cumulus/dynamodb/tables';
 *
 * const { status, estimatedItems } = await describeTable(createClient(), 'prod-GranulesTable');
 * ```
 */
export async function describeTable(
  client: DynamoDBClient,
  table: string,
  abortSignal?: AbortSignal,
): Promise<TableDescription> {
  return (await describeWithAnswer(client, table, abortSignal)).description;
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
  return (await findWithAnswer(client, table, abortSignal))?.description;
}

/** A description, and DynamoDB's whole answer, which also has fields that this release does not know. */
export interface AnsweredDescription {
  readonly description: TableDescription;
  readonly answer: RawAnswer;
}

/** Like {@link describeTable}, with the answer: `describeFully` then need not ask for it again. */
export async function describeWithAnswer(
  client: DynamoDBClient,
  table: string,
  abortSignal?: AbortSignal,
): Promise<AnsweredDescription> {
  const answered = await findWithAnswer(client, table, abortSignal);
  if (answered === undefined) throw new TableNotFoundError(table, await placeOf(client));
  return answered;
}

/** Like {@link describeWithAnswer}, with undefined where there is no such table. */
export async function findWithAnswer(
  client: DynamoDBClient,
  table: string,
  abortSignal?: AbortSignal,
): Promise<AnsweredDescription | undefined> {
  try {
    const command = new DescribeTableCommand({ TableName: table });
    const { answer, output } = await rawAnswerAndOutput(client, command, { abortSignal });
    if (output.Table === undefined) throw new TypeError('an answer without a table was taken for whole');
    return { description: fromSdk(table, output.Table), answer };
  } catch (error) {
    if (error instanceof ResourceNotFoundException) return undefined;
    throw await explainDynamoDBError(error, client, { action: 'DescribeTable', table });
  }
}

function fromSdk(table: string, description: SdkTableDescription): TableDescription {
  const { StreamSpecification: stream, RestoreSummary: restored } = description;
  return {
    name: description.TableName ?? table,
    arn: description.TableArn ?? '',
    id: description.TableId ?? String(description.CreationDateTime?.getTime() ?? ''),
    createdAt: description.CreationDateTime,
    status: description.TableStatus ?? 'UNKNOWN',
    billingMode: description.BillingModeSummary?.BillingMode ?? 'PROVISIONED',
    estimatedItems: description.ItemCount ?? 0,
    estimatedBytes: description.TableSizeBytes ?? 0,
    schema: schemaFrom(description),
    streamArn: stream?.StreamEnabled ? description.LatestStreamArn : undefined,
    restoredFrom: originFrom(restored),
    deletionProtection: description.DeletionProtectionEnabled,
    encryption: encryptionFrom(description.SSEDescription),
  };
}

function encryptionFrom(said: SSEDescription | undefined): TableEncryption | undefined {
  const { Status = 'DISABLED', KMSMasterKeyArn, InaccessibleEncryptionDateTime } = said ?? {};
  if (Status === 'DISABLED') return undefined;
  return { keyArn: KMSMasterKeyArn, status: InaccessibleEncryptionDateTime === undefined ? Status : 'INACCESSIBLE' };
}

/**
 * The schema out of DynamoDB's own description of a table, without what takes requests of its own.
 * @throws TypeError for a description without a key
 */
export function schemaFrom(description: SdkTableDescription): TableSchema {
  const { AttributeDefinitions: attributes, StreamSpecification: stream } = description;
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
    key: keySchemaFrom(description.KeySchema, attributes),
    globalIndexes: (description.GlobalSecondaryIndexes ?? []).map(indexFrom).sort(byName),
    localIndexes: (description.LocalSecondaryIndexes ?? []).map(indexFrom).sort(byName),
    stream: stream?.StreamEnabled ? stream.StreamViewType : undefined,
  };
}

function originFrom(restored: RestoreSummary | undefined): RestoreOrigin | undefined {
  const { SourceTableArn, SourceBackupArn, RestoreDateTime, RestoreInProgress = false } = restored ?? {};
  if (RestoreDateTime === undefined) return undefined;
  return {
    tableArn: SourceTableArn,
    backupArn: SourceBackupArn,
    time: RestoreDateTime,
    inProgress: RestoreInProgress,
  };
}

/** DynamoDB lists indexes in any order. */
function byName(a: IndexSchema, b: IndexSchema): number {
  return a.name < b.name ? -1 : 1;
}
