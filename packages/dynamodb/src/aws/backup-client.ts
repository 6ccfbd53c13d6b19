import { BackupClient } from '@aws-sdk/client-backup';
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { settingsLike } from './settings-like.ts';

// Imported by name, so that the bundle has these requests alone; this module is loaded where AWS Backup is asked.
export { ListBackupVaultsCommand, ListRecoveryPointsByBackupVaultCommand } from '@aws-sdk/client-backup';

/**
 * A client of AWS Backup for the tables of a client: of the same region, credentials and connections.
 * @returns undefined where AWS Backup is not to be asked: see {@link settingsLike}
 */
export async function backupClientLike(client: DynamoDBClient): Promise<BackupClient | undefined> {
  const settings = await settingsLike(client, 'BACKUP');
  return settings && new BackupClient(settings);
}
