import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { explainDynamoDBError } from '../aws/dynamodb-errors.ts';
import { InterruptedError } from '../aws/errors.ts';
import { StoppedError } from '../backup/errors.ts';
import { describeTable, findTable } from '../tables/describe.ts';
import { TargetExistsError } from './errors.ts';
import { type FinishOptions, finishWork, NOTHING_STARTED } from './long-work.ts';
import { type GivenSettings, giveSettings } from './settings/give-settings.ts';
import type { RecoveredSettings } from './settings/recovered-settings.ts';

/** A table, and the name of the one that is made from it. */
export interface RestorableTable {
  readonly source: string;
  readonly target: string;
}

/** A table that is being made, and the settings that it gets. */
export interface TableToFinish {
  readonly target: string;
  readonly settings: RecoveredSettings;
}

/** A table that was recovered, with its settings. */
export interface RestoredTable extends GivenSettings {
  readonly arn: string;
  readonly streamArn?: string | undefined;
}

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
      isOver: ({ status, restoredFrom }) => status === 'ACTIVE' && restoredFrom?.inProgress !== true,
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

/** Gives a table that AWS has made its settings. Whatever goes wrong then, the table itself is whole. */
export async function finishTable(
  client: DynamoDBClient,
  { target, settings }: TableToFinish,
  { advice, abortSignal }: FinishOptions,
): Promise<RestoredTable> {
  try {
    const given = await giveSettings(client, target, settings, abortSignal);
    const { arn, streamArn } = await describeTable(client, target, abortSignal);
    return { ...given, arn, streamArn };
  } catch (error) {
    const explained = await explainDynamoDBError(error, client, { action: 'UpdateTable', table: target });
    if (explained instanceof InterruptedError) {
      throw new InterruptedError(`The restore to ${target} was interrupted before it had its settings.`, advice, error);
    }
    if (!(explained instanceof Error)) throw explained;
    throw new StoppedError(
      `Table ${target} holds its items, but could not get all of its settings: ${explained.message}`,
      advice,
      explained,
    );
  }
}

/** @param expected what the table would have to be, as in `no restore of prod-GranulesTable to a time` */
export function targetExists(target: string, expected: string): TargetExistsError {
  return new TargetExistsError(`Table ${target} exists already, and is ${expected}.`, [
    NOTHING_STARTED,
    'Choose a name that no table has.',
  ]);
}
