import { isObject } from '../aws/is-object.ts';
import type { RawAnswer } from '../aws/raw-answer.ts';
import type { TableSettings } from './describe.ts';
import type { FullDescription, Unanswered } from './full-description.ts';
import { createTableInput, type TableSchema } from './schema.ts';

/** A setting of a table that is not at its default, by the name that AWS's API has for it. */
export interface NamedSetting {
  readonly setting: string;
  /** The index that it is of; absent for the table's. */
  readonly index?: string;
  /** Text, a number, true, or an object or list in the form of the API. */
  readonly value: unknown;
}

/** A setting that could not be learnt. */
export interface UnknownSetting {
  readonly setting: string;
  readonly index?: string;
  /** The action that tells it. */
  readonly action: string;
  readonly because: Unanswered['because'];
}

/** What is known of a table's settings. */
export interface KnownSettings {
  readonly settings: readonly NamedSetting[];
  readonly unknown: readonly UnknownSetting[];
  /** The names of all settings that are known, if not all but the unknown are. */
  readonly only?: readonly string[];
}

/** The settings that a {@link TableSchema} and the definition of a Cumulus table have, by AWS's names. */
export const SCHEMA_SETTINGS: readonly string[] = [
  'BillingMode',
  'GlobalSecondaryIndexes',
  'KeySchema',
  'LocalSecondaryIndexes',
  'PointInTimeRecovery',
  'Projection',
  'StreamViewType',
  'TimeToLive',
];

/** What DescribeTable tells of a table, and is no setting of it but a fact. */
const FACTS = new Set([
  'ArchivalSummary',
  'AttributeDefinitions',
  'CreationDateTime',
  'ItemCount',
  'LatestStreamArn',
  'LatestStreamLabel',
  'RestoreSummary',
  'TableArn',
  'TableId',
  'TableName',
  'TableSizeBytes',
  'TableStatus',
]);

const INDEX_FACTS = new Set(['IndexArn', 'IndexName', 'IndexSizeBytes', 'ItemCount']);

/** What settings are told together with, and changes by itself. */
const STATES = new Set([
  'Backfilling',
  'IndexStatus',
  'NumberOfDecreasesToday',
  'ReplicaStatus',
  'ReplicaStatusDescription',
  'ReplicaStatusPercentProgress',
  'Status',
  'WitnessStatus',
]);

/** The setting that an action tells. */
const SETTING_OF_ACTION: Readonly<Record<string, string>> = {
  DescribeTimeToLive: 'TimeToLive',
  DescribeContinuousBackups: 'PointInTimeRecovery',
  ListTagsOfResource: 'Tags',
  GetResourcePolicy: 'ResourcePolicy',
  DescribeKinesisStreamingDestination: 'KinesisDataStreamDestinations',
  DescribeContributorInsights: 'ContributorInsights',
  DescribeTableReplicaAutoScaling: 'AutoScaling',
};

/** The length of the recovery window unless another was chosen, in days. */
export const DEFAULT_RECOVERY_DAYS = 35;

/**
 * The settings of a table out of all that DynamoDB says of it. What this release does not know is among them, under its
 * own name; facts, such as sizes and times, are not, and neither is what is at its default.
 */
export function namedSettings({ answers, unanswered }: FullDescription): KnownSettings {
  const table = fieldOf(answers['DescribeTable'], 'Table');
  const settings = [
    ...tableSettings(table),
    ...indexSettings(table),
    ...timeToLive(answers['DescribeTimeToLive']),
    ...recovery(answers['DescribeContinuousBackups']),
    ...given('Tags', tagsFrom(answers['ListTagsOfResource'])),
    ...given('ResourcePolicy', policyFrom(answers['GetResourcePolicy'])),
    ...given('KinesisDataStreamDestinations', destinationsFrom(answers['DescribeKinesisStreamingDestination'])),
    ...given('AutoScaling', withoutStates(autoScalingFrom(answers['DescribeTableReplicaAutoScaling']))),
    ...insights(answers),
  ];
  const unknown = Object.entries(unanswered).map(([action, { because }]): UnknownSetting => {
    const [name = action, index] = action.split('/', 2);
    const setting = SETTING_OF_ACTION[name] ?? name;
    return { setting, ...(index === undefined ? {} : { index }), action: name, because };
  });
  return { settings, unknown };
}

