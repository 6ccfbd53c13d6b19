import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { TableDefinition } from '../../tables/definitions.ts';
import { describeTable, type TableDescription } from '../../tables/describe.ts';
import { describeFully } from '../../tables/describe-fully.ts';
import { TableNotActiveError } from '../../tables/errors.ts';
import { laterSettings } from '../../tables/later-settings.ts';
import { type NamedSetting, namedSettings, SCHEMA_SETTINGS, type UnknownSetting } from '../../tables/named-settings.ts';
import { recordsOf } from '../../tables/records-of.ts';
import {
  describeKey,
  type IndexSchema,
  sameKey,
  schemaOf,
  type TableSchema,
  type TableSettings,
} from '../../tables/schema.ts';

/** A difference between a table and what its deployment requires. */
export interface FitFinding {
  readonly part:
    | 'records'
    | 'key'
    | 'local index'
    | 'index'
    | 'stream'
    | 'time to live'
    | 'point-in-time recovery'
    | 'capacity';
  /** The difference in words, with what is there and what is wanted. */
  readonly difference: string;
  /** Set where something only has to be turned on. */
  readonly enable?: true | undefined;
}

/** Whether a table can take a Cumulus table's place. */
export interface TableFit {
  readonly description: TableDescription;
  /** What only another table could have; empty for a table that fits. */
  readonly replaces: readonly FitFinding[];
  /** What can be changed while the table stays. */
  readonly changes: readonly FitFinding[];
  /** Settings of the table that the module does not manage: Terraform's plan shows what happens to them. */
  readonly otherSettings: readonly NamedSetting[];
  /** Settings that could not be found out. */
  readonly settingsNotKnown: readonly UnknownSetting[];
}

/**
 * Compares a table with the definition of the Cumulus table whose place it is to take. It changes nothing.
 * @throws TableNotFoundError; TableNotActiveError while it is being created or restored; AccessDeniedError
 * @example
 * ```ts
 * import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
 * import { checkTableFit } from '@cumulus/dynamodb/recovery';
 * import { RECORD_COUNTS_TABLE } from '@cumulus/dynamodb/tables';
 *
 * declare const client: DynamoDBClient;
 * const { replaces, changes } = await checkTableFit(client, 'prod-RecordCountsTable-monday', RECORD_COUNTS_TABLE);
 * const fits = replaces.length === 0;
 * ```
 */
export async function checkTableFit(
  client: DynamoDBClient,
  table: string,
  definition: Omit<TableDefinition, 'name'> & { readonly name: string },
  abortSignal?: AbortSignal,
): Promise<TableFit> {
  const description = await describeTable(client, table, abortSignal);
  const { status, restoredFrom } = description;
  if (status !== 'ACTIVE' || restoredFrom?.inProgress === true) {
    throw new TableNotActiveError(`Table ${table} is ${status === 'ACTIVE' ? 'still being restored' : status}.`, [
      'Nothing was changed.',
      'Wait until it is ACTIVE, then start again.',
    ]);
  }
  const required = ['DescribeTimeToLive', 'DescribeContinuousBackups'] as const;
  const full = await describeFully(client, description, { required, abortSignal });
  const known = namedSettings(full);
  const settings = laterSettings(full);
  const wanted = schemaOf(definition);
  const records = recordsOf(description);
  return {
    description,
    replaces: [
      ...(records === undefined || records === definition.name
        ? []
        : [{ part: 'records', difference: `those of the ${records}` } as const]),
      ...replacingFindings(description.schema, wanted),
    ],
    changes: [
      ...indexFindings(description.schema, wanted),
      ...streamFindings(description.schema, wanted),
      ...settingFindings(settings, wanted),
      ...(description.billingMode === 'PAY_PER_REQUEST'
        ? []
        : [{ part: 'capacity', difference: `${description.billingMode}, where on demand is wanted` } as const]),
    ],
    otherSettings: known.settings.filter(({ setting }) => !SCHEMA_SETTINGS.includes(setting)),
    settingsNotKnown: known.unknown,
  };
}

function replacingFindings(schema: TableSchema, wanted: TableSchema): readonly FitFinding[] {
  const findings: FitFinding[] = [];
  if (!sameKey(schema.key, wanted.key)) {
    const difference = `${describeKey(schema.key)}, where ${describeKey(wanted.key)} is wanted`;
    findings.push({ part: 'key', difference });
  }
  for (const { name } of schema.localIndexes) {
    findings.push({ part: 'local index', difference: `${name} is not wanted` });
  }
  return findings;
}

function indexFindings(schema: TableSchema, wanted: TableSchema): readonly FitFinding[] {
  const present = new Map(schema.globalIndexes.map((index) => [index.name, index]));
  const wantedNames = new Set(wanted.globalIndexes.map(({ name }) => name));
  const differences = wanted.globalIndexes.flatMap((index) => {
    const found = present.get(index.name);
    if (found === undefined) return [`${index.name} is missing`];
    if (describeIndex(found) === describeIndex(index)) return [];
    return [`${index.name} is ${describeIndex(found)}, where ${describeIndex(index)} is wanted`];
  });
  const surplus = schema.globalIndexes.filter(({ name }) => !wantedNames.has(name));
  return [...differences, ...surplus.map(({ name }) => `${name} is not wanted`)].map((difference) => ({
    part: 'index',
    difference,
  }));
}

/** `status (HASH, S), timestamp (RANGE, N) with INCLUDE provider, status` */
function describeIndex({ key, projection }: IndexSchema): string {
  const attributes = [...(projection.NonKeyAttributes ?? [])].sort();
  return [describeKey(key), 'with', projection.ProjectionType, attributes.join(', ')].join(' ').trimEnd();
}

function streamFindings({ stream }: TableSchema, wanted: TableSchema): readonly FitFinding[] {
  if (stream === wanted.stream) return [];
  return [{ part: 'stream', difference: `${stream ?? 'off'}, where ${wanted.stream ?? 'none'} is wanted` }];
}

function settingFindings(settings: TableSettings, wanted: TableSettings): readonly FitFinding[] {
  const { ttlAttribute = 'off', pointInTimeRecovery: recovery = false } = settings;
  const { ttlAttribute: wantedTtl = 'off', pointInTimeRecovery: wantedRecovery = false } = wanted;
  const findings: FitFinding[] = [];
  if (ttlAttribute !== wantedTtl) {
    findings.push({ part: 'time to live', difference: `${ttlAttribute}, where ${wantedTtl} is wanted` });
  }
  if (recovery !== wantedRecovery) {
    const difference = wantedRecovery ? 'off, where on is usual' : 'on, where off is usual';
    findings.push({ part: 'point-in-time recovery', difference, enable: wantedRecovery || undefined });
  }
  return findings;
}
