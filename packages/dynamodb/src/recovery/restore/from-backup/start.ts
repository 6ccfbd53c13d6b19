import { type DynamoDBClient, RestoreTableFromBackupCommand } from '@aws-sdk/client-dynamodb';
import { send } from '../../../aws/send.ts';
import { findTable } from '../../../tables/describe.ts';
import { type Started, startWork } from '../../long-work.ts';
import { explainBackupError } from '../../on-demand/explain-error.ts';
import { restoredFromBackup } from './find.ts';
import type { PlannedBackupRestore } from './plan.ts';

/**
 * Starts the restore of a backup, unless an earlier call started it.
 * @returns the plan, with the instant of the items in `started`
 * @throws AccessDeniedError, which names the action that is not permitted; BackupNotFoundError, RequestFailedError,
 *   ThrottledError, ConnectionError, InterruptedError
 * @example
 * ```ts
 * import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
 * import { type PlannedBackupRestore, startBackupRestore } from '@cumulus/dynamodb/recovery';
 *
 * declare const client: DynamoDBClient;
 * declare const restore: PlannedBackupRestore;
 * const started = await startBackupRestore(client, restore);
 * ```
 */
export async function startBackupRestore(
  client: DynamoDBClient,
  restore: PlannedBackupRestore,
  abortSignal?: AbortSignal,
): Promise<Started<PlannedBackupRestore>> {
  const { backup, target } = restore;
  const command = new RestoreTableFromBackupCommand({ BackupArn: backup.arn, TargetTableName: target });
  const started = await startWork({
    started: restore.started,
    request: async () => {
      await send(client, command, abortSignal);
      return backup.createdAt;
    },
    whenLost: {
      error: 'TableAlreadyExistsException',
      find: async () => restoredFromBackup(backup.arn, await findTable(client, target, abortSignal)),
    },
    explain: (thrown) => explainBackupError(thrown, client, { action: 'RestoreTableFromBackup', backup: backup.arn }),
    abortSignal,
  });
  return { ...restore, started };
}
