import type { CommandOptions } from '../../command.ts';
import { deploymentPrefix, file, folder, oneOf } from '../../options/kinds.ts';
import { isGiven, type RawValues, required } from '../../options/option.ts';
import { checkS3Options, s3WriteOptions } from '../../options/s3-options.ts';
import { UsageError } from '../../usage-error.ts';

export const options = {
  prefix: required(deploymentPrefix({ describe: 'The prefix of the deployment' })),
  tables: file({
    describe: 'File with the Terraform output dynamo_tables, if tables have other names',
  }),
  backups: folder({
    describe: 'Folder of the backup files, or s3://BUCKET/PREFIX; without it nothing is known of them',
  }),
  archive: folder({
    describe: 'Archive of every change: a folder, or s3://BUCKET/PREFIX; without it nothing is known of it',
  }),
  policy: file({
    defaultDescription: 'the strict policy of this release',
    describe: 'JSON file that says what must hold: a path or s3://BUCKET/KEY',
  }),
  html: file({ describe: 'Also write the report as a page to this file: a path or s3://BUCKET/KEY' }),
  metrics: oneOf(['cloudwatch', 'prometheus'], {
    describe: 'cloudwatch: also send the numbers to CloudWatch; prometheus: write them instead of the words',
  }),
  'metrics-file': file({ describe: 'With --metrics prometheus: write the numbers to this file, and the words too' }),
  ...s3WriteOptions,
};

export type StatusOptions = CommandOptions<typeof options>;

export const appliesIf = {
  'metrics-file': ({ metrics }: RawValues): boolean => metrics === 'prometheus',
  ...Object.fromEntries((['sse', 'kms-key'] as const).map((name) => [name, ({ html }: RawValues) => isGiven(html)])),
};

export function check({
  html,
  metrics,
  'metrics-file': metricsFile,
  json,
  'json-lines': lines,
  ...others
}: StatusOptions): void {
  checkS3Options(others, html?.startsWith('s3://') ? undefined : '--html s3://BUCKET/KEY');
  if (metricsFile !== undefined && metrics !== 'prometheus') {
    throw new UsageError('--metrics-file goes with --metrics prometheus');
  }
  if (metrics === 'prometheus' && metricsFile === undefined && (json || lines)) {
    throw new UsageError('--metrics prometheus and --json do not go together without --metrics-file');
  }
}
