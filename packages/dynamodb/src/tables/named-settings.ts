import { isObject } from '../aws/is-object.ts';
import type { RawAnswer } from '../aws/raw-answer.ts';
import type { FullDescription, Unanswered } from './describe-fully.ts';
import { createTableInput, type TableSchema } from './schema.ts';
import { STATES, unless, withoutDefault, withoutStates } from './setting-values.ts';

/** A setting of a table that is not at its default, by the name that AWS's API has for it. */
export interface NamedSetting {
  readonly setting: string;
  /** The index that it is of; absent for the table's. */
  readonly index?: string | undefined;
  /** Text, a number, true, or an object or list in the form of the API. */
  readonly value: unknown;
}

/** A setting that could not be read. */
export interface UnknownSetting {
  readonly setting: string;
  readonly index?: string | undefined;
  /** The action whose answer has it. */
  readonly action: string;
  readonly because: Unanswered['because'];
}

/** What is known of a table's settings. */
export interface KnownSettings {
  readonly settings: readonly NamedSetting[];
  readonly unknown: readonly UnknownSetting[];
  /** The names of all settings that are known, if not all but the unknown are. */
  readonly only?: readonly string[] | undefined;
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

/** Fields of DescribeTable's answer that are facts, not settings. */
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

/** The setting that is in an action's answer. */
const SETTING_OF_ACTION: Readonly<Record<string, string>> = {
  DescribeTimeToLive: 'TimeToLive',
  DescribeContinuousBackups: 'PointInTimeRecovery',
  ListTagsOfResource: 'Tags',
  GetResourcePolicy: 'ResourcePolicy',
  DescribeKinesisStreamingDestination: 'KinesisDataStreamDestinations',
  DescribeContributorInsights: 'ContributorInsights',
  DescribeTableReplicaAutoScaling: 'AutoScaling',
};

/** The actions beside DescribeTable that say something of a table's settings. */
export const OTHER_ACTIONS: readonly string[] = Object.keys(SETTING_OF_ACTION);

/** The length of the recovery window unless another was chosen, in days. */
const DEFAULT_RECOVERY_DAYS = 35;

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
    return { setting, index, action: name, because };
  });
  return { settings, unknown };
}

/** The settings in a manifest of an earlier release, which had no descriptions. */
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

/** The value of a table's setting; undefined where it is at its default or not known. */
export function settingOf({ settings }: KnownSettings, name: string): unknown {
  return settings.find(({ setting, index }) => setting === name && index === undefined)?.value;
}

/** The values of a setting of indexes, by the names of those where it is known and not at its default. */
export function settingOfIndexes({ settings }: KnownSettings, name: string): ReadonlyMap<string, unknown> {
  return new Map(
    settings.flatMap(({ setting, index, value }) =>
      setting === name && index !== undefined ? [[index, value] as const] : [],
    ),
  );
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
    return [{ setting: 'ContributorInsights', index, value: mode ?? true }];
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

function given(setting: string, value: unknown): readonly NamedSetting[] {
  return value === undefined ? [] : [{ setting, value }];
}
