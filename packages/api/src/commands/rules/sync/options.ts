import { type CommandOptions, confirmation, deploymentPrefix, file, flag, required, text } from '@cumulus/cli';

export const options = {
  prefix: required(deploymentPrefix({ describe: 'The prefix of the deployment' })),
  tables: file({
    describe: 'File with the Terraform output dynamo_tables, if tables have other names',
  }),
  'system-bucket': required(
    text({ valueName: 'BUCKET', describe: "The deployment's system bucket, where the workflows are" }),
  ),
  stack: text({
    valueName: 'NAME',
    defaultDescription: 'the prefix',
    describe: 'Name of the stack whose workflows the rules start',
  }),
  ...confirmation,
  'dry-run': flag({ describe: 'Only show what would be created or changed' }),
};

export type SyncOptions = CommandOptions<typeof options>;
