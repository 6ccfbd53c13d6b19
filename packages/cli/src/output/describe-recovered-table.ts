import type { GivenSettings, RecoveredSettings, RestoredTable } from '@cumulus/dynamodb/recovery';
import { describeSettingsComparison } from './describe-settings.ts';

/** What neither DynamoDB nor this recovery brings back with a table, so that it has to be set by hand. */
export const NOT_CARRIED_OVER: readonly string[] = [
  'readers and writers of the old table use it until they are given the new name',
  'Lambda functions and other readers of the stream: the new stream has another ARN, and begins empty',
  'IAM policies that name the table or its stream',
  'resource policies, Contributor Insights, Kinesis streaming and replicas',
  'auto scaling',
  'CloudWatch alarms',
];

/** What became of a recovered table's settings, in lines for a person. */
export function settingsLines(
  { knownFrom }: Pick<RecoveredSettings, 'knownFrom'>,
  { given, settings }: GivenSettings,
): readonly string[] {
  return [
    ...(given.length === 0 ? [] : [`  given: ${given.join(', ')}`]),
    ...(settings === undefined ? [] : describeSettingsComparison(settings, 'not as the source has it now:')),
    ...(knownFrom === 'table' ? [] : [`  ${SETTINGS_NOTES[knownFrom]}`]),
  ];
}

const SETTINGS_NOTES: Readonly<Record<Exclude<RecoveredSettings['knownFrom'], 'table'>, string>> = {
  backup:
    'the source is gone: stream and time to live by the backup, recovery by the definition of Cumulus, without tags',
  definition: 'the source is gone: settings by the definition of Cumulus, without tags',
  nowhere: 'the source is gone, and is no table of Cumulus: no settings were given',
};

/** The ARNs of a recovered table and its stream. */
export function arnLines({ arn, streamArn }: RestoredTable): readonly string[] {
  return [`  ARN ${arn}`, ...(streamArn === undefined ? [] : [`  stream ${streamArn}`])];
}
