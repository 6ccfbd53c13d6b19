/**
 * The tables of a Cumulus deployment: the one source of truth on their names, keys, indexes, streams and protection.
 * The Terraform module `data-persistence` declares the same tables.
 */
export interface TableDefinition {
  /** The table's name without the deployment's prefix, and the environment variable by which a Lambda finds it. */
  readonly name: TableName;
  /** The key's attributes; all key attributes of all tables are strings. */
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

/** A global secondary index that holds all attributes. */
export interface IndexDefinition {
  readonly name: string;
  readonly hashKey: string;
  readonly rangeKey?: string;
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
  ExecutionsTable: { hashKey: 'arn', stream: true, pointInTimeRecovery: true },
  FilesTable: { hashKey: 'bucket', rangeKey: 'key', stream: true, pointInTimeRecovery: true },
  GranulesTable: {
    hashKey: 'granuleId',
    indexes: [{ name: 'collectionId-granuleId-index', hashKey: 'collectionId', rangeKey: 'granuleId' }],
    stream: true,
    pointInTimeRecovery: true,
  },
  PdrsTable: { hashKey: 'pdrName', stream: true, pointInTimeRecovery: true },
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

/** The physical name of a deployment's table: `<prefix>-<Name>`. */
export function physicalTableName(prefix: string, name: TableName): string {
  return `${prefix}-${name}`;
}

/**
 * The definition and prefix that a physical name stands for: `prod-GranulesTable` is the GranulesTable of `prod`.
 * Undefined for a table that is none of a Cumulus deployment.
 */
export function parseTableName(
  physicalName: string,
): { readonly prefix: string; readonly definition: TableDefinition } | undefined {
  const definition = TABLE_DEFINITIONS.find(
    ({ name }) => physicalName === name || (physicalName.endsWith(`-${name}`) && physicalName.length > name.length + 1),
  );
  if (definition === undefined) return undefined;
  return { prefix: physicalName.slice(0, -definition.name.length).replace(/-$/, ''), definition };
}
