/**
 * The tables of a Cumulus deployment: the one source of truth on their names, keys, indexes, streams and protection.
 * The Terraform module `data-persistence` declares the same tables.
 */
export interface TableDefinition {
  /** The table's name without the deployment's prefix, and the environment variable by which a Lambda finds it. */
  readonly name: TableName;
  /** The key's attributes; all key attributes of all tables are strings, those of indexes may be numbers. */
  readonly hashKey: string;
  readonly rangeKey?: string;
  readonly indexes: readonly IndexDefinition[];
  /** Whether a stream of new and old images is on. */
  readonly stream: boolean;
  /** The attribute that holds the time, in seconds since 1970, after which DynamoDB removes an item. */
  readonly ttlAttribute?: string;
  /** Whether point-in-time recovery is on unless a deployment chooses otherwise. */
  readonly pointInTimeRecovery: boolean;
}

/** A global secondary index. */
export interface IndexDefinition {
  readonly name: string;
  readonly hashKey: string;
  readonly rangeKey?: string;
  /** The range key's type: a string unless given. */
  readonly rangeType?: 'N';
  /** The attributes that the index holds beside the keys; all of them unless given. */
  readonly holds?: readonly string[];
}

/**
 * An index that orders the records of one status, collection, provider, … by their time. It holds keys, and what lists are
 * filtered by: a record's entry is then rewritten only when one of these changes.
 */
function byTime(hashKey: string, holds: readonly string[] = []): IndexDefinition {
  return { name: `${hashKey}-timestamp-index`, hashKey, rangeKey: 'timestamp', rangeType: 'N', holds };
}

/** An index that orders the records of one status by another number than their time. */
function byNumber(rangeKey: string, holds: readonly string[]): IndexDefinition {
  return { name: `status-${rangeKey}-index`, hashKey: 'status', rangeKey, rangeType: 'N', holds };
}

/** An index that orders the records of one status by a name. */
function byName(rangeKey: string, holds: readonly string[]): IndexDefinition {
  return { name: `status-${rangeKey}-index`, hashKey: 'status', rangeKey, holds };
}

export const TABLE_NAMES = [
  'AccessTokensTable',
  'AsyncOperationsTable',
  'CollectionsTable',
  'ExecutionsTable',
  'FilesTable',
  'GranulesTable',
  'PdrsTable',
  'ProvidersTable',
  'RulesTable',
  'SemaphoresTable',
  'UsersTable',
] as const;

export type TableName = (typeof TABLE_NAMES)[number];

const definitions: Record<
  TableName,
  Omit<TableDefinition, 'name' | 'indexes'> & Partial<Pick<TableDefinition, 'indexes'>>
> = {
  AccessTokensTable: {
    hashKey: 'accessToken',
    stream: false,
    ttlAttribute: 'expirationTime',
    pointInTimeRecovery: false,
  },
  AsyncOperationsTable: { hashKey: 'id', stream: true, pointInTimeRecovery: false },
  CollectionsTable: { hashKey: 'name', rangeKey: 'version', stream: true, pointInTimeRecovery: true },
  ExecutionsTable: {
    hashKey: 'arn',
    indexes: [
      byTime('status'),
      byTime('collectionId', ['status']),
      byTime('type', ['collectionId', 'status']),
      byTime('asyncOperationId', ['status']),
      byTime('parentArn', ['status']),
      byNumber('createdAt', ['collectionId', 'timestamp', 'type']),
      byNumber('duration', ['collectionId', 'timestamp', 'type']),
      byName('name', ['collectionId', 'timestamp', 'type']),
    ],
    stream: true,
    pointInTimeRecovery: true,
  },
  FilesTable: { hashKey: 'bucket', rangeKey: 'key', stream: true, pointInTimeRecovery: true },
  GranulesTable: {
    hashKey: 'granuleId',
    indexes: [
      { name: 'collectionId-granuleId-index', hashKey: 'collectionId', rangeKey: 'granuleId' },
      byTime('status'),
      byTime('collectionId', ['provider', 'status']),
      byTime('provider', ['status']),
      byTime('pdrName', ['collectionId', 'status']),
      byTime('execution', ['collectionId', 'status']),
      byNumber('duration', ['collectionId', 'provider', 'timestamp']),
      byName('granuleId', ['collectionId', 'provider', 'timestamp']),
    ],
    stream: true,
    pointInTimeRecovery: true,
  },
  PdrsTable: {
    hashKey: 'pdrName',
    indexes: [
      byTime('status'),
      byTime('collectionId', ['provider', 'status']),
      byTime('provider', ['status']),
      byNumber('duration', ['collectionId', 'provider', 'timestamp']),
      byName('pdrName', ['collectionId', 'provider', 'timestamp']),
    ],
    stream: true,
    pointInTimeRecovery: true,
  },
  ProvidersTable: { hashKey: 'id', stream: true, pointInTimeRecovery: true },
  RulesTable: { hashKey: 'name', stream: true, pointInTimeRecovery: true },
  SemaphoresTable: { hashKey: 'key', stream: false, pointInTimeRecovery: false },
  UsersTable: { hashKey: 'userName', stream: true, pointInTimeRecovery: true },
};

/** All tables of a deployment, in the order of their names. */
export const TABLE_DEFINITIONS: readonly TableDefinition[] = TABLE_NAMES.map((name) => ({
  name,
  indexes: [],
  ...definitions[name],
}));

/** The Name of the table of counts; see {@link RECORD_COUNTS_TABLE}. */
export type CountsTableName = 'RecordCountsTable';

/**
 * The table of the counts of records by status and collection. It is made with a deployment's tables, but is none of
 * those that hold metadata: what it holds is counted from them, so it is neither backed up nor restored, but recounted.
 */
export const RECORD_COUNTS_TABLE: Omit<TableDefinition, 'name'> & { readonly name: CountsTableName } = {
  name: 'RecordCountsTable',
  hashKey: 'recordType',
  rangeKey: 'group',
  indexes: [],
  stream: false,
  // How far a stream has been counted is of no use once the stream has forgotten it.
  ttlAttribute: 'expirationTime',
  pointInTimeRecovery: false,
};
