import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { explainDynamoDBError } from '../../../aws/dynamodb-errors.ts';
import { InterruptedError } from '../../../aws/errors.ts';
import { hasItems } from '../../../items/scan/has-items.ts';
import { createTable } from '../../../tables/create.ts';
import { creationSettings } from '../../../tables/creation-settings.ts';
import { findTable, type TableDescription } from '../../../tables/describe.ts';
import { sameKey, type TableSchema } from '../../../tables/schema.ts';
import { TargetExistsError } from '../../errors.ts';
import { type FinishOptions, NOTHING_STARTED } from '../../long-work.ts';
import { finishTable, type RestoredTable, type TableToFinish } from '../../settings/finish-table.ts';
import { getRecoveredSettings } from '../../settings/recovered-settings.ts';
import type { RestorableTable } from '../target.ts';

/** A table whose items cannot be restored, and that is created empty instead. */
export interface EmptyTable extends RestorableTable, TableToFinish {
  /** Because it is not protected, or because it holds the counts, which are counted again from the other tables. */
  readonly because: 'unprotected' | 'counts';
  readonly schema: TableSchema;
}

/**
 * Creates a table that stays empty, unless an earlier call created it, and gives it its settings.
 * @throws InterruptedError, StoppedError, both with `options.advice`; AccessDeniedError, RequestFailedError
 * @example
 * ```ts
 * import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
 * import { createEmptyTable, planDeploymentRestore } from '@cumulus/dynamodb/recovery';
 *
 * declare const client: DynamoDBClient;
 * const { empty } = await planDeploymentRestore({ client, prefix: 'prod', toPrefix: 'prod-monday' });
 * for (const table of empty) await createEmptyTable(client, table, { advice: ['Run this script again.'] });
 * ```
 */
export async function createEmptyTable(
  client: DynamoDBClient,
  { target, schema, settings }: EmptyTable,
  options: FinishOptions,
): Promise<RestoredTable> {
  const { abortSignal, advice } = options;
  try {
    if ((await findTable(client, target, abortSignal)) === undefined) {
      const { known } = settings;
      const more = known === undefined ? {} : creationSettings(known, await client.config.region());
      await createTable(client, target, schema, abortSignal, more);
    }
  } catch (error) {
    if (abortSignal?.aborted !== true) throw error;
    throw new InterruptedError(`The creation of ${target} was interrupted.`, advice, error);
  }
  return finishTable(client, { target, settings }, options);
}

/** Adds the settings of the source, or of its definition, to a table that is to be created empty. */
export async function planEmptyTable(
  client: DynamoDBClient,
  table: Omit<EmptyTable, 'settings'>,
  abortSignal: AbortSignal | undefined,
): Promise<EmptyTable> {
  const settings = await getRecoveredSettings(client, table.source, abortSignal);
  if (settings.knownFrom !== 'nowhere') return { ...table, settings };
  // A deployment from before there were counts has no table of them to take the settings from.
  const { ttlAttribute, pointInTimeRecovery, stream } = table.schema;
  return { ...table, settings: { ttlAttribute, pointInTimeRecovery, stream, tags: {}, knownFrom: 'definition' } };
}

/**
 * Checks that the name of an empty table is free, or that an earlier call created it. Empty tables are created after the
 * restores are started. So only if there are restores, it may be of an earlier call: it has the same key, and is empty.
 * @throws TargetExistsError
 */
export async function checkEmptyTarget(
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
  throw new TargetExistsError(`Table ${target} exists already, and was not created empty by this restore.`, [
    NOTHING_STARTED,
    'Choose a prefix that no table has.',
  ]);
}

/** Whether a table holds nothing. One that is still being created does not. */
async function isEmpty(
  client: DynamoDBClient,
  { name, status }: TableDescription,
  abortSignal: AbortSignal | undefined,
): Promise<boolean> {
  if (status === 'CREATING') return true;
  try {
    return !(await hasItems(client, name, abortSignal));
  } catch (error) {
    throw await explainDynamoDBError(error, client, { action: 'Scan', table: name });
  }
}
