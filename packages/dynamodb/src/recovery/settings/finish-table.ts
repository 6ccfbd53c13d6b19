import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { explainDynamoDBError } from '../../aws/dynamodb-errors.ts';
import { InterruptedError } from '../../aws/errors.ts';
import { StoppedError } from '../../backup/errors.ts';
import { describeTable } from '../../tables/describe.ts';
import type { FinishOptions } from '../long-work.ts';
import { type GivenSettings, giveSettings } from './give-settings.ts';
import type { RecoveredSettings } from './recovered-settings.ts';

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
