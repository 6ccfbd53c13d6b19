import type {
  AttributeDefinition,
  CreateTableCommandInput,
  KeySchemaElement,
  Projection,
  ScalarAttributeType,
  StreamViewType,
} from '@aws-sdk/client-dynamodb';
import type { IndexDefinition, TableDefinition } from './definitions.ts';

/** An attribute of a key, with DynamoDB's letter for its type: string, number or binary. */
export interface KeyAttribute {
  readonly name: string;
  readonly type: ScalarAttributeType;
}

/**
 * The partition key, and the sort key where there is one. A global index may have up to four attributes of each; those
 * after the first are in `moreHash` and `moreRange`, in their order.
 */
export interface KeySchema {
  readonly hash: KeyAttribute;
  readonly moreHash?: readonly KeyAttribute[] | undefined;
  readonly range?: KeyAttribute | undefined;
  readonly moreRange?: readonly KeyAttribute[] | undefined;
}

export interface IndexSchema {
  readonly name: string;
  readonly key: KeySchema;
  readonly projection: Projection;
}

/** What makes a table the table it is, apart from its name and its items: everything that a restore can bring back. */
export interface TableSchema {
  readonly key: KeySchema;
  readonly globalIndexes: readonly IndexSchema[];
  readonly localIndexes: readonly IndexSchema[];
  /** What the stream holds; undefined where there is none. */
  readonly stream?: StreamViewType | undefined;
  /** The attribute of time to live; undefined where it is off, or could not be read. */
  readonly ttlAttribute?: string | undefined;
  /** Whether point-in-time recovery is on; undefined where that could not be read (DynamoDB Local has none). */
  readonly pointInTimeRecovery?: boolean | undefined;
}

/** The settings that take requests of their own, to read and to write. */
export type TableSettings = Pick<TableSchema, 'ttlAttribute' | 'pointInTimeRecovery'>;

/** A key's attributes in order: partition key, then sort key. */
export function keyAttributes(key: KeySchema): readonly KeyAttribute[] {
  return partsOf(key).map(({ attribute }) => attribute);
}

/**
 * A key schema in words: `granuleId (HASH, S)`.
 *
 * @example
 * ```ts
 * import { describeKey, schemaOf, TABLE_DEFINITIONS } from '@cumulus/dynamodb/tables';
 *
 * for (const definition of TABLE_DEFINITIONS) console.log(describeKey(schemaOf(definition).key)); // arn (HASH, S)
 * ```
 */
export function describeKey(key: KeySchema): string {
  return partsOf(key)
    .map(({ attribute: { name, type }, keyType }) => `${name} (${keyType}, ${type})`)
    .join(', ');
}

function partsOf({ hash, moreHash = [], range, moreRange = [] }: KeySchema): readonly KeyPart[] {
  const ranges = range === undefined ? [] : [range, ...moreRange];
  return [
    ...[hash, ...moreHash].map((attribute) => ({ attribute, keyType: 'HASH' }) as const),
    ...ranges.map((attribute) => ({ attribute, keyType: 'RANGE' }) as const),
  ];
}

interface KeyPart {
  readonly attribute: KeyAttribute;
  readonly keyType: 'HASH' | 'RANGE';
}

export function sameKey(a: KeySchema, b: KeySchema): boolean {
  return describeKey(a) === describeKey(b);
}

/**
 * The schema of a Cumulus table.
 *
 * @example
 * ```ts
 * import { schemaOf, TABLE_DEFINITIONS } from '@cumulus/dynamodb/tables';
 *
 * const schemas = TABLE_DEFINITIONS.map((definition) => schemaOf(definition));
 * ```
 */
export function schemaOf(definition: Omit<TableDefinition, 'name'>): TableSchema {
  return {
    key: keyFrom(definition),
    globalIndexes: definition.indexes.map((index) => ({
      name: index.name,
      key: keyFrom(index),
      projection: projectionOf(index),
    })),
    localIndexes: [],
    stream: definition.stream ? 'NEW_AND_OLD_IMAGES' : undefined,
    ttlAttribute: definition.ttlAttribute,
    pointInTimeRecovery: definition.pointInTimeRecovery,
  };
}

