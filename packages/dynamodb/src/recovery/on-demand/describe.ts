import {
  DescribeBackupCommand,
  type DynamoDBClient,
  type KeySchemaElement,
  type SourceTableDetails,
  type SourceTableFeatureDetails,
  type StreamViewType,
} from '@aws-sdk/client-dynamodb';
import { send } from '../../aws/send.ts';
import { backupFrom, type OnDemandBackup } from './backup.ts';
import { backupGone, explainBackupError } from './explain-error.ts';

/** A backup, with its table as it was then. */
export interface OnDemandBackupDescription extends OnDemandBackup {
  readonly source: BackedUpTable;
}

export interface BackedUpTable {
  readonly arn?: string | undefined;
  /** DynamoDB's own identity of the table: another one after it was deleted and created again under the same name. */
  readonly id?: string | undefined;
  readonly createdAt?: Date | undefined;
  /** DynamoDB's estimates, which AWS updates about every six hours. */
  readonly items?: number | undefined;
  readonly bytes?: number | undefined;
  /** `PAY_PER_REQUEST` (on demand) or `PROVISIONED`; undefined where the server does not say. */
  readonly billingMode?: string | undefined;
  readonly key: BackedUpKey;
  /** Undefined where the server does not say, as stand-ins do not. */
  readonly features?: BackedUpFeatures | undefined;
}

/** Names of attributes; a backup does not have their types. */
export interface BackedUpKey {
  readonly hash: string;
  /** The further attributes of an index's key, which may have up to four of each kind. */
  readonly moreHash?: readonly string[] | undefined;
  readonly range?: string | undefined;
  readonly moreRange?: readonly string[] | undefined;
}

/** What was on when the backup was made. */
export interface BackedUpFeatures {
  readonly globalIndexes: readonly BackedUpIndex[];
  readonly localIndexes: readonly BackedUpIndex[];
  /** What the stream held; undefined where there was none. */
  readonly stream?: StreamViewType | undefined;
  /** The attribute of time to live; undefined where it was off. */
  readonly ttlAttribute?: string | undefined;
  /** `AES256` or `KMS`; undefined for a key that AWS owns. */
  readonly encryption?: string | undefined;
}

export interface BackedUpIndex {
  readonly name: string;
  readonly key: BackedUpKey;
}

/**
 * Describes a backup of any type.
 * @throws BackupNotFoundError, AccessDeniedError and other errors of the request
 * @example
 * ```ts
 * import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
 * import { describeOnDemandBackup } from '@cumulus/dynamodb/recovery';
 *
 * declare const client: DynamoDBClient;
 * declare const backupArn: string;
 * const { name, createdAt, source } = await describeOnDemandBackup(client, backupArn);
 * console.log(name, createdAt, source.key.hash);
 * ```
 */
export async function describeOnDemandBackup(
  client: DynamoDBClient,
  backupArn: string,
  abortSignal?: AbortSignal,
): Promise<OnDemandBackupDescription> {
  const description = await findOnDemandBackup(client, backupArn, abortSignal);
  if (description === undefined) throw await backupGone(client, backupArn);
  return description;
}

/**
 * Like {@link describeOnDemandBackup}, with undefined where there is no such backup.
 * @example
 * ```ts
 * import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
 * import { findOnDemandBackup } from '@cumulus/dynamodb/recovery';
 *
 * declare const client: DynamoDBClient;
 * declare const backupArn: string;
 * const isGone = (await findOnDemandBackup(client, backupArn)) === undefined;
 * ```
 */
export async function findOnDemandBackup(
  client: DynamoDBClient,
  backupArn: string,
  abortSignal?: AbortSignal,
): Promise<OnDemandBackupDescription | undefined> {
  try {
    const command = new DescribeBackupCommand({ BackupArn: backupArn });
    const { BackupDescription: said } = await send(client, command, abortSignal);
    const { BackupDetails: details, SourceTableDetails: source, SourceTableFeatureDetails: features } = said ?? {};
    if (details === undefined || details.BackupStatus === 'DELETED') return undefined;
    return { ...backupFrom(details), source: tableFrom(source, features) };
  } catch (error) {
    if (error instanceof Error && error.name === 'BackupNotFoundException') return undefined;
    throw await explainBackupError(error, client, { action: 'DescribeBackup', backup: backupArn });
  }
}

function tableFrom(
  source: SourceTableDetails | undefined,
  features: SourceTableFeatureDetails | undefined,
): BackedUpTable {
  return {
    arn: source?.TableArn,
    id: source?.TableId,
    createdAt: source?.TableCreationDateTime,
    items: source?.ItemCount,
    bytes: source?.TableSizeBytes,
    billingMode: source?.BillingMode,
    key: keyFrom(source?.KeySchema),
    features: features === undefined ? undefined : featuresFrom(features),
  };
}

function featuresFrom(features: SourceTableFeatureDetails): BackedUpFeatures {
  const { StreamDescription: stream, TimeToLiveDescription: ttl, SSEDescription: encryption } = features;
  const isTtlOn = ttl?.TimeToLiveStatus === 'ENABLED' || ttl?.TimeToLiveStatus === 'ENABLING';
  const indexFrom = (index: {
    IndexName?: string | undefined;
    KeySchema?: KeySchemaElement[] | undefined;
  }): BackedUpIndex => ({ name: index.IndexName ?? '', key: keyFrom(index.KeySchema) });
  return {
    globalIndexes: (features.GlobalSecondaryIndexes ?? []).map(indexFrom),
    localIndexes: (features.LocalSecondaryIndexes ?? []).map(indexFrom),
    stream: stream?.StreamEnabled ? stream.StreamViewType : undefined,
    ttlAttribute: isTtlOn ? ttl.AttributeName : undefined,
    encryption: encryption?.SSEType,
  };
}

function keyFrom(elements: readonly KeySchemaElement[] = []): BackedUpKey {
  const namesOf = (type: string): readonly string[] =>
    elements.flatMap(({ KeyType, AttributeName }) => (KeyType === type && AttributeName ? [AttributeName] : []));
  const [hash = '', ...moreHash] = namesOf('HASH');
  const [range, ...moreRange] = namesOf('RANGE');
  return {
    hash,
    moreHash: moreHash.length === 0 ? undefined : moreHash,
    range,
    moreRange: moreRange.length === 0 ? undefined : moreRange,
  };
}
