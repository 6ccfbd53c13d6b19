import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { zonedTime } from '../../aws/zoned-time.ts';
import { describeTable } from '../../tables/describe.ts';
import { BackupExistsError } from '../errors.ts';
import { NOTHING_STARTED } from '../long-work.ts';
import type { OnDemandBackup } from './backup.ts';
import { findOnDemandBackups, stamp, stampedName } from './find.ts';

/** How long after its creation a backup of the same name counts as that of an interrupted call, in milliseconds. */
const MAX_UNFINISHED = 3_600_000;

export interface PlanOnDemandBackupsOptions {
  readonly client: DynamoDBClient;
  /** Physical names. */
  readonly tables: readonly string[];
  /** The name of each table's backup; `<table>-<time stamp>` unless given. */
  readonly name?: string | undefined;
  /** The present time. */
  readonly now?: Date | undefined;
  readonly abortSignal?: AbortSignal | undefined;
}

/** A backup that can be started. */
export interface PlannedOnDemandBackup {
  readonly table: string;
  readonly name: string;
  /** The same backup, if an earlier call started it; it may have ended. */
  readonly started?: OnDemandBackup | undefined;
}

/**
 * Finds out whether backups of tables can be made; changes nothing. What an earlier call started is continued. With a
 * name, that is the backup of that name that is being made or was made in the last hour. Else it is one that is being made
 * under a name with a time stamp, and what was made of the other tables under the same stamp.
 * @throws TableNotFoundError; BackupExistsError if a backup has the name from an earlier time; AccessDeniedError, ThrottledError
 * @example
 * ```ts
 * import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
 * import { finishOnDemandBackup, planOnDemandBackups, startOnDemandBackup } from '@cumulus/dynamodb/recovery';
 *
 * declare const client: DynamoDBClient;
 * for (const planned of await planOnDemandBackups({ client, tables: ['prod-RulesTable', 'prod-PdrsTable'] })) {
 *   const started = await startOnDemandBackup(client, planned);
 *   const { arn, bytes } = await finishOnDemandBackup(client, started, { advice: ['Run this script again.'] });
 *   console.log(arn, bytes);
 * }
 * ```
 */
export async function planOnDemandBackups(
  options: PlanOnDemandBackupsOptions,
): Promise<readonly PlannedOnDemandBackup[]> {
  const { client, tables, name, now = new Date(), abortSignal } = options;
  const described = await Promise.all(tables.map((table) => describeTable(client, table, abortSignal)));
  const createdAt = new Map(described.map((table) => [table.name, table.createdAt]));
  const found = await findOnDemandBackups(options);
  return tables.map((table) => {
    const started = found.get(table);
    if (started === undefined) return { table, name: name ?? stampedName(table, stamp(now)) };
    if (name !== undefined && started.status !== 'CREATING') refuseOld(started, now, createdAt.get(table));
    return { table, name: started.name, started };
  });
}

/**
 * A schedule that gives the same name each time must not take yesterday's backup for today's, nor that of a table that was
 * deleted for one of the table that has its name now.
 */
function refuseOld({ arn, name, table, createdAt }: OnDemandBackup, now: Date, tableCreatedAt: Date | undefined): void {
  const isOfFormer = tableCreatedAt !== undefined && createdAt < tableCreatedAt;
  if (!isOfFormer && now.getTime() - createdAt.getTime() <= MAX_UNFINISHED) return;
  const former = isOfFormer ? ', which is of another table that had its name before' : '';
  throw new BackupExistsError(
    `Table ${table} has a backup named ${name} already, of ${zonedTime(createdAt)}${former}: ${arn}`,
    [NOTHING_STARTED, 'Choose another name; without one each gets a name by its time.'],
  );
}
