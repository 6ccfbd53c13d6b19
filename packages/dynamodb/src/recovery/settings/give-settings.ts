import { isDeepStrictEqual } from 'node:util';
import { type DynamoDBClient, UpdateTableCommand, type UpdateTableCommandInput } from '@aws-sdk/client-dynamodb';
import { sendExplained } from '../../aws/send.ts';
import { compareSettings, type SettingsComparison } from '../../tables/compare-settings.ts';
import { describeTable, type TableDescription } from '../../tables/describe.ts';
import { describeFully } from '../../tables/describe-fully.ts';
import { type SettingName, type SettingNotTaken, sendSettings } from '../../tables/later-settings.ts';
import { type KnownSettings, namedSettings } from '../../tables/named-settings.ts';
import { waitUntil } from '../wait-until.ts';
import { presentSettings, type RecoveredSettings } from './recovered-settings.ts';

/** A setting that UpdateTable gives. */
export type TableUpdateName = 'stream' | 'deletion protection' | 'table class' | 'on-demand limits';

/** What became of a recovered table's settings. */
export interface GivenSettings {
  /** What it lacked and has now. */
  readonly given: readonly (SettingName | TableUpdateName)[];
  /** What the server does not have. */
  readonly notTaken: readonly SettingNotTaken[];
  /** How its settings differ from the source's as it is now: what does not come back. Undefined where that is gone. */
  readonly settings?: SettingsComparison | undefined;
}

/**
 * Waits until a table is active, and gives it those of the settings that it lacks. What it has already is left alone, so
 * that an interrupted call can be repeated.
 * @throws AccessDeniedError, which names the action that is not permitted; InterruptedError; TableNotFoundError
 */
export async function giveSettings(
  client: DynamoDBClient,
  table: string,
  settings: RecoveredSettings,
  abortSignal?: AbortSignal,
): Promise<GivenSettings> {
  const description = await waitUntilUnchanging(client, table, abortSignal);
  const lacking = await findLacking(client, description, settings, abortSignal);
  const { given, notTaken } = await sendSettings(client, description, lacking, { abortSignal });
  const updates = updatesFor(lacking);
  for (const { input } of updates) await updateTable(client, table, input, abortSignal);
  const allGiven = [...updates.map(({ name }) => name), ...given];
  const { known, stream, ttlAttribute } = settings;
  if (known === undefined) return { given: allGiven, notTaken };
  const present = namedSettings(await describeFully(client, description, { abortSignal }));
  // DynamoDB shows tags some time after it has taken them.
  const except = given.includes('tags') ? ['Tags'] : [];
  const wanted = withSettings(known, { StreamViewType: stream, TimeToLive: ttlAttribute });
  return { given: allGiven, notTaken, settings: compareSettings(wanted, present, { except }) };
}

/** Whether a table has all of these settings. */
export async function hasSettings(
  client: DynamoDBClient,
  table: TableDescription,
  settings: RecoveredSettings,
  abortSignal?: AbortSignal,
): Promise<boolean> {
  const { tags, ...lacking } = await findLacking(client, table, settings, abortSignal);
  return Object.keys(tags).length === 0 && Object.values(lacking).every((value) => value === undefined);
}

/** Settings of the source, except those that are known to have been different at the recovered time. */
function withSettings(known: KnownSettings, others: Readonly<Record<string, unknown>>): KnownSettings {
  return {
    ...known,
    settings: [
      ...known.settings.filter(({ setting }) => !(setting in others)),
      ...Object.entries(others).flatMap(([setting, value]) => (value === undefined ? [] : [{ setting, value }])),
    ],
  };
}

type Lacking = Omit<RecoveredSettings, 'knownFrom' | 'known'>;

