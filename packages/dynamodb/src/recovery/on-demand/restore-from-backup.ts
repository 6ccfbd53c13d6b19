import {
  type DynamoDBClient,
  RestoreTableFromBackupCommand,
  TableAlreadyExistsException,
} from '@aws-sdk/client-dynamodb';
import { demandEvidence } from '../../aws/answer-evidence.ts';
import { abortable, outlastThrottling } from '../../aws/patience.ts';
import { findTable, type TableDescription } from '../../tables/describe.ts';
import { BackupNotReadyError, TargetExistsError } from '../errors.ts';
import { NOTHING_STARTED } from '../nothing-started.ts';
import { definedSettings, type RecoveredSettings, settingsToGive } from '../settings/recovered-settings.ts';
import { zonedTime } from '../zoned-time.ts';
import { type BackedUpFeatures, describeOnDemandBackup, type OnDemandBackupDescription } from './describe-backup.ts';
import { explainBackupError } from './explain-backup-error.ts';

export interface PlanBackupRestoreOptions {
  readonly client: DynamoDBClient;
  readonly backupArn: string;
  /** The physical name of the table to make; that of the source, if that is gone. */
  readonly target: string;
  readonly abortSignal?: AbortSignal | undefined;
}

/** A restore that nothing stands against; `finishRestore` ends it. */
export interface PlannedBackupRestore {
  readonly backup: OnDemandBackupDescription;
  readonly source: string;
  readonly target: string;
  /** Whether an earlier run began it, so that it is only to be finished. */
  readonly started: boolean;
  readonly settings: RecoveredSettings;
}

/**
 * Finds out whether a backup can be restored to a table; changes nothing. A restore of the same backup to the same table
 * that was begun before is gone on with.
 * @throws BackupNotFoundError, BackupNotReadyError, TargetExistsError, AccessDeniedError
 */
export async function planBackupRestore(options: PlanBackupRestoreOptions): Promise<PlannedBackupRestore> {
  const { client, backupArn, target, abortSignal } = options;
  const [backup, present] = await Promise.all([
    describeOnDemandBackup(client, backupArn, abortSignal),
    findTable(client, target, abortSignal),
  ]);
  const { table: source, name, createdAt } = backup;
  const started = present !== undefined && isRestoreOf(backupArn, present);
  if (present !== undefined && !started) {
    throw new TargetExistsError(`Table ${target} exists already, and is no restore of backup ${name}.`, [
      NOTHING_STARTED,
      'Choose a name that no table has.',
    ]);
  }
  if (backup.status !== 'AVAILABLE' && !started) {
    throw new BackupNotReadyError(
      `Backup ${name} of table ${source}, asked for at ${zonedTime(createdAt)}, is still being made (${backup.status}).`,
      [
        NOTHING_STARTED,
        `It takes minutes. Ask again when it is AVAILABLE: cumulus-api on-demand describe --backup ${backupArn}`,
      ],
    );
  }
  return { backup, source, target, started, settings: await settingsOf(backup, target, options) };
}

/**
 * Lets DynamoDB begin the restore of a backup, unless it was begun before.
 * @throws AccessDeniedError, which names the action that is not permitted; and other errors of the request
 */
export async function startBackupRestore(
  client: DynamoDBClient,
  { backup, target, started }: PlannedBackupRestore,
  abortSignal?: AbortSignal,
): Promise<void> {
  if (started) return;
  const command = new RestoreTableFromBackupCommand({ BackupArn: backup.arn, TargetTableName: target });
  try {
    // As many restores as an account may have at once may be under way already.
    const send = () => abortable(() => demandEvidence(client).send(command), abortSignal);
    await outlastThrottling(send, abortSignal);
  } catch (error) {
    // A request whose answer was lost is sent again by the SDK, and then meets its own table.
    const sentAgain = error instanceof TableAlreadyExistsException && (error.$metadata.attempts ?? 1) > 1;
    const met = sentAgain ? await findTable(client, target, abortSignal) : undefined;
    if (met !== undefined && isRestoreOf(backup.arn, met)) return;
    throw await explainBackupError(error, client, { action: 'RestoreTableFromBackup', backup: backup.arn });
  }
}

function isRestoreOf(backupArn: string, { restoredFrom }: TableDescription): boolean {
  return restoredFrom?.backupArn === backupArn;
}

/**
 * Stream and time to live as they were when the backup was made; the rest, which no backup tells, as the source has it,
 * or else as its definition says.
 */
async function settingsOf(
  { table: source, source: { features } }: OnDemandBackupDescription,
  target: string,
  { client, abortSignal }: PlanBackupRestoreOptions,
): Promise<RecoveredSettings> {
  // A table that comes back under its own name must not be taken for its own model.
  const known = source === target ? definedSettings(source) : await settingsToGive(client, source, abortSignal);
  return features === undefined ? known : withFeatures(known, features);
}

function withFeatures(
  { stream: _, ttlAttribute: __, knownFrom, ...others }: RecoveredSettings,
  { stream, ttlAttribute }: BackedUpFeatures,
): RecoveredSettings {
  return {
    ...others,
    knownFrom: knownFrom === 'table' ? 'table' : 'backup',
    ...(stream === undefined ? {} : { stream }),
    ...(ttlAttribute === undefined ? {} : { ttlAttribute }),
  };
}
