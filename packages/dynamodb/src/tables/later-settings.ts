import {
  ContinuousBackupsUnavailableException,
  type DynamoDBClient,
  TagResourceCommand,
  UpdateContinuousBackupsCommand,
  UpdateTimeToLiveCommand,
} from '@aws-sdk/client-dynamodb';
import { isUnsupported } from '../aws/classify-error.ts';
import { explainDynamoDBError } from '../aws/dynamodb-errors.ts';
import { AccessDeniedError } from '../aws/errors.ts';
import { Backoff } from '../aws/retry-policy.ts';
import { send } from '../aws/send.ts';
import type { TableDescription } from './describe.ts';
import { describeFully, type FullDescription } from './describe-fully.ts';
import { namedSettings, settingOf } from './named-settings.ts';
import type { TableSettings } from './schema.ts';

/** A setting of a table that comes after its creation. */
export type SettingName = 'time to live' | 'point-in-time recovery' | 'tags';

/** A setting that a table could not be given: DynamoDB Local has neither point-in-time recovery nor tags. */
export interface SettingNotTaken {
  readonly setting: SettingName;
  readonly reason: string;
  /** Set where the credentials do not permit the setting. */
  readonly denied?: true;
}

/** Time to live and point-in-time recovery, as a schema has them. */
export function laterSettings(description: FullDescription): TableSettings {
  const known = namedSettings(description);
  const ttlAttribute = settingOf(known, 'TimeToLive');
  const isRecoveryKnown = description.answers['DescribeContinuousBackups'] !== undefined;
  return {
    ttlAttribute: typeof ttlAttribute === 'string' ? ttlAttribute : undefined,
    pointInTimeRecovery: isRecoveryKnown ? settingOf(known, 'PointInTimeRecovery') === true : undefined,
  };
}

/**
 * Asks for time to live and point-in-time recovery. What the server does not know (DynamoDB Local has no recovery), or
 * the credentials may not ask, is left out.
 * @throws ThrottledError, ConnectionError, RequestFailedError for what will pass: it is no answer
 */
export async function describeSettings(
  client: DynamoDBClient,
  table: Pick<TableDescription, 'name' | 'arn'>,
): Promise<TableSettings> {
  const actions = ['DescribeTimeToLive', 'DescribeContinuousBackups'] as const;
  return laterSettings(await describeFully(client, table, { actions, required: [] }));
}

/** A table's settings that come after its creation. */
export interface LaterSettings extends TableSettings {
  /** The length of the recovery window in days; DynamoDB's own, 35, unless given. */
  readonly recoveryPeriodInDays?: number | undefined;
  readonly tags?: Readonly<Record<string, string>> | undefined;
}

/** The settings that a table got, and those that it could not get. */
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
  const present = await describeSettings(client, table);
  return sendSettings(
    client,
    table,
    {
      ttlAttribute: ttlAttribute === present.ttlAttribute ? undefined : ttlAttribute,
      pointInTimeRecovery: pointInTimeRecovery === true && present.pointInTimeRecovery !== true,
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
  const requests: SettingRequest[] = [];
  if (ttlAttribute !== undefined) {
    const specification = { AttributeName: ttlAttribute, Enabled: true };
    const command = new UpdateTimeToLiveCommand({ TableName: name, TimeToLiveSpecification: specification });
    requests.push({
      setting: 'time to live',
      action: 'UpdateTimeToLive',
      send: () => send(client, command, abortSignal),
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
    const command = new TagResourceCommand({ ResourceArn: arn, Tags: list });
    requests.push({
      setting: 'tags',
      action: 'TagResource',
      send: () => send(client, command, abortSignal),
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
      const explained = await explainDynamoDBError(error, client, { action, table: name });
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
    RecoveryPeriodInDays: recoveryPeriodInDays,
  };
  const command = new UpdateContinuousBackupsCommand({
    TableName: table,
    PointInTimeRecoverySpecification: specification,
  });
  for (const backoff = new Backoff(); ; ) {
    try {
      await send(client, command, abortSignal);
      return;
    } catch (error) {
      if (!(error instanceof ContinuousBackupsUnavailableException) || backoff.timedOut) throw error;
      await backoff.wait(abortSignal);
    }
  }
}
