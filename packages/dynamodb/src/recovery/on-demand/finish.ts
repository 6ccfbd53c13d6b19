import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { StoppedError } from '../../backup/errors.ts';
import { type FinishOptions, finishWork } from '../long-work.ts';
import type { OnDemandBackup } from './backup.ts';
import { findOnDemandBackup, type OnDemandBackupDescription } from './describe.ts';

/**
 * Waits until a backup can be restored from.
 * @throws InterruptedError if the signal is aborted; StoppedError if the backup is gone, or AWS could not be reached for
 *   ten minutes; both with `options.advice`
 * @example
 * ```ts
 * import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
 * import { finishOnDemandBackup, type OnDemandBackup } from '@cumulus/dynamodb/recovery';
 *
 * declare const client: DynamoDBClient;
 * declare const started: OnDemandBackup;
 * const { status, bytes } = await finishOnDemandBackup(client, started, { advice: ['Run this script again.'] });
 * ```
 */
export async function finishOnDemandBackup(
  client: DynamoDBClient,
  { arn, name, table }: OnDemandBackup,
  options: FinishOptions,
): Promise<OnDemandBackupDescription> {
  return finishWork(
    {
      name,
      describe: () => findOnDemandBackup(client, arn, options.abortSignal),
      isOver: ({ status }) => status === 'AVAILABLE',
      stateOf: ({ status }) => status,
      gone: () =>
        new StoppedError(`Backup ${name} of table ${table} is gone: it failed, or it was deleted meanwhile.`, [
          `Table ${table} is as it was.`,
          'Ask for the backup again.',
        ]),
    },
    options,
  );
}
