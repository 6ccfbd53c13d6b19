import { defineCommand } from '../../../command.ts';
import { alternatives, appliesIf, check, options } from './options.ts';

export const clean = defineCommand({
  name: 'executions clean',
  describe: 'Remove payloads of old executions from the table and S3, and keep the records; asks first',
  options,
  check,
  alternatives,
  appliesIf,
  examples: [
    '# See what would be removed',
    'cumulus-api executions clean --prefix prod --older-than 90d --system-bucket prod-internal --dry-run',
    '# Each night',
    'cumulus-api executions clean --prefix prod --older-than 90d --system-bucket prod-internal --yes',
    '# Only what lies in the table',
    'cumulus-api executions clean --prefix prod --older-than 2w --status failed',
  ],
  fields: ['table', 'before', 'statuses', 'executions', 'cleaned', 'objects', 'changed', 'left'],
  load: async () => (await import('./run.ts')).runClean,
});
