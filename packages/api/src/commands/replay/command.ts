import {
  type CommandGroup,
  type CommandOptions,
  defineCommand,
  flag,
  positional,
  required,
  s3Url,
  text,
} from '@cumulus/cli';

const options = {
  place: required(
    positional(s3Url({ describe: 'An event (s3://BUCKET/KEY), or what the keys of several begin with' })),
  ),
  prefix: required(text({ describe: 'The prefix of the deployment' })),
  tables: text({
    describe: 'Its tables by this file, the Terraform output dynamo_tables, where they have other names',
  }),
  'system-bucket': text({
    defaultDescription: 'the bucket of the events',
    describe: 'The bucket for what is too large for a record',
  }),
  remove: flag({ describe: 'Remove each event from S3 once it is recorded' }),
  'dry-run': flag({ describe: 'Read and check the events, and record nothing' }),
};

export type ReplayOptions = CommandOptions<typeof options>;

const replay = defineCommand({
  name: 'events replay',
  describe: 'Record events that S3 keeps; again without harm',
  options,
  examples: [
    '# All that are kept',
    'cumulus-api events replay s3://my-system-bucket/prod/failed-events/ --prefix prod',
    '# Those of a day, which are gone from S3 then',
    'cumulus-api events replay s3://my-system-bucket/prod/failed-events/2030-01-31 --prefix prod --remove',
  ],
  several: () => true,
  load: async () => (await import('./run.ts')).runReplay,
});

export const events: CommandGroup = {
  name: 'events',
  describe: 'Events of workflows that could not be recorded: replay',
  commands: [replay],
};
