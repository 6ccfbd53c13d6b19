import type { BackupClient, RecoveryPointByBackupVault } from '@aws-sdk/client-backup';
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { explainAwsError } from '../../aws/explain-error.ts';
import { pagesOf } from '../../aws/pages.ts';
import { retryThrottled } from '../../aws/retry-policy.ts';
import { send } from '../../aws/send.ts';
import { byAge, type OnDemandBackup, tableOfArn } from './backup.ts';
import { listOnDemandBackups } from './list.ts';

export interface ListAwsBackupsOptions {
  readonly client: DynamoDBClient;
  /** Physical names, also of tables that are gone; the backups of all tables of the region unless given. */
  readonly tables?: readonly string[] | undefined;
  readonly abortSignal?: AbortSignal | undefined;
}

/** What AWS Backup keeps, as far as it is known. */
export interface AwsBackups {
  /** Newest first. */
  readonly backups: readonly OnDemandBackup[];
  /**
   * Why not all are known, in an error that says what to do: AWS Backup refused, or did not answer. Then those are here that DynamoDB lists
   * itself, which were made without AWS Backup's advanced features.
   */
  readonly incomplete?: Error | undefined;
}

/**
 * The backups of tables that AWS Backup keeps, in all vaults of the region. Most of them (`arn:…:backup:…:recovery-point:…`) DynamoDB does
 * not list. Where DynamoDB is not AWS's, AWS Backup is asked only at an endpoint that is named for it (`AWS_ENDPOINT_URL_BACKUP`,
 * `AWS_ENDPOINT_URL`); else there is none.
 * @throws what DynamoDB's list throws; InterruptedError
 *
 * @example
 * ```ts
 * import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
 * import { listAwsBackups } from '@cumulus/dynamodb/recovery';
 *
 * declare const client: DynamoDBClient;
 * const { backups, incomplete } = await listAwsBackups({ client, tables: ['prod-RulesTable'] });
 * console.log(backups.map(({ arn, vault }) => `${arn} in ${vault}`), incomplete?.message);
 * ```
 */
export async function listAwsBackups({ client, tables, abortSignal }: ListAwsBackupsOptions): Promise<AwsBackups> {
  const listed = await listOnDemandBackups({ client, tables, type: 'AWS_BACKUP', abortSignal });
  const { backupClientLike } = await import('../../aws/backup-client.ts');
  const asked = await backupClientLike(client);
  if (asked === undefined) return { backups: listed };
  const points: OnDemandBackup[] = [];
  try {
    for await (const point of recoveryPoints(asked, await client.config.region(), abortSignal))
      points.push(backupFromPoint(point));
  } catch (error) {
    abortSignal?.throwIfAborted();
    return { backups: listed, incomplete: error as Error };
  } finally {
    asked.destroy();
  }
  const wanted = tables === undefined ? undefined : new Set(tables);
  // Without the advanced features a backup is in both lists, with the same ARN; DynamoDB knows its name.
  const byArn = new Map(listed.map((backup) => [backup.arn, backup]));
  for (const point of points) {
    if (wanted?.has(point.table) ?? true)
      byArn.set(point.arn, { ...point, ...byArn.get(point.arn), vault: point.vault });
  }
  return { backups: [...byArn.values()].sort(byAge) };
}

async function* recoveryPoints(
  client: BackupClient,
  region: string,
  abortSignal: AbortSignal | undefined,
): AsyncGenerator<RecoveryPointByBackupVault, void> {
  const { ListBackupVaultsCommand, ListRecoveryPointsByBackupVaultCommand } = await import(
    '../../aws/backup-client.ts'
  );
  const explained = async <T>(action: string, on: string, work: () => Promise<T>): Promise<T> => {
    try {
      return await retryThrottled(work, abortSignal);
    } catch (error) {
      throw explainAwsError(error, {
        service: `AWS Backup in ${region}`,
        what: `${action} of AWS Backup`,
        whenDenied: [`Allow the IAM action backup:${action} on ${on}.`],
        whenThrottled: ['Ask again later.'],
      });
    }
  };
  const vaults = pagesOf({
    what: 'The list of AWS Backup’s vaults',
    ask: (NextToken: string | undefined) =>
      explained('ListBackupVaults', 'all resources: it knows no single ones', () =>
        send(client, new ListBackupVaultsCommand({ NextToken }), abortSignal),
      ),
    next: (page) => page.NextToken,
  });
  for await (const { BackupVaultList = [] } of vaults) {
    for (const { BackupVaultName } of BackupVaultList) {
      const points = pagesOf({
        what: `The list of what is in the vault ${BackupVaultName}`,
        ask: (NextToken: string | undefined) =>
          explained('ListRecoveryPointsByBackupVault', `the vault ${BackupVaultName}`, () => {
            const command = { BackupVaultName, ByResourceType: 'DynamoDB', NextToken };
            return send(client, new ListRecoveryPointsByBackupVaultCommand(command), abortSignal);
          }),
        next: (page) => page.NextToken,
      });
      for await (const { RecoveryPoints = [] } of points) yield* RecoveryPoints;
    }
  }
}

function backupFromPoint(point: RecoveryPointByBackupVault): OnDemandBackup {
  const { RecoveryPointArn: arn = '', ResourceArn = '', Status: status = 'UNKNOWN' } = point;
  return {
    arn,
    // A recovery point has no name.
    name: arn.slice(arn.lastIndexOf(':') + 1),
    table: tableOfArn(ResourceArn),
    type: 'AWS_BACKUP',
    // AWS Backup's word for it.
    status: status === 'COMPLETED' ? 'AVAILABLE' : status,
    bytes: point.BackupSizeInBytes,
    createdAt: point.CreationDate ?? new Date(0),
    expiresAt: point.CalculatedLifecycle?.DeleteAt,
    vault: point.BackupVaultName,
  };
}
