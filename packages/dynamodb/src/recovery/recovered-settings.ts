import {
  type DynamoDBClient,
  ListTagsOfResourceCommand,
  type StreamViewType,
  UpdateTableCommand,
} from '@aws-sdk/client-dynamodb';
import { demandEvidence } from '../answer-evidence.ts';
import { explainAwsError, isUnsupported } from '../aws-errors.ts';
import { PageTrail } from '../page-trail.ts';
import { type SettingName, type SettingNotTaken, sendSettings } from '../tables/create.ts';
import { parseTableName } from '../tables/definitions.ts';
import {
  describeTable,
  findTable,
  requireSettings,
  type TableDescription,
  type TableSettings,
} from '../tables/describe.ts';
import { schemaOf } from '../tables/schema.ts';
import { waitUntil } from './wait-until.ts';

/** The settings of a table that DynamoDB does not bring back when it recovers one. */
export interface RecoveredSettings extends TableSettings {
  /** What the stream holds; undefined where there is none. */
  readonly stream?: StreamViewType;
  /** The user's tags, without those that AWS itself gives. */
  readonly tags: Readonly<Record<string, string>>;
  /**
   * Where they are known from: the source table as it is now; if that is gone, a backup of it, or its Cumulus definition;
   * or nowhere, for a table that is gone and none of Cumulus.
   */
  readonly knownFrom: 'table' | 'backup' | 'definition' | 'nowhere';
}

/** What a recovered table got. */
export interface RecoveredSettingsGiven {
  /** What it lacked and has now. */
  readonly given: readonly (SettingName | 'stream')[];
  /** What the server does not have. */
  readonly notTaken: readonly SettingNotTaken[];
}

/**
 * The settings that a table recovered from another is to have.
 * @param source the physical name of the table that it was recovered from, which may be gone
 * @throws AccessDeniedError if they may not be read: a table must not lack its settings for that, unnoticed
 */
export async function settingsToGive(
  client: DynamoDBClient,
  source: string,
  abortSignal?: AbortSignal,
): Promise<RecoveredSettings> {
  const description = await findTable(client, source, abortSignal);
  if (description !== undefined) {
    return { ...(await presentSettings(client, description, abortSignal)), knownFrom: 'table' };
  }
  return definedSettings(source);
}

/** The settings of a table that is gone, as far as it was one of Cumulus. */
export function definedSettings(source: string): RecoveredSettings {
  const definition = parseTableName(source)?.definition;
  if (definition === undefined) return { tags: {}, knownFrom: 'nowhere' };
  const { ttlAttribute, pointInTimeRecovery, stream } = schemaOf(definition);
  return {
    ...(ttlAttribute === undefined ? {} : { ttlAttribute }),
    ...(pointInTimeRecovery === undefined ? {} : { pointInTimeRecovery }),
    ...(stream === undefined ? {} : { stream }),
    tags: {},
    knownFrom: 'definition',
  };
}

/**
 * Waits until a table is active, and gives it those of the settings that it lacks. What it has already is left alone, so
 * that an interrupted call can be made again.
 * @throws AccessDeniedError, which names the action that is not permitted; InterruptedError; TableNotFoundError
 */
export async function giveSettings(
  client: DynamoDBClient,
  table: string,
  settings: RecoveredSettings,
  abortSignal?: AbortSignal,
): Promise<RecoveredSettingsGiven> {
  const description = await waitUntilUnchanging(client, table, abortSignal);
  const { stream, ...lacking } = await lackingSettings(client, description, settings, abortSignal);
  const { given, notTaken } = await sendSettings(client, description, lacking, abortSignal);
  if (stream === undefined) return { given, notTaken };
  await turnStreamOn(client, table, stream, abortSignal);
  return { given: ['stream', ...given], notTaken };
}

