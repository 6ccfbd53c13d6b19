import { DeleteBackupCommand, type DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { retryThrottled } from '../../aws/retry-policy.ts';
import { send } from '../../aws/send.ts';
import { zonedTime } from '../../aws/zoned-time.ts';
import { AwsBackupError, BackupNotReadyError, SystemBackupError } from '../errors.ts';
import { wasRepeated } from '../long-work.ts';
import type { OnDemandBackup } from './backup.ts';
import { explainBackupError } from './explain-error.ts';

/**
 * Checks that DynamoDB would delete a backup.
 * @throws SystemBackupError if DynamoDB made it itself; AwsBackupError if AWS Backup did; BackupNotReadyError while it is being made
 * @example
 * ```ts
 * import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
 * import { checkDeletable, deleteOnDemandBackup, listOnDemandBackups } from '@cumulus/dynamodb/recovery';
 *
 * declare const client: DynamoDBClient;
 * for (const backup of await listOnDemandBackups({ client, tables: ['prod-RulesTable'], type: 'USER' })) {
 *   checkDeletable(backup);
 *   await deleteOnDemandBackup(client, backup.arn);
 * }
 * ```
 */
export function checkDeletable({ arn, table, type, status, expiresAt }: OnDemandBackup): void {
  if (type === 'SYSTEM') {
    const until = expiresAt === undefined ? '35 days after it made it' : `at ${zonedTime(expiresAt)}`;
    throw new SystemBackupError(`Backup ${arn} was made by DynamoDB itself, and cannot be deleted.`, [
      'Nothing was deleted.',
      `DynamoDB removes it ${until}, and it costs nothing until then.`,
    ]);
  }
  if (type === 'AWS_BACKUP') {
    throw new AwsBackupError(`Backup ${arn} of table ${table} was made by AWS Backup, which alone can delete it.`, [
      'Nothing was deleted.',
      `aws backup delete-recovery-point --backup-vault-name VAULT --recovery-point-arn ${arn}`,
    ]);
  }
  if (status === 'CREATING') {
    throw new BackupNotReadyError(
      arn,
      `Backup ${arn} of table ${table} is still being made, and cannot be deleted yet.`,
      ['Nothing was deleted.', 'It takes minutes: ask again when it is AVAILABLE.'],
    );
  }
}

/**
 * Deletes a backup for good.
 * @returns whether this call deleted it: false if it was gone already
 * @throws AccessDeniedError, ThrottledError and other errors of the request
 * @example
 * ```ts
 * import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
 * import { deleteOnDemandBackup } from '@cumulus/dynamodb/recovery';
 *
 * declare const client: DynamoDBClient;
 * declare const backupArn: string;
 * const wasThere = await deleteOnDemandBackup(client, backupArn);
 * ```
 */
export async function deleteOnDemandBackup(
  client: DynamoDBClient,
  backupArn: string,
  abortSignal?: AbortSignal,
): Promise<boolean> {
  const command = new DeleteBackupCommand({ BackupArn: backupArn });
  try {
    await retryThrottled(() => send(client, command, abortSignal), abortSignal);
    return true;
  } catch (error) {
    if (!(error instanceof Error) || error.name !== 'BackupNotFoundException') {
      throw await explainBackupError(error, client, { action: 'DeleteBackup', backup: backupArn });
    }
    // When an answer is lost, the SDK sends the request again, and that finds the backup gone.
    return wasRepeated(error);
  }
}
