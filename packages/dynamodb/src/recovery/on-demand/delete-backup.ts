import { DeleteBackupCommand, type DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { demandEvidence } from '../../aws/answer-evidence.ts';
import { abortable, outlastThrottling } from '../../aws/patience.ts';
import { BackupNotReadyError, SystemBackupError } from '../errors.ts';
import { zonedTime } from '../zoned-time.ts';
import { explainBackupError } from './explain-backup-error.ts';
import type { OnDemandBackup } from './on-demand-backup.ts';

/**
 * Finds out whether DynamoDB would delete a backup.
 * @throws SystemBackupError, BackupNotReadyError
 */
export function checkDeletable({ arn, table, type, status, expiresAt }: OnDemandBackup): void {
  if (type === 'SYSTEM') {
    const until = expiresAt === undefined ? '35 days after it made it' : `at ${zonedTime(expiresAt)}`;
    throw new SystemBackupError(`Backup ${arn} was made by DynamoDB itself, and cannot be deleted.`, [
      'Nothing was deleted.',
      `DynamoDB removes it ${until}, and it costs nothing until then.`,
    ]);
  }
  if (status === 'CREATING') {
    throw new BackupNotReadyError(`Backup ${arn} of table ${table} is still being made, and cannot be deleted yet.`, [
      'Nothing was deleted.',
      'It takes minutes: ask again when cumulus-api on-demand describe tells that it is AVAILABLE.',
    ]);
  }
}

/**
 * Deletes a backup for good.
 * @returns whether it was this that deleted it: false if it was gone already
 * @throws AccessDeniedError, ThrottledError and other errors of the request
 */
export async function deleteOnDemandBackup(
  client: DynamoDBClient,
  backupArn: string,
  abortSignal?: AbortSignal,
): Promise<boolean> {
  const command = new DeleteBackupCommand({ BackupArn: backupArn });
  try {
    const send = () => abortable(() => demandEvidence(client).send(command), abortSignal);
    await outlastThrottling(send, abortSignal);
    return true;
  } catch (error) {
    if (!(error instanceof Error) || error.name !== 'BackupNotFoundException') {
      throw await explainBackupError(error, client, { action: 'DeleteBackup', backup: backupArn });
    }
    // A request whose answer was lost is sent again by the SDK, and then finds what it has deleted gone.
    const { $metadata } = error as { readonly $metadata?: { readonly attempts?: number } };
    return ($metadata?.attempts ?? 1) > 1;
  }
}
