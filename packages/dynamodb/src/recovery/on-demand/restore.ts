import { type DynamoDBClient, RestoreTableFromBackupCommand } from '@aws-sdk/client-dynamodb';
import { send } from '../../aws/send.ts';
import { findTable, type TableDescription } from '../../tables/describe.ts';
import { BackupNotReadyError } from '../errors.ts';
import { NOTHING_STARTED, type Started, startWork } from '../long-work.ts';
import { type RestorableTable, type TableToFinish, targetExists } from '../restored-table.ts';
import { definedSettings, getRecoveredSettings, type RecoveredSettings } from '../settings/recovered-settings.ts';
import { zonedTime } from '../zoned-time.ts';
import { describeOnDemandBackup, type OnDemandBackupDescription } from './describe.ts';
import { explainBackupError } from './explain-error.ts';

export interface PlanBackupRestoreOptions {
  readonly client: DynamoDBClient;
  readonly backupArn: string;
  /** The physical name of the table to make; that of the source, if that is gone. */
  readonly target: string;
  readonly abortSignal?: AbortSignal | undefined;
}

/** A restore of a backup that can be started; `finishRestore` ends it. */
export interface PlannedBackupRestore extends RestorableTable, TableToFinish {
  readonly backup: OnDemandBackupDescription;
  /** The instant that the items are of, if an earlier call started the same restore. */
  readonly started?: Date | undefined;
}

/**
 * Finds out whether a backup can be restored to a table; changes nothing. A restore of the same backup to the same table
 * that an earlier call started is continued.
 * @throws BackupNotFoundError; BackupNotReadyError while it is being made; TargetExistsError; AccessDeniedError
 * @example
 * ```ts
 * import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
 * import { finishRestore, planBackupRestore, startBackupRestore } from '@cumulus/dynamodb/recovery';
 *
 * declare const client: DynamoDBClient;
 * declare const backupArn: string;
 * const restore = await planBackupRestore({ client, backupArn, target: 'prod-RulesTable-restored' });
 * const started = await startBackupRestore(client, restore);
 * await finishRestore(client, started, { advice: ['Run this script again.'] });
 * ```
 */
export async function planBackupRestore(options: PlanBackupRestoreOptions): Promise<PlannedBackupRestore> {
  const { client, backupArn, target, abortSignal } = options;
  const [backup, present] = await Promise.all([
    describeOnDemandBackup(client, backupArn, abortSignal),
    findTable(client, target, abortSignal),
  ]);
  const { table: source, name, createdAt } = backup;
  const started = restoredInstant(backupArn, present);
  if (present !== undefined && started === undefined) throw targetExists(target, `no restore of backup ${name}`);
  if (backup.status !== 'AVAILABLE' && started === undefined) {
    throw new BackupNotReadyError(
      backupArn,
      `Backup ${name} of table ${source}, asked for at ${zonedTime(createdAt)}, is still being made (${backup.status}).`,
      [NOTHING_STARTED, 'It takes minutes: ask again when it is AVAILABLE.'],
    );
  }
  return { backup, source, target, started, settings: await settingsOf(backup, target, options) };
}

/**
 * Starts the restore of a backup, unless an earlier call started it.
 * @returns the plan, with the instant of the items in `started`
 * @throws AccessDeniedError, which names the action that is not permitted; BackupNotFoundError, RequestFailedError,
 *   ThrottledError, ConnectionError, InterruptedError
 * @example
 * ```ts
 * import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
 * import { type PlannedBackupRestore, startBackupRestore } from '@cumulus/dynamodb/recovery';
 *
 * declare const client: DynamoDBClient;
 * declare const restore: PlannedBackupRestore;
 * const started = await startBackupRestore(client, restore);
 * ```
 */
export async function startBackupRestore(
  client: DynamoDBClient,
  restore: PlannedBackupRestore,
  abortSignal?: AbortSignal,
): Promise<Started<PlannedBackupRestore>> {
  const { backup, target } = restore;
  const command = new RestoreTableFromBackupCommand({ BackupArn: backup.arn, TargetTableName: target });
  const started = await startWork({
    started: restore.started,
    request: async () => {
      await send(client, command, abortSignal);
      return backup.createdAt;
    },
    whenLost: {
      error: 'TableAlreadyExistsException',
      find: async () => restoredInstant(backup.arn, await findTable(client, target, abortSignal)),
    },
    explain: (thrown) => explainBackupError(thrown, client, { action: 'RestoreTableFromBackup', backup: backup.arn }),
    abortSignal,
  });
  return { ...restore, started };
}

/** The instant that a table's items are of, if it was restored from this backup. */
function restoredInstant(backupArn: string, table: TableDescription | undefined): Date | undefined {
  return table?.restoredFrom?.backupArn === backupArn ? table.restoredFrom.time : undefined;
}

/**
 * Stream and time to live as they were when the backup was made. The rest, which no backup has, as the source has it, or as
 * its definition says.
 */
async function settingsOf(
  { table: source, source: { features } }: OnDemandBackupDescription,
  target: string,
  { client, abortSignal }: PlanBackupRestoreOptions,
): Promise<RecoveredSettings> {
  // A table that comes back under its own name must not be taken for its own model.
  const known = source === target ? definedSettings(source) : await getRecoveredSettings(client, source, abortSignal);
  if (features === undefined) return known;
  const { stream, ttlAttribute } = features;
  return { ...known, stream, ttlAttribute, knownFrom: known.knownFrom === 'table' ? 'table' : 'backup' };
}
