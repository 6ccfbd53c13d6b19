import {
  type CommandOptions,
  checkS3Options,
  confirmation,
  deploymentPrefix,
  file,
  flag,
  required,
  s3WriteOptions,
  text,
} from '@cumulus/cli';

export const options = {
  prefix: required(deploymentPrefix({ describe: 'The prefix of the deployment' })),
  tables: file({
    describe: 'File with the Terraform output dynamo_tables, if tables have other names',
  }),
  'system-bucket': required(
    text({ valueName: 'BUCKET', describe: "The deployment's system bucket, where the configurations are" }),
  ),
  stack: text({
    valueName: 'NAME',
    defaultDescription: 'the prefix',
    describe: 'Name of the stack whose workflows read them',
  }),
  ...s3WriteOptions,
  ...confirmation,
  'dry-run': flag({ describe: 'Only show what would be written' }),
};

export type SyncOptions = CommandOptions<typeof options>;

export function check(chosen: SyncOptions): void {
  checkS3Options(chosen);
}