async function findLacking(
  client: DynamoDBClient,
  table: TableDescription,
  wanted: RecoveredSettings,
  abortSignal: AbortSignal | undefined,
): Promise<Lacking> {
  const present = await presentSettings(client, table, abortSignal);
  const ifLacking = <Name extends keyof Lacking>(name: Name): RecoveredSettings[Name] | undefined =>
    isDeepStrictEqual(wanted[name], present[name]) ? undefined : wanted[name];
  const lacksRecovery =
    wanted.pointInTimeRecovery === true &&
    (present.pointInTimeRecovery !== true || present.recoveryPeriodInDays !== wanted.recoveryPeriodInDays);
  return {
    ttlAttribute: ifLacking('ttlAttribute'),
    pointInTimeRecovery: lacksRecovery ? true : undefined,
    recoveryPeriodInDays: lacksRecovery ? wanted.recoveryPeriodInDays : undefined,
    stream: ifLacking('stream'),
    deletionProtection: ifLacking('deletionProtection'),
    tableClass: ifLacking('tableClass'),
    // Provisioned capacity has no limits of on-demand capacity.
    onDemandThroughput: table.billingMode === 'PAY_PER_REQUEST' ? ifLacking('onDemandThroughput') : undefined,
    indexLimits: table.billingMode === 'PAY_PER_REQUEST' ? lackingIndexLimits(table, wanted, present) : undefined,
    tags: Object.fromEntries(Object.entries(wanted.tags).filter(([key, value]) => present.tags[key] !== value)),
  };
}

/** The limits that indexes of the table lack; undefined where none does. An index that a restore left out gets none. */
function lackingIndexLimits(
  { schema }: TableDescription,
  { indexLimits: wanted = new Map() }: RecoveredSettings,
  { indexLimits: present = new Map() }: RecoveredSettings,
): RecoveredSettings['indexLimits'] {
  const lacking = [...wanted].filter(
    ([index, limits]) =>
      schema.globalIndexes.some(({ name }) => name === index) && !isDeepStrictEqual(limits, present.get(index)),
  );
  return lacking.length === 0 ? undefined : new Map(lacking);
}

/** A change by UpdateTable, which takes one at a time. */
interface TableUpdate {
  readonly name: TableUpdateName;
  readonly input: Omit<UpdateTableCommandInput, 'TableName'>;
}

/** Deletion protection comes last: a half-finished table should be easy to remove. */
function updatesFor({ deletionProtection, ...lacking }: Lacking): readonly TableUpdate[] {
  const { stream, tableClass, onDemandThroughput, indexLimits } = lacking;
  const updates: TableUpdate[] = [];
  if (stream !== undefined) {
    updates.push({ name: 'stream', input: { StreamSpecification: { StreamEnabled: true, StreamViewType: stream } } });
  }
  if (tableClass !== undefined) updates.push({ name: 'table class', input: { TableClass: tableClass } });
  if (onDemandThroughput !== undefined || indexLimits !== undefined) {
    const ofIndexes = [...(indexLimits ?? [])].map(([IndexName, OnDemandThroughput]) => ({
      Update: { IndexName, OnDemandThroughput },
    }));
    const GlobalSecondaryIndexUpdates = ofIndexes.length === 0 ? undefined : ofIndexes;
    updates.push({
      name: 'on-demand limits',
      input: { OnDemandThroughput: onDemandThroughput, GlobalSecondaryIndexUpdates },
    });
  }
  if (deletionProtection) updates.push({ name: 'deletion protection', input: { DeletionProtectionEnabled: true } });
  return updates;
}

async function updateTable(
  client: DynamoDBClient,
  table: string,
  input: TableUpdate['input'],
  abortSignal: AbortSignal | undefined,
): Promise<void> {
  const command = new UpdateTableCommand({ TableName: table, ...input });
  await sendExplained(client, command, { action: 'UpdateTable', table }, abortSignal);
  await waitUntilUnchanging(client, table, abortSignal);
}

/** Waits until a table is active: one that is being updated takes no other change. */
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
    advice: [`Table ${table} stays as it is. Settings that it lacks are given to it when the same is asked for again.`],
    abortSignal,
  });
}
