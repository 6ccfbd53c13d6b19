import { setTimeout as sleep } from 'node:timers/promises';
import {
  ContinuousBackupsUnavailableException,
  CreateTableCommand,
  type CreateTableCommandInput,
  type DynamoDBClient,
  ResourceInUseException,
  TagResourceCommand,
  UpdateContinuousBackupsCommand,
  UpdateTimeToLiveCommand,
} from '@aws-sdk/client-dynamodb';
import { demandEvidence } from '../aws/answer-evidence.ts';
import { explainAwsError, isUnsupported } from '../aws/aws-errors.ts';
import { AccessDeniedError } from '../aws/errors.ts';
import { Patience } from '../aws/patience.ts';
import type { CreationSettings } from './creation-settings.ts';
import { describeSettings, describeTable, type TableDescription, type TableSettings } from './describe.ts';
import { createTableInput, type TableSchema } from './schema.ts';

/** The time between two looks at a table that is being made, in milliseconds. */
const POLL_INTERVAL = 500;

/** A setting of a table that comes after its creation. */
export type SettingName = 'time to live' | 'point-in-time recovery' | 'tags';

/** A setting that a table could not be given: DynamoDB Local has neither point-in-time recovery nor tags. */
export interface SettingNotTaken {
  readonly setting: SettingName;
  readonly reason: string;
  /** Set where the server has it, and refused it for want of a permission. */
  readonly denied?: true;
}

/** Makes a table with its indexes, stream and on-demand capacity, and waits until it can be used. */
export async function createTable(
  client: DynamoDBClient,
  table: string,
  schema: TableSchema,
  abortSignal?: AbortSignal,
  settings: CreationSettings = {},
): Promise<TableDescription> {
  try {
    const input = inputWith(createTableInput(table, schema), settings);
    await withKeyOrOwn(input, (keyed) => demandEvidence(client).send(new CreateTableCommand(keyed)));
  } catch (error) {
    // A request whose answer was lost is sent again by the SDK, and then meets its own table.
    const sentAgain = error instanceof ResourceInUseException && (error.$metadata.attempts ?? 1) > 1;
    if (!sentAgain) throw await explainAwsError(error, client, { action: 'CreateTable', table });
  }
  return waitUntilActive(client, table, abortSignal);
}

function inputWith(
  input: CreateTableCommandInput,
  { indexLimits = new Map(), ...settings }: CreationSettings,
): CreateTableCommandInput {
  const indexes = input.GlobalSecondaryIndexes?.map((index) => {
    const limits = indexLimits.get(index.IndexName ?? '');
    return limits === undefined ? index : { ...index, OnDemandThroughput: limits };
  });
  return { ...input, ...settings, ...(indexes === undefined ? {} : { GlobalSecondaryIndexes: indexes }) };
}

/**
 * Sends a request that creates a table with the key that is wanted. If that cannot be had (it is deleted, disabled, or
 * not permitted), with the account's own key for DynamoDB: a recovery must not fail for want of a key.
 */
