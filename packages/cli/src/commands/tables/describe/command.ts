import { defineCommand } from '../../../command.ts';
import { tablesOptions } from '../options.ts';

export const describe = defineCommand({
  name: 'tables describe',
  describe: 'Describe the tables of a prefix: keys, indexes, streams, time to live, recovery',
  options: tablesOptions,
  examples: ['cumulus-api tables describe --prefix prod --json'],
  fields: [
    'table',
    'arn',
    'id',
    'createdAt',
    'status',
    'billingMode',
    'estimatedItems',
    'estimatedBytes',
    'schema',
    'streamArn',
    'restoredFrom',
    'otherSettings',
    'settingsNotKnown',
    'missing',
  ],
  load: async () => (await import('./run.ts')).runDescribe,
});
