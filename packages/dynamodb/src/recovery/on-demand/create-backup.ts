import { CreateBackupCommand, type DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { demandEvidence } from '../../aws/answer-evidence.ts';
import { abortable, outlastThrottling, Patience } from '../../aws/patience.ts';
import { StoppedError } from '../../backup/errors.ts';
import type { ProgressListener, WaitProgress } from '../../items/progress.ts';
import { describeTable } from '../../tables/describe.ts';
import { BackupExistsError } from '../errors.ts';
import { NOTHING_STARTED } from '../nothing-started.ts';
import { waitUntil } from '../wait-until.ts';
import { zonedTime } from '../zoned-time.ts';
import { findOnDemandBackup, type OnDemandBackupDescription } from './describe-backup.ts';
import { explainBackupError } from './explain-backup-error.ts';
import { listOnDemandBackups } from './list-backups.ts';
import { backupFrom, type OnDemandBackup } from './on-demand-backup.ts';

/** How long after it was made a backup of the same name is taken for what an interrupted run left, in milliseconds. */
const MAX_UNFINISHED = 3_600_000;

/** How long a backup may be unknown after its creation has begun, in milliseconds. */
const MAX_UNSEEN = 60_000;

/** DynamoDB's limit on a backup's name. */
const MAX_NAME = 255;

export interface PlanOnDemandBackupsOptions {
  readonly client: DynamoDBClient;
  /** Physical names. */
  readonly tables: readonly string[];
  /** The name of each table's backup; `<table>-<time stamp>` unless given. */
  readonly name?: string | undefined;
  /** The time that is now. */
  readonly now?: Date | undefined;
  readonly abortSignal?: AbortSignal | undefined;
}

/** A backup that nothing stands against. */
export interface PlannedOnDemandBackup {
  readonly table: string;
  readonly name: string;
  /** What an earlier run began, and perhaps ended; only to be waited for. */
  readonly started?: OnDemandBackup;
}

/**
 * Finds out whether backups of tables can be made; changes nothing. What an earlier run began is gone on with: of a name
 * that is given, the backup of that name that is being made or was made in the last hour; else one that is being made
 * under a name with a time stamp, and what was made of the other tables under the same stamp.
 * @throws TableNotFoundError, BackupExistsError, AccessDeniedError
 */
export async function planOnDemandBackups(
  options: PlanOnDemandBackupsOptions,
): Promise<readonly PlannedOnDemandBackup[]> {
  const { client, tables, name, now = new Date(), abortSignal } = options;
  const described = await Promise.all(tables.map((table) => describeTable(client, table, abortSignal)));
  const madeAt = new Map(described.map(({ name: table, createdAt }) => [table, createdAt]));
  const present = await listOnDemandBackups({ client, tables, type: 'USER', abortSignal });
  const unfinished = present.find((backup) => backup.status === 'CREATING' && stampOf(backup) !== undefined);
  const earlierStamp = unfinished === undefined ? undefined : stampOf(unfinished);
  return tables.map((table) => {
    const wanted = name ?? (earlierStamp === undefined ? undefined : stampedName(table, earlierStamp));
    const named = present.filter((backup) => backup.table === table && backup.name === wanted);
    // Of a deployment's tables each may be unfinished under a stamp of its own.
    const [started] = [...named, ...(name === undefined ? unfinishedOf(table, present) : [])];
    if (started === undefined) return { table, name: name ?? stampedName(table, stamp(now)) };
    if (name !== undefined && started.status !== 'CREATING') refuseOld(started, now, madeAt.get(table));
    return { table, name: started.name, started };
  });
}

/**
 * Lets DynamoDB begin a backup, unless it was begun before.
 * @throws AccessDeniedError, which names the action that is not permitted; RequestFailedError, ThrottledError
 */
export async function startOnDemandBackup(
  client: DynamoDBClient,
  { table, name, started }: PlannedOnDemandBackup,
  abortSignal?: AbortSignal,
): Promise<OnDemandBackup> {
  if (started !== undefined) return started;
  const command = new CreateBackupCommand({ TableName: table, BackupName: name });
  const send = () => abortable(() => demandEvidence(client).send(command), abortSignal);
  for (const patience = new Patience(); ; ) {
    try {
      const { BackupDetails: made } = await outlastThrottling(send, abortSignal);
      if (made === undefined) throw new TypeError('DynamoDB made a backup, and does not tell which');
      return backupFrom(made);
    } catch (error) {
      const { name: code, $metadata } = error as Error & { readonly $metadata?: { readonly attempts?: number } };
      // A request whose answer was lost is sent again by the SDK, and then meets its own backup.
      if (code === 'BackupInUseException' && ($metadata?.attempts ?? 1) > 1) {
        const backups = await listOnDemandBackups({ client, tables: [table], type: 'USER', abortSignal });
        const own = backups.find((backup) => backup.name === name && backup.status === 'CREATING');
        if (own !== undefined) return own;
      }
      // For a short time after a table was made, DynamoDB is still setting up what its backups need.
      if (code !== 'ContinuousBackupsUnavailableException' || !patience.lasts) {
        throw await explainBackupError(error, client, { action: 'CreateBackup', table });
      }
      await patience.wait(abortSignal);
    }
  }
}

export interface FinishOnDemandBackupOptions {
  /** How to go on if this is stopped, a sentence each. */
  readonly advice: readonly string[];
  readonly abortSignal?: AbortSignal | undefined;
  readonly onProgress?: ProgressListener<WaitProgress> | undefined;
}

/**
 * Waits until a backup can be restored from.
 * @throws InterruptedError, StoppedError, both with the advice
 */
export async function finishOnDemandBackup(
  client: DynamoDBClient,
  { arn, name, table }: OnDemandBackup,
  { advice, abortSignal, onProgress }: FinishOnDemandBackupOptions,
): Promise<OnDemandBackupDescription> {
  const since = performance.now();
  let last: OnDemandBackupDescription | undefined;
  const failed = (): StoppedError =>
    new StoppedError(`Backup ${name} of table ${table} is gone: it failed, or it was deleted meanwhile.`, [
      `Table ${table} is as it was.`,
      'Ask for the backup again.',
    ]);
  const seen = await waitUntil({
    table: name,
    look: () => findOnDemandBackup(client, arn, abortSignal),
    isOver: (backup) => {
      if (backup === undefined && (last !== undefined || performance.now() - since > MAX_UNSEEN)) throw failed();
      last = backup;
      return backup?.status === 'AVAILABLE';
    },
    stateOf: (backup) => backup?.status ?? 'not there yet',
    advice,
    abortSignal,
    onProgress,
  });
  if (seen === undefined) throw failed();
  return seen;
}

/** `20261123T041530Z` */
function stamp(time: Date): string {
  return zonedTime(time).replaceAll(/[-:]/g, '');
}

/** A table's name may be as long as that of a backup, so that its end gives way to the stamp. */
function stampedName(table: string, stampInForce: string): string {
  return `${table.slice(0, MAX_NAME - stampInForce.length - 1)}-${stampInForce}`;
}

/** The stamp of a backup that was named by {@link stampedName}. */
function stampOf({ table, name }: OnDemandBackup): string | undefined {
  const found = /-(\d{8}T\d{6}Z)$/.exec(name)?.[1];
  return found !== undefined && name === stampedName(table, found) ? found : undefined;
}

function unfinishedOf(table: string, backups: readonly OnDemandBackup[]): readonly OnDemandBackup[] {
  return backups.filter(
    (backup) => backup.table === table && backup.status === 'CREATING' && stampOf(backup) !== undefined,
  );
}

/**
 * A schedule that gives the same name each time must not take yesterday's backup for today's, nor that of a table that was
 * deleted for one of the table that has its name now.
 */
function refuseOld({ arn, name, table, createdAt }: OnDemandBackup, now: Date, madeAt: Date | undefined): void {
  const isOfFormer = madeAt !== undefined && createdAt < madeAt;
  if (!isOfFormer && now.getTime() - createdAt.getTime() <= MAX_UNFINISHED) return;
  const former = isOfFormer ? ', which is of another table that had its name before' : '';
  throw new BackupExistsError(
    `Table ${table} has a backup named ${name} already, of ${zonedTime(createdAt)}${former}: ${arn}`,
    [NOTHING_STARTED, 'Choose another name; without --name each gets one by its time.'],
  );
}
