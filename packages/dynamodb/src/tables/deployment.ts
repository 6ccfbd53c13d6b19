import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { placeOf } from '../aws/client.ts';
import { createTable } from './create.ts';
import {
  type CountsTableName,
  RECORD_COUNTS_TABLE,
  TABLE_DEFINITIONS,
  TABLE_NAMES,
  type TableDefinition,
  type TableName,
} from './definitions.ts';
import { findTable, type TableDescription } from './describe.ts';
import { describeFully } from './describe-fully.ts';
import { TablesMissingError } from './errors.ts';
import { applySettings, type LaterSettings, laterSettings, type SettingNotTaken } from './later-settings.ts';
import { type KnownSettings, namedSettings } from './named-settings.ts';
import { schemaOf, type TableSchema, type TableSettings } from './schema.ts';
import { physicalTableName } from './table-names.ts';

/** A table of a deployment: its definition, and its description if it exists. */
export interface DeployedTable {
  readonly definition: TableDefinition;
  readonly name: string;
  readonly description: TableDescription | undefined;
}

/**
 * Looks for each table of a prefix, exactly those that a deployment has.
 *
 * @example
 * ```ts
 * import { createClient } from '@cumulus/dynamodb/aws';
 * import { findDeployment } from '@cumulus/dynamodb/tables';
 *
 * const tables = await findDeployment(createClient(), 'prod');
 * const missing = tables.filter(({ description }) => description === undefined);
 * ```
 */
export async function findDeployment(
  client: DynamoDBClient,
  prefix: string,
  abortSignal?: AbortSignal,
): Promise<readonly DeployedTable[]> {
  return Promise.all(
    TABLE_DEFINITIONS.map(async (definition) => {
      const name = physicalTableName(prefix, definition.name);
      return { definition, name, description: await findTable(client, name, abortSignal) };
    }),
  );
}

/** The tables that a deployment of an earlier release may lack: 1.17 and 1.18 kept their users in a file in S3. */
const OPTIONAL_TABLES: readonly string[] = ['UsersTable', RECORD_COUNTS_TABLE.name];

/**
 * Whether a deployment may lack a table of this physical name.
 *
 * @example
 * ```ts
 * import { isOptionalTable } from '@cumulus/dynamodb/tables';
 *
 * isOptionalTable('prod-UsersTable'); // true
 * ```
 */
export function isOptionalTable(table: string): boolean {
  return OPTIONAL_TABLES.some((name) => table.endsWith(`-${name}`));
}

/** The physical names of a deployment's tables. */
export interface DeploymentTables {
  /** Those that exist. */
  readonly tables: readonly string[];
  /** Those that do not, and need not. */
  readonly missing: readonly string[];
}

/**
 * The physical names of all tables of a prefix.
 * @throws TablesMissingError if a table that has to exist does not, naming all that do not
 *
 * @example
 * ```ts
 * import { createClient } from '@cumulus/dynamodb/aws';
 * import { tablesOfDeployment } from '@cumulus/dynamodb/tables';
 *
 * const { tables, missing } = await tablesOfDeployment(createClient(), 'prod');
 * ```
 */
export async function tablesOfDeployment(
  client: DynamoDBClient,
  prefix: string,
  abortSignal?: AbortSignal,
): Promise<DeploymentTables> {
  const tables = await findDeployment(client, prefix, abortSignal);
  const missing = tables.filter(({ description }) => description === undefined).map(({ name }) => name);
  if (!missing.every(isOptionalTable)) {
    throw new TablesMissingError(missing, await placeOf(client), [
      'Nothing was read or changed.',
      'Check the prefix and the region, or name the tables that exist.',
    ]);
  }
  return { tables: tables.map(({ name }) => name).filter((name) => !missing.includes(name)), missing };
}

/** A table as it was made, or found. */
export interface CreatedTable {
  readonly table: string;
  /** False if it existed before, and so was left as it is. */
  readonly created: boolean;
  readonly notTaken: readonly SettingNotTaken[];
}

