import { isDeepStrictEqual } from 'node:util';
import {
  type DynamoDBClient,
  type OnDemandThroughput,
  type StreamViewType,
  type TableClass,
  UpdateTableCommand,
  type UpdateTableCommandInput,
} from '@aws-sdk/client-dynamodb';
import { demandEvidence } from '../../aws/answer-evidence.ts';
import { explainAwsError } from '../../aws/aws-errors.ts';
import { compareSettings, type SettingsComparison } from '../../tables/compare-settings.ts';
import { type SettingName, type SettingNotTaken, sendSettings } from '../../tables/create.ts';
import { parseTableName } from '../../tables/definitions.ts';
import { describeTable, findTable, type TableDescription, type TableSettings } from '../../tables/describe.ts';
import { describeFully } from '../../tables/full-description.ts';
import { type KnownSettings, laterSettings, namedSettings, settingOf } from '../../tables/named-settings.ts';
import { schemaOf } from '../../tables/schema.ts';
import { waitUntil } from '../wait-until.ts';

/** The settings of a table that DynamoDB does not bring back when it recovers one. */
export interface RecoveredSettings extends TableSettings {
  /** What the stream holds; undefined where there is none. */
  readonly stream?: StreamViewType;
  /** The length of the recovery window in days, where it is not DynamoDB's own. */
  readonly recoveryPeriodInDays?: number;
  /** Set where the table may not be deleted. */
  readonly deletionProtection?: true;
  /** Where it is not STANDARD. */
  readonly tableClass?: TableClass;
  /** The limits of on-demand capacity, where there are any. */
  readonly onDemandThroughput?: OnDemandThroughput;
  /** The user's tags, without those that AWS itself gives. */
  readonly tags: Readonly<Record<string, string>>;
  /**
   * Where they are known from: the source table as it is now; if that is gone, a backup of it, or its Cumulus definition;
   * or nowhere, for a table that is gone and none of Cumulus.
   */
  readonly knownFrom: 'table' | 'backup' | 'definition' | 'nowhere';
  /** All settings of the source table as it is now, those among them that a recovered table is not given. */
  readonly known?: KnownSettings;
}

/** What a recovered table got. */
export interface RecoveredSettingsGiven {
  /** What it lacked and has now. */
  readonly given: readonly (SettingName | TableUpdateName)[];
  /** What the server does not have. */
  readonly notTaken: readonly SettingNotTaken[];
  /** How its settings differ from the source's as it is now: what does not come back. Absent where that is gone. */
  readonly settings?: SettingsComparison;
}

/** A setting that UpdateTable gives. */
export type TableUpdateName = 'stream' | 'deletion protection' | 'table class' | 'on-demand limits';

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
  const lacking = await lackingSettings(client, description, settings, abortSignal);
  const { given, notTaken } = await sendSettings(client, description, lacking, { abortSignal });
  const updates = updatesFor(lacking);
  for (const { input } of updates) await updateTable(client, table, input, abortSignal);
  const allGiven = [...updates.map(({ name }) => name), ...given];
  const { known, stream, ttlAttribute } = settings;
  if (known === undefined) return { given: allGiven, notTaken };
  const present = namedSettings(await describeFully(client, description, { abortSignal }));
  // DynamoDB tells tags some time after it has taken them.
  const except = given.includes('tags') ? ['Tags'] : [];
  const wanted = withSettings(known, { StreamViewType: stream, TimeToLive: ttlAttribute });
  return { given: allGiven, notTaken, settings: compareSettings(wanted, present, { except }) };
}