function keyFrom({ hashKey, rangeKey, rangeType }: KeyDefinition): KeySchema {
  return {
    hash: { name: hashKey, type: 'S' },
    range: rangeKey === undefined ? undefined : { name: rangeKey, type: rangeType ?? 'S' },
  };
}

type KeyDefinition = Pick<IndexDefinition, 'hashKey' | 'rangeKey' | 'rangeType'>;

function projectionOf({ holds }: IndexDefinition): Projection {
  if (holds === undefined) return { ProjectionType: 'ALL' };
  return holds.length === 0
    ? { ProjectionType: 'KEYS_ONLY' }
    : { ProjectionType: 'INCLUDE', NonKeyAttributes: [...holds] };
}

/** All attributes of which DynamoDB demands a type: those of the table's key and of its indexes' keys. */
export function indexedAttributes(schema: TableSchema): readonly KeyAttribute[] {
  const keys = [schema, ...schema.globalIndexes, ...schema.localIndexes].map(({ key }) => key);
  return [
    ...new Map(keys.flatMap((key) => keyAttributes(key).map((attribute) => [attribute.name, attribute]))).values(),
  ];
}

/**
 * The request that makes a table of this schema, with on-demand capacity. Time to live and recovery come after it.
 *
 * @example
 * ```ts
 * import { CreateTableCommand } from '@aws-sdk/client-dynamodb';
 * import { createClient } from '@cumulus/dynamodb/aws';
 * import { createTableInput, RECORD_COUNTS_TABLE, schemaOf } from '@cumulus/dynamodb/tables';
 *
 * const input = createTableInput('dev-RecordCountsTable', schemaOf(RECORD_COUNTS_TABLE));
 * await createClient({ endpoint: 'http://127.0.0.1:8000' }).send(new CreateTableCommand(input));
 * ```
 */
export function createTableInput(tableName: string, schema: TableSchema): CreateTableCommandInput {
  return {
    TableName: tableName,
    BillingMode: 'PAY_PER_REQUEST',
    KeySchema: keyElements(schema.key),
    AttributeDefinitions: indexedAttributes(schema).map(({ name, type }) => ({
      AttributeName: name,
      AttributeType: type,
    })),
    // DynamoDB refuses lists that are empty.
    GlobalSecondaryIndexes: schema.globalIndexes.length === 0 ? undefined : schema.globalIndexes.map(indexInput),
    LocalSecondaryIndexes: schema.localIndexes.length === 0 ? undefined : schema.localIndexes.map(indexInput),
    StreamSpecification: schema.stream && { StreamEnabled: true, StreamViewType: schema.stream },
  };
}

function indexInput(index: IndexSchema): { IndexName: string; KeySchema: KeySchemaElement[]; Projection: Projection } {
  return { IndexName: index.name, KeySchema: keyElements(index.key), Projection: index.projection };
}

function keyElements(key: KeySchema): KeySchemaElement[] {
  return partsOf(key).map(({ attribute: { name }, keyType }) => ({ AttributeName: name, KeyType: keyType }));
}

/** Reads a key out of DynamoDB's own description of it. */
export function keySchemaFrom(
  elements: readonly KeySchemaElement[] | undefined,
  attributes: readonly AttributeDefinition[] | undefined,
): KeySchema {
  const typeOf = (name: string | undefined): ScalarAttributeType | undefined =>
    attributes?.find((attribute) => attribute.AttributeName === name)?.AttributeType;
  const attributesOf = (keyType: string): readonly KeyAttribute[] =>
    (elements ?? []).flatMap(({ AttributeName: name, KeyType }) => {
      const type = typeOf(name);
      return KeyType !== keyType || name === undefined || type === undefined ? [] : [{ name, type }];
    });
  const [hash, ...moreHash] = attributesOf('HASH');
  if (hash === undefined) throw new TypeError('A table description without a partition key');
  const [range, ...moreRange] = attributesOf('RANGE');
  return {
    hash,
    moreHash: moreHash.length === 0 ? undefined : moreHash,
    range,
    moreRange: moreRange.length === 0 ? undefined : moreRange,
  };
}
