import { type DynamoDBClient, RestoreTableToPointInTimeCommand } from '@aws-sdk/client-dynamodb';
import { explainDynamoDBError } from '../../../aws/dynamodb-errors.ts';
import { send } from '../../../aws/send.ts';
import { findTable } from '../../../tables/describe.ts';
import { type Started, startWork } from '../../long-work.ts';
import { restoredToTime } from './find.ts';
import type { PlannedRestore } from './plan.ts';

/**
 * Starts a restore to a point in time, unless an earlier call started it. Restores run side by side in AWS, so start all
 * of them before you finish the first.
 * @returns the plan, with the instant that the table is restored to in `started`
 * @throws AccessDeniedError, which names the action that is not permitted; ThrottledError if more restores than the account
 *   may have are under way for five minutes; TableNotFoundError, RequestFailedError, ConnectionError, InterruptedError
 * @example
 * ```ts
 * import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
 * import { type PlannedRestore, startRestoreToTime } from '@cumulus/dynamodb/recovery';
 *
 * declare const client: DynamoDBClient;
 * declare const restores: readonly PlannedRestore[];
 * const started = await Promise.all(restores.map((restore) => startRestoreToTime(client, restore)));
 * ```
 */
export async function startRestoreToTime(
  client: DynamoDBClient,
  restore: PlannedRestore,
  abortSignal?: AbortSignal,
): Promise<Started<PlannedRestore>> {
  const { source, target, at, useLatest } = restore;
  const command = new RestoreTableToPointInTimeCommand({
    SourceTableName: source,
    TargetTableName: target,
    ...(useLatest ? { UseLatestRestorableTime: true } : { RestoreDateTime: at }),
  });
  const started = await startWork({
    started: restore.started,
    request: async () => {
      const { TableDescription: restoring } = await send(client, command, abortSignal);
      return (useLatest ? restoring?.RestoreSummary?.RestoreDateTime : undefined) ?? at;
    },
    whenLost: {
      error: 'TableAlreadyExistsException',
      find: async () => restoredToTime(source, await findTable(client, target, abortSignal)),
    },
    explain: (thrown) => explainDynamoDBError(thrown, client, { action: 'RestoreTableToPointInTime', table: source }),
    abortSignal,
  });
  return { ...restore, started };
}
