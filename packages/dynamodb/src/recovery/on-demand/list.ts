import { type DynamoDBClient, ListBackupsCommand, type ListBackupsCommandOutput } from '@aws-sdk/client-dynamodb';
import { pagesOf } from '../../aws/pages.ts';
import { retryThrottled } from '../../aws/retry-policy.ts';
import { send } from '../../aws/send.ts';
import { backupFrom, byAge, type OnDemandBackup } from './backup.ts';
import { explainBackupError } from './explain-error.ts';

export interface ListOnDemandBackupsOptions {
  readonly client: DynamoDBClient;
  /** Physical names, also of tables that are gone; the backups of all tables of the region unless given. */
  readonly tables?: readonly string[] | undefined;
  /** `USER` and `SYSTEM` unless given. Of `AWS_BACKUP` these are only some; see {@link listAwsBackups}. */
  readonly type?: 'USER' | 'SYSTEM' | 'AWS_BACKUP' | undefined;
  readonly abortSignal?: AbortSignal | undefined;
}

/**
 * All backups that DynamoDB keeps, newest first. Those of AWS Backup are not among them: {@link listAwsBackups}.
 * @throws AccessDeniedError, ThrottledError and other errors of the request
 * @example
 * ```ts
 * import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
 * import { listOnDemandBackups } from '@cumulus/dynamodb/recovery';
 *
 * declare const client: DynamoDBClient;
 * const [newest] = await listOnDemandBackups({ client, tables: ['prod-RulesTable'] });
 * console.log(newest?.name, newest?.createdAt);
 * ```
 */
export async function listOnDemandBackups(options: ListOnDemandBackupsOptions): Promise<readonly OnDemandBackup[]> {
  const { client, tables, type, abortSignal } = options;
  // DynamoDB takes five of these requests a second, so several tables are listed by one request.
  const table = tables?.length === 1 ? tables[0] : undefined;
  const ask = async (after: string | undefined): Promise<ListBackupsCommandOutput> => {
    const command = new ListBackupsCommand({
      BackupType: type ?? 'ALL',
      TableName: table,
      ExclusiveStartBackupArn: after,
    });
    try {
      return await retryThrottled(() => send(client, command, abortSignal), abortSignal);
    } catch (error) {
      throw await explainBackupError(error, client, { action: 'ListBackups', table });
    }
  };
  const pages = pagesOf({ what: 'The list of backups', ask, next: (page) => page.LastEvaluatedBackupArn });
  const backups: OnDemandBackup[] = [];
  for await (const { BackupSummaries = [] } of pages) backups.push(...BackupSummaries.map(backupFrom));
  const wanted = tables === undefined ? undefined : new Set(tables);
  return backups
    .filter((backup) => (wanted?.has(backup.table) ?? true) && (type === undefined || backup.type === type))
    .filter(({ status }) => status !== 'DELETED')
    .sort(byAge);
}
