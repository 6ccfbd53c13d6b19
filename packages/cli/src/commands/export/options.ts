import type { CommandOptions } from '../../command.ts';
import { deploymentPrefix, file, flag, s3Url, tableNames, text } from '../../options/kinds.ts';
import { isGiven, type RawValues } from '../../options/option.ts';
import { s3ReadOptions } from '../../options/s3-options.ts';
import { pastTime } from '../../options/time-kinds.ts';
import { UsageError } from '../../usage-error.ts';

export const options = {
  table: tableNames({ describe: 'Tables to export' }),
  prefix: deploymentPrefix({ describe: 'Export all protected tables of this prefix' }),
  tables: file({ describe: 'Those of this file, the Terraform output dynamo_tables' }),
  to: s3Url({ describe: 'Where to export to, as s3://BUCKET/PREFIX' }),
  at: pastTime({
    defaultDescription: 'the latest',
    describe: 'The time to export: 2026-01-31T12:00:00Z, or "2 hours ago"',
  }),
  arn: text({ valueName: 'ARN', describe: 'Wait for an export that was started, and check it' }),
  'bucket-owner': text({ valueName: 'ACCOUNT', describe: 'AWS account of the bucket, if it is not yours' }),
  'kms-key': text({ valueName: 'KEY', describe: 'Id of the KMS key to encrypt the files by (else S3’s own)' }),
  ...s3ReadOptions,
  verify: flag({ describe: 'Also read every data file, and compare its checksum' }),
  'no-wait': flag({ describe: 'Start only; wait and check later with --arn' }),
  'dry-run': flag({ describe: 'Check, and show what would be exported, but start nothing' }),
};

export type ExportOptions = CommandOptions<typeof options>;

export const alternatives = [
  ['table', 'prefix', 'tables', 'arn'],
  ['verify', 'no-wait'],
] as const;

const begins = ({ arn }: RawValues): boolean => !isGiven(arn);

/** What goes with the beginning of an export. */
export const appliesIf = {
  to: begins,
  at: begins,
  'bucket-owner': begins,
  'kms-key': begins,
  'no-wait': begins,
  'dry-run': begins,
};

export function check({ table, prefix, tables, to, arn, at, verify, ...options }: ExportOptions): void {
  const given = [table, prefix, tables, arn].filter((value) => value !== undefined);
  if (given.length !== 1) throw new UsageError('export takes one of --table, --prefix, --tables and --arn');
  if (verify && options['no-wait']) throw new UsageError('--verify and --no-wait do not go together');
  if (arn === undefined) {
    if (to === undefined) throw new UsageError('export takes --to s3://BUCKET/PREFIX');
    return;
  }
  const ofBegin = [to, at, options['bucket-owner'], options['kms-key']].some((value) => value !== undefined);
  if (ofBegin || options['no-wait'] || options['dry-run']) {
    throw new UsageError('--arn goes with --verify only: the export was begun as it is');
  }
  if (!/^arn:[^:]+:dynamodb:.+\/.+\/.+$/.test(arn)) {
    throw new UsageError(`--arn takes the ARN of an export, not "${arn}"`);
  }
}
