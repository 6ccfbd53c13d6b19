import { setTimeout as sleep } from 'node:timers/promises';
import {
  ContinuousBackupsUnavailableException,
  CreateTableCommand,
  type DynamoDBClient,
  ResourceInUseException,
  TagResourceCommand,
  UpdateContinuousBackupsCommand,
  UpdateTimeToLiveCommand,
} from '@aws-sdk/client-dynamodb';
import { explainAwsError } from '../aws-errors.ts';
import { Patience } from '../items/patience.ts';
import { describeSettings, describeTable, type TableDescription, type TableSettings } from './describe.ts';
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
 * Gives a table the settings that its creation cannot: time to live, point-in-time recovery, tags. What it has already
 * is left alone, so that an interrupted call can be made again.
 * @returns those that the server does not have
 * @throws what the server says of a setting that it does have
 */
export async function applySettings(
  client: DynamoDBClient,
  { name, arn }: Pick<TableDescription, 'name' | 'arn'>,
  wanted: TableSettings,
  tags: Readonly<Record<string, string>> = {},
): Promise<readonly SettingNotTaken[]> {
  const present = await describeSettings(client, name);
  const requests: SettingRequest[] = [];
  if (wanted.ttlAttribute !== undefined && wanted.ttlAttribute !== present.ttlAttribute) {
    const specification = { AttributeName: wanted.ttlAttribute, Enabled: true };
    requests.push({
      setting: 'time to live',
      action: 'UpdateTimeToLive',
      send: () => client.send(new UpdateTimeToLiveCommand({ TableName: name, TimeToLiveSpecification: specification })),
    });
  }
  if (wanted.pointInTimeRecovery === true && present.pointInTimeRecovery !== true) {
    requests.push({
      setting: 'point-in-time recovery',
      action: 'UpdateContinuousBackups',
      send: () => enablePointInTimeRecovery(client, name),
    });
  }
  if (Object.keys(tags).length > 0) {
    const list = Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
    requests.push({
      setting: 'tags',
      action: 'TagResource',
      send: () => client.send(new TagResourceCommand({ ResourceArn: arn, Tags: list })),
    });
  }
  const notTaken: SettingNotTaken[] = [];
  for (const { setting, action, send } of requests) {
    try {
      await send();
    } catch (error) {
      if (!isUnsupported(error)) throw await explainAwsError(error, client, { action, table: name });
      notTaken.push({ setting, reason: error.message });
    }
  }
  return notTaken;
}

/** A setting to be made, by one request. */
interface SettingRequest extends Pick<SettingNotTaken, 'setting'> {
  readonly action: string;
  readonly send: () => Promise<unknown>;
}

/** For a short time after a table was made, DynamoDB is still setting up what its recovery needs, and says so. */
async function enablePointInTimeRecovery(client: DynamoDBClient, table: string): Promise<void> {
  const specification = { PointInTimeRecoveryEnabled: true };
  const command = new UpdateContinuousBackupsCommand({
    TableName: table,
    PointInTimeRecoverySpecification: specification,
  });
  for (const patience = new Patience(); ; ) {
    try {
      await client.send(command);
      return;
    } catch (error) {
      if (!(error instanceof ContinuousBackupsUnavailableException) || !patience.lasts) throw error;
      await patience.wait();
    }
  }
}

/** Whether a server says that it does not know an operation at all. */
function isUnsupported(error: unknown): error is Error {
  return error instanceof Error && ['UnknownOperationException', 'UnsupportedOperationException'].includes(error.name);
}
