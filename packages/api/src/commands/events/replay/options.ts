import {
  type CommandOptions,
  checkS3Options,
  confirmation,
  deploymentPrefix,
  file,
  flag,
  positional,
  required,
  s3Url,
  s3WriteOptions,
  text,
  typedOnly,
} from '@cumulus/cli';

export const options = {
  place: required(
    positional(s3Url({ describe: 'An event (s3://BUCKET/KEY), or what the keys of several begin with' })),
  ),
  prefix: required(deploymentPrefix({ describe: 'The prefix of the deployment' })),
  tables: file({
    describe: 'File with the Terraform output dynamo_tables, if tables have other names',
  }),
  'system-bucket': text({
    valueName: 'BUCKET',
    defaultDescription: 'the bucket of the events',
    describe: 'The bucket for what is too large for a record',
  }),
  remove: typedOnly(flag({ describe: 'Remove each event from S3 once it is recorded; asks first' })),
  ...confirmation,
  ...s3WriteOptions,
  'dry-run': flag({ describe: 'Read and check the events, and record nothing' }),
};

export type ReplayOptions = CommandOptions<typeof options>;

export function check(chosen: ReplayOptions): void {
  checkS3Options(chosen);
}
