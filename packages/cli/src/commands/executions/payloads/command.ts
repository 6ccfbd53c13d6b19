import { defineCommand } from '../../../command.ts';
import { options } from './options.ts';

export const payloads = defineCommand({
  name: 'executions payloads',
  describe: 'List payloads in S3 that a backup refers to but does not contain',
  options,
  examples: [
    '# A line s3://BUCKET/KEY for each',
    'cumulus-api executions payloads backups/prod-ExecutionsTable.json',
    'cumulus-api executions payloads s3://my-backups/prod/prod-ExecutionsTable.json.gz --json',
  ],
  fields: ['bucket', 'key'],
  load: async () => (await import('./run.ts')).runPayloads,
});
