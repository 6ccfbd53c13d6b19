import { CreateBackupCommand, type DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { isThrottling } from '../../aws/classify-error.ts';
import { send } from '../../aws/send.ts';
import { startWork } from '../long-work.ts';
import { backupFrom, type OnDemandBackup } from './backup.ts';
import { explainBackupError } from './explain-error.ts';
import { listOnDemandBackups } from './list.ts';
import type { PlannedOnDemandBackup } from './plan.ts';

/**
 * Starts a backup, unless an earlier call started it. Its items are those of this moment.
 * @throws AccessDeniedError, which names the action that is not permitted; RequestFailedError, ThrottledError,
 *   ConnectionError, InterruptedError
 * @example
 * ```ts
 * import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
 * import { type PlannedOnDemandBackup, startOnDemandBackup } from '@cumulus/dynamodb/recovery';
 *
 * declare const client: DynamoDBClient;
 * declare const planned: PlannedOnDemandBackup;
 * const { arn } = await startOnDemandBackup(client, planned);
 * ```
 */
export async function startOnDemandBackup(
  client: DynamoDBClient,
  { table, name, started }: PlannedOnDemandBackup,
  abortSignal?: AbortSignal,
): Promise<OnDemandBackup> {
  const command = new CreateBackupCommand({ TableName: table, BackupName: name });
  return startWork({
    started,
    request: async () => backupFrom((await send(client, command, abortSignal)).BackupDetails ?? {}),
    passes: (thrown) => isThrottling(thrown) || isSettingUp(thrown),
    whenLost: {
      error: 'BackupInUseException',
      find: async () => {
        const backups = await listOnDemandBackups({ client, tables: [table], type: 'USER', abortSignal });
        return backups.find((backup) => backup.name === name && backup.status === 'CREATING');
      },
    },
    explain: (thrown) => explainBackupError(thrown, client, { action: 'CreateBackup', table }),
    abortSignal,
  });
}

/** For a short time after a table was created, DynamoDB is still setting up what its backups need. */
function isSettingUp(thrown: unknown): boolean {
  return (thrown as Error).name === 'ContinuousBackupsUnavailableException';
}
