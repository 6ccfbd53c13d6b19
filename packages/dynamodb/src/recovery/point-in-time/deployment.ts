import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { explainAwsError } from '../../aws/aws-errors.ts';
import { placeOf } from '../../aws/client.ts';
import { InterruptedError } from '../../aws/errors.ts';
import { hasItems } from '../../items/has-items.ts';
import { createTable } from '../../tables/create.ts';
import { creationSettings } from '../../tables/creation-settings.ts';
import { physicalTableName, RECORD_COUNTS_TABLE, TABLE_NAMES } from '../../tables/definitions.ts';
import { findTable, type TableDescription } from '../../tables/describe.ts';
import { TablesMissingError } from '../../tables/errors.ts';
import { sameKey, schemaOf, type TableSchema } from '../../tables/schema.ts';
import { NotProtectedError, TargetExistsError } from '../errors.ts';
import { NOTHING_STARTED } from '../nothing-started.ts';
import { type RecoveredSettings, settingsToGive } from '../settings/recovered-settings.ts';
import {
  type FinishRestoreOptions,
  finishWithSettings,
  type LookedAt,
  lookAt,
  type PlannedRestores,
  planLookedAt,
  type RestorableTable,
  type RestoredTable,
} from './restore-to-time.ts';

export interface DeploymentRestoreOptions {
  readonly client: DynamoDBClient;
  /** The prefix of the deployment, and that of the tables to be made. */
  readonly prefix: string;
  readonly toPrefix: string;
  /** The instant, taken to the second; undefined for the latest that all protected tables can be restored to. */
  readonly at?: Date | undefined;
  /** Whether the instant was told from now: then an unfinished restore is gone on with at its own. */
  readonly relative?: boolean | undefined;
  readonly abortSignal?: AbortSignal | undefined;
}

/** A table whose state cannot be restored, and whose place an empty one takes. */
export interface EmptyTable extends RestorableTable {
  /** Because it is not protected, or because it holds the counts, which are reckoned from the other tables. */
  readonly because: 'unprotected' | 'counts';
  readonly schema: TableSchema;
  readonly settings: RecoveredSettings;
}

export interface DeploymentRestore extends PlannedRestores {
  readonly empty: readonly EmptyTable[];
  /** The tables of the prefix that do not exist. */
  readonly missing: readonly RestorableTable[];
}

/**
 * Finds out whether a deployment's protected tables can be restored to one instant; changes nothing. What an earlier run
 * of the same began is gone on with.
 * @throws TablesMissingError if there is no table of the prefix; NotProtectedError if none is protected; and what
 * `planRestoresToTime` throws
 */
export async function planDeploymentRestore(options: DeploymentRestoreOptions): Promise<DeploymentRestore> {
  const { client, prefix, toPrefix, abortSignal } = options;
  const looked = await Promise.all(
    TABLE_NAMES.map((name) => {
      const table = { source: physicalTableName(prefix, name), target: physicalTableName(toPrefix, name) };
      return lookAt(client, table, abortSignal);
    }),
  );
  const missing = looked.filter(({ description, startedAt }) => description === undefined && startedAt === undefined);
  if (missing.length === looked.length) {
    const names = missing.map(({ source }) => source);
    throw new TablesMissingError(names, await placeOf(client), [NOTHING_STARTED, 'Check --prefix and --region.']);
  }
  const isRestorable = ({ protection, startedAt }: LookedAt): boolean => protection.enabled || startedAt !== undefined;
  const restorable = looked.filter(isRestorable);
  if (restorable.length === 0) {
    throw new NotProtectedError(`No table of ${prefix} has point-in-time recovery.`, [
      NOTHING_STARTED,
      'Other ways back: cumulus-api on-demand list, and the files of cumulus-api backup.',
      `For the future: cumulus-api pitr enable --prefix ${prefix}`,
    ]);
  }
  const planned = await planLookedAt(restorable, options);
  const empty = await Promise.all([
    ...looked.flatMap(({ source, target, description, targetDescription, ...table }) => {
      if (description === undefined || isRestorable({ source, target, description, targetDescription, ...table }))
        return [];
      return [emptyTable(client, { source, target }, 'unprotected', description.schema, abortSignal)];
    }),
    emptyTable(
      client,
      {
        source: physicalTableName(prefix, RECORD_COUNTS_TABLE.name),
        target: physicalTableName(toPrefix, RECORD_COUNTS_TABLE.name),
      },
      'counts',
      schemaOf(RECORD_COUNTS_TABLE),
      abortSignal,
    ),
  ]);
  const isContinued = planned.restores.some(({ started }) => started);
  for (const table of empty) await checkEmptyTarget(client, table, isContinued, abortSignal);
  return { ...planned, empty, missing: missing.map(({ source, target }) => ({ source, target })) };
}

/** Makes a table that stays empty, unless an earlier run made it, and gives it its settings. */
export async function createEmptyTable(
  client: DynamoDBClient,
  { target, schema, settings }: EmptyTable,
  options: FinishRestoreOptions,
): Promise<RestoredTable> {
  const { abortSignal, advice } = options;
  try {
    const present = await findTable(client, target, abortSignal);
    if (present === undefined) {
      const { known } = settings;
      const more = known === undefined ? {} : creationSettings(known, await client.config.region());
      await createTable(client, target, schema, abortSignal, more);
    }
  } catch (error) {
    if (abortSignal?.aborted !== true) throw error;
    throw new InterruptedError(`The making of ${target} was interrupted.`, advice, error);
  }
  return finishWithSettings(client, { target, settings }, options);
}

async function emptyTable(
  client: DynamoDBClient,
  { source, target }: RestorableTable,
  because: EmptyTable['because'],
  schema: TableSchema,
  abortSignal: AbortSignal | undefined,
): Promise<EmptyTable> {
  const settings = await settingsToGive(client, source, abortSignal);
  const { ttlAttribute } = schema;
  // A deployment from before there were counts has no table of them to take the settings from.
  const known =
    settings.knownFrom === 'nowhere' && ttlAttribute !== undefined ? { ...settings, ttlAttribute } : settings;
  return { source, target, because, schema, settings: known };
}

/**
 * An empty table is made after the restores were begun. So only where these were there, one may be of an earlier run,
 * and it is recognised by its key, and by holding nothing.
 */
async function checkEmptyTarget(
  client: DynamoDBClient,
  { target, schema }: EmptyTable,
  isContinued: boolean,
  abortSignal: AbortSignal | undefined,
): Promise<void> {
  const present = await findTable(client, target, abortSignal);
  if (present === undefined) return;
  const isOurs =
    isContinued && sameKey(present.schema.key, schema.key) && (await isEmpty(client, present, abortSignal));
  if (isOurs) return;
  throw new TargetExistsError(`Table ${target} exists already, and was not made empty by this restore.`, [
    NOTHING_STARTED,
    'Choose a prefix that no table has.',
  ]);
}

/** Whether a table holds nothing; one that is still being made does not yet. */
async function isEmpty(
  client: DynamoDBClient,
  { name, status }: TableDescription,
  abortSignal: AbortSignal | undefined,
): Promise<boolean> {
  if (status === 'CREATING') return true;
  try {
    return !(await hasItems(client, name, abortSignal));
  } catch (error) {
    throw await explainAwsError(error, client, { action: 'Scan', table: name });
  }
}