/** What a manifest from before there were descriptions knows. */
export function namedSettingsOfSchema(schema: TableSchema, billingMode: string): KnownSettings {
  const table: RawAnswer = { ...createTableInput('', schema), BillingModeSummary: { BillingMode: billingMode } };
  const { ttlAttribute, pointInTimeRecovery } = schema;
  return {
    settings: [
      ...tableSettings(table),
      ...indexSettings(table),
      ...given('TimeToLive', ttlAttribute),
      ...given('PointInTimeRecovery', pointInTimeRecovery === true || undefined),
    ],
    unknown: [],
    only: SCHEMA_SETTINGS.filter((name) => name !== 'PointInTimeRecovery' || pointInTimeRecovery !== undefined),
  };
}

/** Time to live and point-in-time recovery, as a schema has them. */
export function laterSettings(description: FullDescription): TableSettings {
  const known = namedSettings(description);
  const ttlAttribute = settingOf(known, 'TimeToLive');
  return {
    ...(typeof ttlAttribute === 'string' ? { ttlAttribute } : {}),
    ...(description.answers['DescribeContinuousBackups'] === undefined
      ? {}
      : { pointInTimeRecovery: settingOf(known, 'PointInTimeRecovery') === true }),
  };
}

/** The value of a table's setting; undefined where it is at its default or not known. */
export function settingOf({ settings }: KnownSettings, name: string): unknown {
  return settings.find(({ setting, index }) => setting === name && index === undefined)?.value;
}

function tableSettings(table: RawAnswer | undefined): readonly NamedSetting[] {
  if (table === undefined) return [];
  const settings = Object.entries(table).flatMap(([name, value]) => {
    if (FACTS.has(name) || name === 'GlobalSecondaryIndexes' || name === 'LocalSecondaryIndexes') return [];
    if (name === 'KeySchema') return given('KeySchema', keyInWords(value, table));
    if (name === 'BillingModeSummary') return [];
    if (name === 'TableClassSummary') return given('TableClass', unless('STANDARD', value, 'TableClass'));
    if (name === 'StreamSpecification') return given('StreamViewType', unless(undefined, value, 'StreamViewType'));
    return given(name, withoutDefault(name, value));
  });
  // A table that was never on demand has no summary.
  const { BillingMode = 'PROVISIONED' } = fieldOf(table, 'BillingModeSummary') ?? {};
  return [...settings, { setting: 'BillingMode', value: BillingMode }];
}

function indexSettings(table: RawAnswer | undefined): readonly NamedSetting[] {
  return ['GlobalSecondaryIndexes', 'LocalSecondaryIndexes'].flatMap((kind) => {
    const indexes = table?.[kind];
    return (Array.isArray(indexes) ? indexes : []).filter(isObject).flatMap((index) => {
      const name = String(index['IndexName']);
      const settings = Object.entries(index).flatMap(([field, value]): readonly NamedSetting[] => {
        if (INDEX_FACTS.has(field) || STATES.has(field)) return [];
        return given(field, field === 'KeySchema' ? keyInWords(value, table) : withoutDefault(field, value));
      });
      return [{ setting: kind, value: true }, ...settings].map((setting) => ({ ...setting, index: name }));
    });
  });
}

function timeToLive(answer: RawAnswer | undefined): readonly NamedSetting[] {
  const { TimeToLiveStatus: status, AttributeName } = fieldOf(answer, 'TimeToLiveDescription') ?? {};
  return given('TimeToLive', status === 'ENABLED' || status === 'ENABLING' ? AttributeName : undefined);
}

function recovery(answer: RawAnswer | undefined): readonly NamedSetting[] {
  const backups = fieldOf(answer, 'ContinuousBackupsDescription');
  const { PointInTimeRecoveryStatus, RecoveryPeriodInDays: days } =
    fieldOf(backups, 'PointInTimeRecoveryDescription') ?? {};
  if (PointInTimeRecoveryStatus !== 'ENABLED') return [];
  return [
    { setting: 'PointInTimeRecovery', value: true },
    ...given('RecoveryPeriodInDays', days === DEFAULT_RECOVERY_DAYS ? undefined : days),
  ];
}

/** The tags that users gave; those of AWS itself cannot be given. */
function tagsFrom(answer: RawAnswer | undefined): Readonly<Record<string, string>> | undefined {
  const tags = answer?.['Tags'] as readonly { readonly Key?: string; readonly Value?: string }[] | undefined;
  const own = (tags ?? []).map(({ Key = '', Value = '' }) => [Key, Value] as const).filter(([key]) => !isOfAws(key));
  return own.length === 0 ? undefined : Object.fromEntries(own.sort(([a], [b]) => (a < b ? -1 : 1)));
}

function isOfAws(key: string): boolean {
  return key.startsWith('aws:');
}

function policyFrom(answer: RawAnswer | undefined): unknown {
  const policy = answer?.['Policy'];
  if (typeof policy !== 'string') return policy;
  try {
    return JSON.parse(policy) as unknown;
  } catch {
    return policy;
  }
}

