import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { zonedTime } from '../../../aws/zoned-time.ts';
import { findTable } from '../../../tables/describe.ts';
import { BackupNotReadyError } from '../../errors.ts';
import { NOTHING_STARTED } from '../../long-work.ts';
import { describeOnDemandBackup, type OnDemandBackupDescription } from '../../on-demand/describe.ts';
import type { TableToFinish } from '../../settings/finish-table.ts';
import { definedSettings, getRecoveredSettings, type RecoveredSettings } from '../../settings/recovered-settings.ts';
import { type RestorableTable, sourceExists, targetExists } from '../target.ts';
import { restoredFromBackup } from './find.ts';

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
  const started = restoredFromBackup(backupArn, present);
  if (present !== undefined && started === undefined) {
    throw source === target ? sourceExists(source, name) : targetExists(target, `no restore of backup ${name}`);
  }
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
 * The settings of the restored table. Stream and time to live are those of the backup. No backup has the others: they
 * are the source's, or those of its definition.
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
