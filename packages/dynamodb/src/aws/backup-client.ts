import { BackupClient } from '@aws-sdk/client-backup';
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { clientSettings, isAwsHost, TIMEOUTS } from './client.ts';
import { Connections } from './connections.ts';

// Imported by name, so that the bundle has these requests alone; this module is loaded where AWS Backup is asked.
export { ListBackupVaultsCommand, ListRecoveryPointsByBackupVaultCommand } from '@aws-sdk/client-backup';

/**
 * A client of AWS Backup for the tables of a client: of the same region, credentials and connections.
 * @returns undefined where DynamoDB is not AWS's own, and no endpoint is named for AWS Backup (`AWS_ENDPOINT_URL_BACKUP`,
 *   `AWS_ENDPOINT_URL`): the credentials would go to AWS although the work does not
 */
export async function backupClientLike(client: DynamoDBClient): Promise<BackupClient | undefined> {
  const given = await client.config.endpoint?.().catch(() => undefined);
  const { AWS_ENDPOINT_URL_DYNAMODB: ofEnvironment } = process.env;
  const host = given?.hostname ?? (ofEnvironment ? new URL(ofEnvironment).hostname : undefined);
  const isNamed = process.env['AWS_ENDPOINT_URL_BACKUP'] || process.env['AWS_ENDPOINT_URL'];
  if (host !== undefined && !isAwsHost(host) && !isNamed) return undefined;
  const { region, credentials } = client.config;
  const { endpoint: _, profile: __, ...settings } = clientSettings({});
  return new BackupClient({ ...settings, region, credentials, requestHandler: Connections.like(client, TIMEOUTS) });
}
