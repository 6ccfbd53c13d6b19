import { defineCommand } from '../../../command.ts';
import { options } from './options.ts';

export const payloads = defineCommand({
  name: 'executions payloads',
  describe: 'Name the payloads in S3 that the records of a backup point to, which are not in it',
  options,
  examples: [
    '# A line s3://BUCKET/KEY for each',
    'cumulus-api executions payloads backups/prod-ExecutionsTable.json',
    'cumulus-api executions payloads s3://my-backups/prod/prod-ExecutionsTable.json.gz --json',
  ],
  fields: ['bucket', 'key'],
  load: async () => (await import('./run.ts')).runPayloads,
});
