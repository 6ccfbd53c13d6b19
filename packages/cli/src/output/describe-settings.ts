import type {
  NamedSetting,
  SettingDifference,
  SettingNotTaken,
  SettingsComparison,
  UnknownSetting,
} from '@cumulus/dynamodb/tables';

/** `without tags (the server does not have it: …)` */
export function describeSettingNotTaken({ setting, reason, denied }: SettingNotTaken): string {
  const why = denied === true ? '' : 'the server does not have it: ';
  return `without ${setting} (${why}${reason.replace(/\.$/, '')})`;
}

/** What people call the settings of AWS's API. One that is not here is called by AWS's name. */
const TITLES: Readonly<Record<string, string>> = {
  AutoScaling: 'auto scaling',
  BillingMode: 'billing mode',
  ContributorInsights: 'Contributor Insights',
  DeletionProtectionEnabled: 'deletion protection',
  KeySchema: 'key',
  KinesisDataStreamDestinations: 'Kinesis streaming',
  OnDemandThroughput: 'on-demand limits',
  PointInTimeRecovery: 'point-in-time recovery',
  Projection: 'projection',
  ProvisionedThroughput: 'provisioned capacity',
  RecoveryPeriodInDays: 'recovery window in days',
  Replicas: 'replicas',
  ResourcePolicy: 'resource policy',
  SSEDescription: 'encryption key',
  StreamViewType: 'stream',
  TableClass: 'table class',
  Tags: 'tags',
  TimeToLive: 'time to live',
  WarmThroughput: 'warm throughput',
};

/** The value of a setting that is not listed because it is at its default. */
const DEFAULTS: Readonly<Record<string, string>> = { RecoveryPeriodInDays: '35', TableClass: 'STANDARD' };

/** A value longer than this is in the JSON only, in characters. */
const MAX_VALUE_LENGTH = 120;

/** How settings differ, in lines for a person; none where they do not. */
export function describeSettingsComparison(
  { differences, notCompared }: SettingsComparison,
  heading: string,
): readonly string[] {
  return [
    ...(differences.length === 0 ? [] : [`  ${heading}`, ...differences.map(describeDifference)]),
    ...describeUnknownSettings(notCompared, 'settings not compared'),
  ];
}

/** `settings not known: tags, resource policy (no permission for dynamodb:ListTagsOfResource, …)` */
export function describeUnknownSettings(unknown: readonly UnknownSetting[], heading: string): readonly string[] {
  const reasons = { denied: 'no permission for', failed: 'no answer to' } as const;
  return (['denied', 'failed'] as const).flatMap((because) => {
    const concerned = unknown.filter((setting) => setting.because === because);
    if (concerned.length === 0) return [];
    const titles = [...new Set(concerned.map(({ setting }) => TITLES[setting] ?? setting))].join(', ');
    const actions = [...new Set(concerned.map(({ action }) => `dynamodb:${action}`))].join(', ');
    return [`  ${heading}: ${titles} (${reasons[because]} ${actions})`];
  });
}

/** `deletion protection on, table class STANDARD_INFREQUENT_ACCESS` */
export function describeNamedSettings(settings: readonly NamedSetting[]): string {
  return settings.map((setting) => `${titleOf(setting)} ${describeValue(setting.setting, setting.value)}`).join(', ');
}

function describeDifference(difference: SettingDifference): string {
  const { setting, wanted, found } = difference;
  if (setting === 'GlobalSecondaryIndexes' || setting === 'LocalSecondaryIndexes') {
    const kind = setting === 'GlobalSecondaryIndexes' ? 'global' : 'local';
    return `    ${kind} index ${difference.index}: ${found === undefined ? 'missing' : 'more than there was'}`;
  }
  return `    ${titleOf(difference)}: ${describeValue(setting, wanted)}; the table has ${describeValue(setting, found)}`;
}

function titleOf({ setting, index }: Pick<NamedSetting, 'setting' | 'index'>): string {
  const title = TITLES[setting] ?? setting;
  return index === undefined ? title : `${title} of index ${index}`;
}

function describeValue(setting: string, value: unknown): string {
  if (value === undefined) return DEFAULTS[setting] ?? 'none';
  if (value === true) return 'on';
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return text.length <= MAX_VALUE_LENGTH ? text : 'another value, which --json shows';
}
