import { defineCommand } from '@cumulus/cli';
import { check, options } from './options.ts';

export const replay = defineCommand({
  name: 'events replay',
  describe: 'Record events that are kept in S3; you can repeat it safely',
  options,
  check,
  examples: [
    '# All that are kept',
    'cumulus-api events replay s3://my-system-bucket/prod/failed-events/ --prefix prod',
    '# Those of a day, which are gone from S3 then',
    'cumulus-api events replay s3://my-system-bucket/prod/failed-events/2030-01-31 --prefix prod --remove --yes',
  ],
  fields: ['table', 'event', 'state', 'removed'],
  load: async () => (await import('./run.ts')).runReplay,
});