function destinationsFrom(answer: RawAnswer | undefined): unknown {
  const destinations = answer?.['KinesisDataStreamDestinations'];
  const active = (Array.isArray(destinations) ? destinations : [])
    .filter(isObject)
    .filter(({ DestinationStatus }) => !/^(DISABL|ENABLE_FAILED)/.test(String(DestinationStatus)))
    .map(({ DestinationStatus, DestinationStatusDescription, ...destination }) => destination);
  return active.length === 0 ? undefined : active;
}

function autoScalingFrom(answer: RawAnswer | undefined): unknown {
  const { Replicas } = fieldOf(answer, 'TableAutoScalingDescription') ?? {};
  return Replicas;
}

function insights(answers: FullDescription['answers']): readonly NamedSetting[] {
  return Object.entries(answers).flatMap(([action, answer]) => {
    const [name, index] = action.split('/', 2);
    const { ContributorInsightsStatus: status, ContributorInsightsMode: mode } = answer;
    if (name !== 'DescribeContributorInsights' || (status !== 'ENABLED' && status !== 'ENABLING')) return [];
    return [{ setting: 'ContributorInsights', ...(index === undefined ? {} : { index }), value: mode ?? true }];
  });
}

/** `tenant (HASH, S), at (RANGE, N)` */
function keyInWords(elements: unknown, table: RawAnswer | undefined): unknown {
  if (!Array.isArray(elements)) return elements;
  const definitions = table?.['AttributeDefinitions'];
  const types = new Map((Array.isArray(definitions) ? definitions : []).filter(isObject).map(typeEntry));
  return elements
    .filter(isObject)
    .map(({ AttributeName, KeyType }) => `${AttributeName} (${KeyType}, ${types.get(AttributeName) ?? '?'})`)
    .join(', ');
}

function typeEntry({ AttributeName, AttributeType }: RawAnswer): readonly [unknown, unknown] {
  return [AttributeName, AttributeType];
}

/** A field of an answer that is an object. */
function fieldOf(answer: unknown, field: string): RawAnswer | undefined {
  const value = isObject(answer) ? answer[field] : undefined;
  return isObject(value) ? value : undefined;
}

/** What an object that is told has in a field; undefined if that is the default. */
function unless(usual: unknown, value: unknown, field: string): unknown {
  const found = isObject(value) ? value[field] : value;
  return found === usual ? undefined : found;
}

/** The units of a table that was made on demand, and of one that has never been warmed. */
const DEFAULTS: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  OnDemandThroughput: { MaxReadRequestUnits: -1, MaxWriteRequestUnits: -1 },
  ProvisionedThroughput: { ReadCapacityUnits: 0, WriteCapacityUnits: 0 },
  WarmThroughput: { ReadUnitsPerSecond: 12_000, WriteUnitsPerSecond: 4_000 },
};

function withoutDefault(name: string, value: unknown): unknown {
  const setting = withoutStates(value);
  if (setting === false) return undefined;
  if (name === 'Replicas' && Array.isArray(setting)) return [...setting].sort(byRegion);
  if (!isObject(setting)) return setting;
  const usual = DEFAULTS[name] ?? {};
  // Stand-ins tell zero units where there are none.
  const entries = Object.entries(setting).filter(
    ([field, each]) => !(field in usual) || ![0, usual[field]].includes(each),
  );
  if (name === 'Projection' && Array.isArray(setting['NonKeyAttributes'])) {
    return { ...setting, NonKeyAttributes: [...setting['NonKeyAttributes']].sort() };
  }
  return entries.length === 0 ? undefined : Object.fromEntries(entries);
}

function byRegion(a: unknown, b: unknown): number {
  const regionOf = (replica: unknown) => String(isObject(replica) ? replica['RegionName'] : replica);
  return regionOf(a) < regionOf(b) ? -1 : 1;
}

/** A value without what changes by itself, and undefined where nothing is left. */
function withoutStates(value: unknown): unknown {
  if (Array.isArray(value)) {
    const list = value.map(withoutStates).filter((each) => each !== undefined);
    return list.length === 0 ? undefined : list;
  }
  if (!isObject(value)) return value === null ? undefined : value;
  const entries = Object.entries(value)
    .filter(([field]) => !STATES.has(field) && !field.endsWith('DateTime'))
    .map(([field, each]) => [field, withoutStates(each)] as const)
    .filter(([, each]) => each !== undefined);
  return entries.length === 0 ? undefined : Object.fromEntries(entries);
}

function given(setting: string, value: unknown): readonly NamedSetting[] {
  return value === undefined ? [] : [{ setting, value }];
}