/** Whether a table has all of these settings. */
export async function hasSettings(
  client: DynamoDBClient,
  table: TableDescription,
  settings: RecoveredSettings,
  abortSignal?: AbortSignal,
): Promise<boolean> {
  const { tags, ...lacking } = await lackingSettings(client, table, settings, abortSignal);
  return Object.keys(tags).length === 0 && Object.keys(lacking).length === 0;
}

type Settings = Omit<RecoveredSettings, 'knownFrom'>;

async function presentSettings(
  client: DynamoDBClient,
  { name, arn, schema: { stream } }: TableDescription,
  abortSignal: AbortSignal | undefined,
): Promise<Settings> {
  const [settings, tags] = await Promise.all([
    requireSettings(client, name, abortSignal),
    tagsOf(client, { name, arn }, abortSignal),
  ]);
  return { ...settings, ...(stream === undefined ? {} : { stream }), tags };
}

async function lackingSettings(
  client: DynamoDBClient,
  table: TableDescription,
  { ttlAttribute, pointInTimeRecovery, stream, tags }: RecoveredSettings,
  abortSignal: AbortSignal | undefined,
): Promise<Settings> {
  const present = await presentSettings(client, table, abortSignal);
  const isLackingTag = ([key, value]: readonly [string, string]): boolean => present.tags[key] !== value;
  return {
    ...(ttlAttribute === undefined || ttlAttribute === present.ttlAttribute ? {} : { ttlAttribute }),
    ...(pointInTimeRecovery !== true || present.pointInTimeRecovery === true ? {} : { pointInTimeRecovery }),
    ...(stream === undefined || stream === present.stream ? {} : { stream }),
    tags: Object.fromEntries(Object.entries(tags).filter(isLackingTag)),
  };
}

/** The tags that users gave; those of AWS itself cannot be given. */
async function tagsOf(
  client: DynamoDBClient,
  { name, arn }: Pick<TableDescription, 'name' | 'arn'>,
  abortSignal: AbortSignal | undefined,
): Promise<Readonly<Record<string, string>>> {
  const tags: [string, string][] = [];
  try {
    let from: string | undefined;
    const trail = new PageTrail<string>(`The list of tags of ${name}`);
    do {
      const { Tags = [], NextToken } = await demandEvidence(client).send(
        new ListTagsOfResourceCommand({ ResourceArn: arn, NextToken: from }),
        abortSignal === undefined ? {} : { abortSignal },
      );
      tags.push(...Tags.map(({ Key = '', Value = '' }): [string, string] => [Key, Value]));
      from = trail.step(NextToken);
    } while (from !== undefined);
  } catch (error) {
    if (!isUnsupported(error))
      throw await explainAwsError(error, client, { action: 'ListTagsOfResource', table: name });
  }
  return Object.fromEntries(tags.filter(([key]) => !key.startsWith('aws:')));
}

async function turnStreamOn(
  client: DynamoDBClient,
  table: string,
  viewType: StreamViewType,
  abortSignal: AbortSignal | undefined,
): Promise<void> {
  const specification = { StreamEnabled: true, StreamViewType: viewType };
  try {
    await demandEvidence(client).send(
      new UpdateTableCommand({ TableName: table, StreamSpecification: specification }),
      abortSignal === undefined ? {} : { abortSignal },
    );
  } catch (error) {
    throw await explainAwsError(error, client, { action: 'UpdateTable', table });
  }
  await waitUntilUnchanging(client, table, abortSignal);
}

/** Waits until a table is active; one that is being updated takes no other change. */
async function waitUntilUnchanging(
  client: DynamoDBClient,
  table: string,
  abortSignal: AbortSignal | undefined,
): Promise<TableDescription> {
  return waitUntil({
    table,
    look: () => describeTable(client, table, abortSignal),
    isOver: ({ status }) => status === 'ACTIVE',
    stateOf: ({ status }) => status,
    advice: [`Table ${table} stays as it is: settings that it lacks are given to it when the same is asked for again.`],
    abortSignal,
  });
}
