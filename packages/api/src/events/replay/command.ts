import { type AddCommand, defineCommand, flag, type GlobalOptions, type NamedTables, s3Url, text } from '@cumulus/cli';
import type { Argv } from 'yargs';

export interface ReplayOptions extends GlobalOptions, NamedTables {
  /** Where the events are: an object, or what the keys of several begin with. */
  readonly place: string;
  readonly 'system-bucket': string | undefined;
  readonly remove: true | undefined;
  readonly 'dry-run': true | undefined;
}

/** `events` with its command. */
export const events: AddCommand = (parser, choose) => {
  parser.command('events', 'Events of workflows that could not be recorded: replay', (inner) => {
    replay(inner as Argv<GlobalOptions>, choose);
    return inner.demandCommand(1, 'Name a command of events: replay');
  });
};

const replay = defineCommand<ReplayOptions>({
  name: 'events replay',
  usage: 'replay <place>',
  describe: 'Record events that S3 keeps; again without harm',
  options: (parser) =>
    parser
      .positional('place', {
        ...s3Url('place'),
        demandOption: true,
        describe: 'An event (s3://BUCKET/KEY), or what the keys of several begin with',
      })
      .options({
        prefix: { ...text('prefix'), demandOption: true, describe: 'The prefix of the deployment' },
        tables: {
          ...text('tables'),
          describe: 'Its tables by this file, the Terraform output dynamo_tables, where they have other names',
        },
        'system-bucket': {
          ...text('system-bucket'),
          defaultDescription: 'the bucket of the events',
          describe: 'The bucket for what is too large for a record',
        },
        remove: { ...flag('remove'), describe: 'Remove each event from S3 once it is recorded' },
        'dry-run': { ...flag('dry-run'), describe: 'Read and check the events, and record nothing' },
      })
      .example('$0 events replay s3://my-system-bucket/prod/failed-events/ --prefix prod', 'all that are kept')
      .example(
        '$0 events replay s3://my-system-bucket/prod/failed-events/2030-01-31 --prefix prod --remove',
        'those of a day, which are gone from S3 then',
      ),
  several: () => true,
  load: async () => (await import('./plan.ts')).planReplay,
});