export async function withKeyOrOwn<Input extends Pick<CreateTableCommandInput, 'SSESpecification'>, Output>(
  input: Input,
  send: (input: Input) => Promise<Output>,
): Promise<Output> {
  try {
    return await send(input);
  } catch (error) {
    if (input.SSESpecification?.KMSMasterKeyId === undefined || !/kms/i.test((error as Error).message)) throw error;
    return send({ ...input, SSESpecification: { Enabled: true, SSEType: 'KMS' } });
  }
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

/** A table's settings that come after its creation. */
export interface LaterSettings extends TableSettings {
  /** The length of the recovery window in days; DynamoDB's own, 35, unless given. */
  readonly recoveryPeriodInDays?: number | undefined;
  readonly tags?: Readonly<Record<string, string>> | undefined;
}

/** What came of giving a table settings. */
export interface SettingsGiven {
  readonly given: readonly SettingName[];
  readonly notTaken: readonly SettingNotTaken[];
}

/**
 * Gives a table the settings that its creation cannot: time to live, point-in-time recovery, tags. What it has already
 * is left alone, so that an interrupted call can be made again.
 * @param options.mayLackTags whether tags that are not permitted are named, and no error
 * @throws what the server says of a setting that it does have
 */
export async function applySettings(
  client: DynamoDBClient,
  table: Pick<TableDescription, 'name' | 'arn'>,
  { ttlAttribute, pointInTimeRecovery, recoveryPeriodInDays, tags }: LaterSettings,
  { mayLackTags = false }: { readonly mayLackTags?: boolean } = {},
): Promise<SettingsGiven> {
  const present = await describeSettings(client, table.name);
  return sendSettings(
    client,
    table,
    {
      ...(ttlAttribute === undefined || ttlAttribute === present.ttlAttribute ? {} : { ttlAttribute }),
      ...(present.pointInTimeRecovery === true ? {} : { pointInTimeRecovery: pointInTimeRecovery === true }),
      recoveryPeriodInDays,
      tags,
    },
    { mayLackTags },
  );
}

/** Like {@link applySettings}, but for settings that the table is known to lack. */
export async function sendSettings(
  client: DynamoDBClient,
  { name, arn }: Pick<TableDescription, 'name' | 'arn'>,
  { ttlAttribute, pointInTimeRecovery, recoveryPeriodInDays, tags = {} }: LaterSettings,
  { mayLackTags = false, abortSignal }: SendOptions = {},
): Promise<SettingsGiven> {
  const options = abortSignal === undefined ? {} : { abortSignal };
  const requests: SettingRequest[] = [];
  if (ttlAttribute !== undefined) {
    const specification = { AttributeName: ttlAttribute, Enabled: true };
    const command = new UpdateTimeToLiveCommand({ TableName: name, TimeToLiveSpecification: specification });
    requests.push({
      setting: 'time to live',
      action: 'UpdateTimeToLive',
      send: () => demandEvidence(client).send(command, options),
    });
  }
  if (pointInTimeRecovery === true) {
    requests.push({
      setting: 'point-in-time recovery',
      action: 'UpdateContinuousBackups',
      send: () => enablePointInTimeRecovery(client, name, { recoveryPeriodInDays, abortSignal }),
    });
  }
  if (Object.keys(tags).length > 0) {
    const list = Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
    requests.push({
      setting: 'tags',
      action: 'TagResource',
      send: () => demandEvidence(client).send(new TagResourceCommand({ ResourceArn: arn, Tags: list }), options),
    });
  }
  const given: SettingName[] = [];
  const notTaken: SettingNotTaken[] = [];
  for (const { setting, action, send } of requests) {
    try {
      await send();
      given.push(setting);
    } catch (error) {
      if (isUnsupported(error)) {
        notTaken.push({ setting, reason: error.message });
        continue;
      }
      const explained = await explainAwsError(error, client, { action, table: name });
      if (setting !== 'tags' || !mayLackTags || !(explained instanceof AccessDeniedError)) throw explained;
      notTaken.push({ setting, reason: explained.message, denied: true });
    }
  }
  return { given, notTaken };
}

interface SendOptions {
  readonly mayLackTags?: boolean;
  readonly abortSignal?: AbortSignal | undefined;
}

/** A setting to be made, by one request. */
interface SettingRequest extends Pick<SettingNotTaken, 'setting'> {
  readonly action: string;
  readonly send: () => Promise<unknown>;
}

export interface RecoveryOptions {
  /** The length of the window; DynamoDB's own, 35 days, unless given. */
  readonly recoveryPeriodInDays?: number | undefined;
  readonly abortSignal?: AbortSignal | undefined;
}

/**
 * Turns point-in-time recovery on. For a short time after a table was made, DynamoDB is still setting up what its
 * recovery needs, and says so; that is waited for.
 * @throws what the SDK throws
 */
export async function enablePointInTimeRecovery(
  client: DynamoDBClient,
  table: string,
  { recoveryPeriodInDays, abortSignal }: RecoveryOptions = {},
): Promise<void> {
  const specification = {
    PointInTimeRecoveryEnabled: true,
    ...(recoveryPeriodInDays === undefined ? {} : { RecoveryPeriodInDays: recoveryPeriodInDays }),
  };
  const command = new UpdateContinuousBackupsCommand({
    TableName: table,
    PointInTimeRecoverySpecification: specification,
  });
  for (const patience = new Patience(); ; ) {
    try {
      await demandEvidence(client).send(command, abortSignal === undefined ? {} : { abortSignal });
      return;
    } catch (error) {
      if (!(error instanceof ContinuousBackupsUnavailableException) || !patience.lasts) throw error;
      await patience.wait(abortSignal);
    }
  }
}