/** Settings of the source, but for some that are known to have been others at the time that is recovered. */
function withSettings(known: KnownSettings, others: Readonly<Record<string, unknown>>): KnownSettings {
  return {
    ...known,
    settings: [
      ...known.settings.filter(({ setting }) => !(setting in others)),
      ...Object.entries(others).flatMap(([setting, value]) => (value === undefined ? [] : [{ setting, value }])),
    ],
  };
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
  table: TableDescription,
  abortSignal: AbortSignal | undefined,
): Promise<Settings> {
  // A table must not lack these for want of a permission, unnoticed.
  const required = ['DescribeTimeToLive', 'DescribeContinuousBackups', 'ListTagsOfResource'] as const;
  const description = await describeFully(client, table, { required, abortSignal });
  const known = namedSettings(description);
  const { stream } = table.schema;
  const days = settingOf(known, 'RecoveryPeriodInDays');
  const tableClass = settingOf(known, 'TableClass');
  const limits = settingOf(known, 'OnDemandThroughput');
  return {
    ...laterSettings(description),
    ...(stream === undefined ? {} : { stream }),
    ...(typeof days === 'number' ? { recoveryPeriodInDays: days } : {}),
    ...(settingOf(known, 'DeletionProtectionEnabled') === true ? { deletionProtection: true } : {}),
    ...(tableClass === undefined ? {} : { tableClass: tableClass as TableClass }),
    ...(limits === undefined ? {} : { onDemandThroughput: limits as OnDemandThroughput }),
    tags: (settingOf(known, 'Tags') as Readonly<Record<string, string>> | undefined) ?? {},
    known,
  };
}

async function lackingSettings(
  client: DynamoDBClient,
  table: TableDescription,
  settings: RecoveredSettings,
  abortSignal: AbortSignal | undefined,
): Promise<Omit<Settings, 'known'>> {
  const { ttlAttribute, pointInTimeRecovery, recoveryPeriodInDays, stream, tags } = settings;
  const { deletionProtection, tableClass, onDemandThroughput } = settings;
  const present = await presentSettings(client, table, abortSignal);
  const isLackingTag = ([key, value]: readonly [string, string]): boolean => present.tags[key] !== value;
  const isProtected = present.pointInTimeRecovery === true && present.recoveryPeriodInDays === recoveryPeriodInDays;
  // Provisioned capacity knows no limits of capacity on demand.
  const isLimitable = table.billingMode === 'PAY_PER_REQUEST';
  return {
    ...(ttlAttribute === undefined || ttlAttribute === present.ttlAttribute ? {} : { ttlAttribute }),
    ...(pointInTimeRecovery !== true || isProtected
      ? {}
      : { pointInTimeRecovery, ...(recoveryPeriodInDays === undefined ? {} : { recoveryPeriodInDays }) }),
    ...(stream === undefined || stream === present.stream ? {} : { stream }),
    ...(deletionProtection === present.deletionProtection || deletionProtection === undefined
      ? {}
      : { deletionProtection }),
    ...(tableClass === undefined || tableClass === present.tableClass ? {} : { tableClass }),
    ...(onDemandThroughput === undefined ||
    !isLimitable ||
    isDeepStrictEqual(onDemandThroughput, present.onDemandThroughput)
      ? {}
      : { onDemandThroughput }),
    tags: Object.fromEntries(Object.entries(tags).filter(isLackingTag)),
  };
}

/** A change by UpdateTable, which takes them one by one. */
interface TableUpdate {
  readonly name: TableUpdateName;
  readonly input: Omit<UpdateTableCommandInput, 'TableName'>;
}

/** The protection against deletion comes last: what is half done should be easy to remove. */
function updatesFor({
  stream,
  tableClass,
  onDemandThroughput,
  deletionProtection,
}: Omit<Settings, 'known'>): readonly TableUpdate[] {
  const specification = { StreamEnabled: true, StreamViewType: stream };
  return [
    ...(stream === undefined ? [] : [{ name: 'stream', input: { StreamSpecification: specification } } as const]),
    ...(tableClass === undefined ? [] : [{ name: 'table class', input: { TableClass: tableClass } } as const]),
    ...(onDemandThroughput === undefined
      ? []
      : [{ name: 'on-demand limits', input: { OnDemandThroughput: onDemandThroughput } } as const]),
    ...(deletionProtection === undefined
      ? []
      : [{ name: 'deletion protection', input: { DeletionProtectionEnabled: true } } as const]),
  ];
}

async function updateTable(
  client: DynamoDBClient,
  table: string,
  input: TableUpdate['input'],
  abortSignal: AbortSignal | undefined,
): Promise<void> {
  try {
    await demandEvidence(client).send(
      new UpdateTableCommand({ TableName: table, ...input }),
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
