import { defineCommand } from '@cumulus/cli';
import { check, options } from './options.ts';

export const sync = defineCommand({
  name: 'collections sync',
  describe: 'Write collections from the table to S3, where workflows read them; asks before it replaces one',
  options,
  check,
  examples: [
    '# See which are missing, or not what the table has',
    'cumulus-api collections sync --prefix prod --system-bucket prod-internal --dry-run',
    '# After a restore of the table, for instance',
    'cumulus-api collections sync --prefix prod --system-bucket prod-internal --yes',
  ],
  fields: ['table', 'collectionId', 'config', 'found', 'state'],
  load: async () => (await import('./run.ts')).runSync,
});
