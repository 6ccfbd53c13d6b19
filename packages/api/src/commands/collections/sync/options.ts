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
    describe: 'Its tables by this file, the Terraform output dynamo_tables, where they have other names',
  }),
  'system-bucket': required(
    text({ valueName: 'BUCKET', describe: "The deployment's system bucket, where the configurations are" }),
  ),
  stack: text({ valueName: 'NAME', describe: 'The name of the stack, whose workflows read them (else the prefix)' }),
  ...s3WriteOptions,
  ...confirmation,
  'dry-run': flag({ describe: 'Only say what would be written' }),
};

export type SyncOptions = CommandOptions<typeof options>;

export function check(chosen: SyncOptions): void {
  checkS3Options(chosen);
}
