import { setTimeout as sleep } from 'node:timers/promises';
import {
  CreateTableCommand,
  type DynamoDBClient,
  ResourceInUseException,
  TagResourceCommand,
  UpdateContinuousBackupsCommand,
  UpdateTimeToLiveCommand,
} from '@aws-sdk/client-dynamodb';
import { explainAwsError } from '../aws-errors.ts';
import { describeTable, type TableDescription } from './describe.ts';
import { createTableInput, type TableSchema } from './schema.ts';

/** The time between two looks at a table that is being made, in milliseconds. */
const POLL_INTERVAL = 500;

/** A setting that a server could not take: DynamoDB Local has neither point-in-time recovery nor tags. */
export interface SettingNotTaken {
  readonly setting: 'time to live' | 'point-in-time recovery' | 'tags';
  readonly reason: string;
}

/** Makes a table with its indexes, stream and on-demand capacity, and waits until it can be used. */
export async function createTable(
  client: DynamoDBClient,
  table: string,
  schema: TableSchema,
  abortSignal?: AbortSignal,
): Promise<TableDescription> {
  try {
    await client.send(new CreateTableCommand(createTableInput(table, schema)));
  } catch (error) {
    // A request whose answer was lost is sent again by the SDK, and then meets its own table.
    const sentAgain = error instanceof ResourceInUseException && (error.$metadata.attempts ?? 1) > 1;
    if (!sentAgain) throw await explainAwsError(error, client, { action: 'CreateTable', table });
  }
  return waitUntilActive(client, table, abortSignal);
}

/** Waits until a table is active. */
export async function waitUntilActive(
  client: DynamoDBClient,
  table: string,
  abortSignal?: AbortSignal,
): Promise<TableDescription> {
  for (;;) {
    const description = await describeTable(client, table, abortSignal);
    if (description.status === 'ACTIVE' || description.status === 'UPDATING') return description;
    await sleep(POLL_INTERVAL, undefined, abortSignal === undefined ? {} : { signal: abortSignal });
  }
}

/**
 * Gives a table the settings that its creation cannot: time to live, point-in-time recovery, tags.
 * @returns those that the server does not have
 * @throws what the server says of a setting that it does have
 */
export async function applySettings(
  client: DynamoDBClient,
  { name, arn }: Pick<TableDescription, 'name' | 'arn'>,
  schema: Pick<TableSchema, 'ttlAttribute' | 'pointInTimeRecovery'>,
  tags: Readonly<Record<string, string>> = {},
): Promise<readonly SettingNotTaken[]> {
  const notTaken: SettingNotTaken[] = [];
  const apply = async (setting: SettingNotTaken['setting'], action: string, send: () => Promise<unknown>) => {
    try {
      await send();
    } catch (error) {
      if (!isUnsupported(error)) throw await explainAwsError(error, client, { action, table: name });
      notTaken.push({ setting, reason: error.message === '' ? error.name : error.message });
    }
  };
  const { ttlAttribute, pointInTimeRecovery } = schema;
  if (ttlAttribute !== undefined) {
    await apply('time to live', 'UpdateTimeToLive', () =>
      client.send(
        new UpdateTimeToLiveCommand({
          TableName: name,
          TimeToLiveSpecification: { AttributeName: ttlAttribute, Enabled: true },
        }),
      ),
    );
  }
  if (pointInTimeRecovery === true) {
    await apply('point-in-time recovery', 'UpdateContinuousBackups', () =>
      client.send(
        new UpdateContinuousBackupsCommand({
          TableName: name,
          PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
        }),
      ),
    );
  }
  if (Object.keys(tags).length > 0) {
    await apply('tags', 'TagResource', () =>
      client.send(
        new TagResourceCommand({
          ResourceArn: arn,
          Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })),
        }),
      ),
    );
  }
  return notTaken;
}

/** Whether a server says that it does not know an operation at all. */
function isUnsupported(error: unknown): error is Error {
  return error instanceof Error && ['UnknownOperationException', 'UnsupportedOperationException'].includes(error.name);
}