export interface CreateDeploymentOptions {
  readonly client: DynamoDBClient;
  readonly prefix: string;
  /** The tables that get point-in-time recovery; by their definitions unless given. */
  readonly pointInTimeTables?: readonly TableName[] | undefined;
  readonly tags?: Readonly<Record<string, string>> | undefined;
  /** Only looks which tables there are, and makes none. */
  readonly dryRun?: boolean | undefined;
  readonly abortSignal?: AbortSignal | undefined;
}

/**
 * Makes all tables of a deployment, that of the counts among them. Those that exist are left as they are.
 *
 * @example
 * ```ts
 * import { createClient } from '@cumulus/dynamodb/aws';
 * import { createDeployment } from '@cumulus/dynamodb/tables';
 *
 * const tables = await createDeployment({
 *   client: createClient({ endpoint: 'http://127.0.0.1:8000' }),
 *   prefix: 'dev',
 *   tags: { Deployment: 'dev' },
 * });
 * ```
 */
export async function createDeployment(options: CreateDeploymentOptions): Promise<readonly CreatedTable[]> {
  const { tags } = options;
  const protectedTables: readonly string[] =
    options.pointInTimeTables ?? TABLE_NAMES.filter((name) => isProtectedByDefault(name));
  return Promise.all(
    [...TABLE_DEFINITIONS, RECORD_COUNTS_TABLE].map((definition) => {
      const schema = { ...schemaOf(definition), pointInTimeRecovery: protectedTables.includes(definition.name) };
      return createIfMissing(options, definition.name, { ...schema, tags });
    }),
  );
}

/**
 * Makes the table of a deployment's counts. If it exists, it is left as it is.
 *
 * @example
 * ```ts
 * import { createClient } from '@cumulus/dynamodb/aws';
 * import { createCountsTable } from '@cumulus/dynamodb/tables';
 *
 * const { created } = await createCountsTable({ client: createClient(), prefix: 'dev' });
 * ```
 */
export async function createCountsTable(
  options: Pick<CreateDeploymentOptions, 'client' | 'prefix' | 'dryRun' | 'abortSignal'>,
): Promise<CreatedTable> {
  return createIfMissing(options, RECORD_COUNTS_TABLE.name, schemaOf(RECORD_COUNTS_TABLE));
}

async function createIfMissing(
  {
    client,
    prefix,
    dryRun,
    abortSignal,
  }: Pick<CreateDeploymentOptions, 'client' | 'prefix' | 'dryRun' | 'abortSignal'>,
  name: TableName | CountsTableName,
  schema: TableSchema & LaterSettings,
): Promise<CreatedTable> {
  const table = physicalTableName(prefix, name);
  const present = await findTable(client, table, abortSignal);
  if (present !== undefined) return { table, created: false, notTaken: [] };
  if (dryRun) return { table, created: true, notTaken: [] };
  const created = await createTable(client, table, schema, abortSignal);
  const { notTaken } = await applySettings(client, created, schema);
  return { table, created: true, notTaken };
}

function isProtectedByDefault(name: TableName): boolean {
  return TABLE_DEFINITIONS.some((definition) => definition.name === name && definition.pointInTimeRecovery);
}

/** A table of a deployment with all that is known of it. */
export interface DescribedTable extends DeployedTable {
  readonly settings: TableSettings;
  /** All settings that are not at their defaults, and those that could not be read; absent for a missing table. */
  readonly known?: KnownSettings;
}

/**
 * Describes each table of a prefix with all of its settings.
 *
 * @example
 * ```ts
 * import { createClient } from '@cumulus/dynamodb/aws';
 * import { describeDeployment } from '@cumulus/dynamodb/tables';
 *
 * for (const { name, settings } of await describeDeployment(createClient(), 'prod')) {
 *   console.log(name, settings.pointInTimeRecovery);
 * }
 * ```
 */
export async function describeDeployment(
  client: DynamoDBClient,
  prefix: string,
  abortSignal?: AbortSignal,
): Promise<readonly DescribedTable[]> {
  const tables = await findDeployment(client, prefix, abortSignal);
  return Promise.all(
    tables.map(async (table) => {
      if (table.description === undefined) return { ...table, settings: {} };
      const full = await describeFully(client, table.description, { abortSignal });
      return { ...table, settings: laterSettings(full), known: namedSettings(full) };
    }),
  );
}
