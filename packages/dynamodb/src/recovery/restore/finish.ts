import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { StoppedError } from '../../backup/errors.ts';
import { findTable } from '../../tables/describe.ts';
import { type FinishOptions, finishWork } from '../long-work.ts';
import { finishTable, type RestoredTable, type TableToFinish } from '../settings/finish-table.ts';
import { isRestored } from './describe.ts';
import type { RestorableTable } from './target.ts';

/**
 * Waits until DynamoDB has restored a table, to a point in time or from a backup, and gives it the settings that a restore
 * does not bring back.
 * @param restore as planned and started
 * @throws InterruptedError if the signal is aborted; StoppedError if the table is gone, AWS could not be reached for ten
 *   minutes, or a setting is refused; both with `options.advice`
 * @example
 * ```ts
 * import { createClient } from '@cumulus/dynamodb/aws';
 * import { finishRestore, planRestoresToTime, startRestoreToTime } from '@cumulus/dynamodb/recovery';
 *
 * const client = createClient({ region: 'us-east-1' });
 * const tables = [{ source: 'prod-GranulesTable', target: 'prod-GranulesTable-monday' }];
 * const { restores } = await planRestoresToTime({ client, tables, at: new Date('2026-11-23T04:15:00Z') });
 * const started = await Promise.all(restores.map((restore) => startRestoreToTime(client, restore)));
 * for (const restore of started) {
 *   const { arn, given } = await finishRestore(client, restore, { advice: ['Run this script again.'] });
 *   console.log(arn, given);
 * }
 * ```
 */
export async function finishRestore(
  client: DynamoDBClient,
  restore: RestorableTable & TableToFinish,
  options: FinishOptions,
): Promise<RestoredTable> {
  const { source, target } = restore;
  const { advice, abortSignal } = options;
  await finishWork(
    {
      name: target,
      describe: () => findTable(client, target, abortSignal),
      isOver: isRestored,
      stateOf: ({ status }) => status,
      gone: () =>
        new StoppedError(`Table ${target} is gone: its restore failed, or it was deleted meanwhile.`, [
          ...(source === target ? [] : [`Table ${source} is as it was.`]),
          ...advice,
        ]),
    },
    options,
  );
  return finishTable(client, restore, options);
}
