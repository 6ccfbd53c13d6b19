import type { GivenSettings, RecoveredSettings, RestoredTable } from '@cumulus/dynamodb/recovery';
import { describeSettingNotTaken, describeSettingsComparison } from './describe-settings.ts';

/** What DynamoDB does not bring back with a table, and the recovery does not give it either: the table gets it by hand. */
export const NOT_CARRIED_OVER: readonly string[] = [
  'whoever reads and writes the old table goes on with it until it is told the new name',
  'Lambda functions and other readers of the stream: the new stream has another ARN, and begins empty',
  'IAM policies that name the table or its stream',
  'resource policies, Contributor Insights, Kinesis streaming and replicas',
  'auto scaling',
  'CloudWatch alarms',
];

/** What became of a recovered table's settings, in lines for a person. */
export function settingsLines(
  { knownFrom }: Pick<RecoveredSettings, 'knownFrom'>,
  { given, notTaken, settings }: GivenSettings,
): readonly string[] {
  return [
    ...(given.length === 0 ? [] : [`  given: ${given.join(', ')}`]),
    ...notTaken.map((setting) => `  ${describeSettingNotTaken(setting)}`),
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

/** By what a recovered table and its stream are found. */
export function arnLines({ arn, streamArn }: RestoredTable): readonly string[] {
  return [`  ARN ${arn}`, ...(streamArn === undefined ? [] : [`  stream ${streamArn}`])];
}
