import {
  DescribeBackupCommand,
  type DynamoDBClient,
  type KeySchemaElement,
  type SourceTableDetails,
  type SourceTableFeatureDetails,
  type StreamViewType,
} from '@aws-sdk/client-dynamodb';
import { demandEvidence } from '../../aws/answer-evidence.ts';
import { abortable } from '../../aws/patience.ts';
import { backupGone, explainBackupError } from './explain-backup-error.ts';
import { backupFrom, type OnDemandBackup } from './on-demand-backup.ts';

/** A backup with the table that it is of, as that was then. */
export interface OnDemandBackupDescription extends OnDemandBackup {
  readonly source: BackedUpTable;
}

export interface BackedUpTable {
  readonly arn?: string;
  /** DynamoDB's own identity of the table: another one after it was deleted and made again under the same name. */
  readonly id?: string;
  readonly createdAt?: Date;
  /** DynamoDB's estimates, which AWS renews about every six hours. */
  readonly items?: number;
  readonly bytes?: number;
  /** `PAY_PER_REQUEST` (on demand) or `PROVISIONED`; undefined where the server does not tell. */
  readonly billingMode?: string;
  readonly key: BackedUpKey;
  /** Undefined where the server does not tell, as stand-ins do not. */
  readonly features?: BackedUpFeatures;
}

/** Names of attributes, of which a backup does not tell the types. */
export interface BackedUpKey {
  readonly hash: string;
  /** The further attributes of an index's key, which may have up to four of each kind. */
  readonly moreHash?: readonly string[];
  readonly range?: string;
  readonly moreRange?: readonly string[];
}

/** What was on when the backup was made. */
export interface BackedUpFeatures {
  readonly globalIndexes: readonly BackedUpIndex[];
  readonly localIndexes: readonly BackedUpIndex[];
  /** What the stream held; undefined where there was none. */
  readonly stream?: StreamViewType;
  /** The attribute of time to live; undefined where it was off. */
  readonly ttlAttribute?: string;
  /** `AES256` or `KMS`; undefined for a key that AWS owns. */
  readonly encryption?: string;
}

export interface BackedUpIndex {
  readonly name: string;
  readonly key: BackedUpKey;
}

/**
 * Describes a backup, of whatever type.
 * @throws BackupNotFoundError, AccessDeniedError and other errors of the request
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

/** Like {@link describeOnDemandBackup}, with undefined where there is no such backup. */
export async function findOnDemandBackup(
  client: DynamoDBClient,
  backupArn: string,
  abortSignal?: AbortSignal,
): Promise<OnDemandBackupDescription | undefined> {
  try {
    const command = new DescribeBackupCommand({ BackupArn: backupArn });
    const { BackupDescription: said } = await abortable(() => demandEvidence(client).send(command), abortSignal);
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
    ...(source?.TableArn === undefined ? {} : { arn: source.TableArn }),
    ...(source?.TableId === undefined ? {} : { id: source.TableId }),
    ...(source?.TableCreationDateTime === undefined ? {} : { createdAt: source.TableCreationDateTime }),
    ...(source?.ItemCount === undefined ? {} : { items: source.ItemCount }),
    ...(source?.TableSizeBytes === undefined ? {} : { bytes: source.TableSizeBytes }),
    ...(source?.BillingMode === undefined ? {} : { billingMode: source.BillingMode }),
    key: keyFrom(source?.KeySchema),
    ...(features === undefined ? {} : { features: featuresFrom(features) }),
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
    ...(stream?.StreamEnabled && stream.StreamViewType !== undefined ? { stream: stream.StreamViewType } : {}),
    ...(isTtlOn && ttl.AttributeName !== undefined ? { ttlAttribute: ttl.AttributeName } : {}),
    ...(encryption?.SSEType === undefined ? {} : { encryption: encryption.SSEType }),
  };
}

function keyFrom(elements: readonly KeySchemaElement[] = []): BackedUpKey {
  const namesOf = (type: string): readonly string[] =>
    elements.flatMap(({ KeyType, AttributeName }) => (KeyType === type && AttributeName ? [AttributeName] : []));
  const [hash = '', ...moreHash] = namesOf('HASH');
  const [range, ...moreRange] = namesOf('RANGE');
  return {
    hash,
    ...(moreHash.length === 0 ? {} : { moreHash }),
    ...(range === undefined ? {} : { range }),
    ...(moreRange.length === 0 ? {} : { moreRange }),
  };
}
