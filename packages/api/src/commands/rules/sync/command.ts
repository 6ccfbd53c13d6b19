import { defineCommand } from '@cumulus/cli';
import { options } from './options.ts';

export const sync = defineCommand({
  name: 'rules sync',
  describe: 'Create or change in AWS what starts the workflows of rules, as the table says; asks first',
  options,
  examples: [
    '# See for which rules AWS lacks something, or has something else',
    'cumulus-api rules sync --prefix prod --system-bucket prod-internal --dry-run',
    '# After a restore of the table, for instance',
    'cumulus-api rules sync --prefix prod --system-bucket prod-internal --yes',
  ],
  notes:
    'The functions come from the environment, by the variables of the API: invokeArn, messageConsumer, KinesisInboundEventLogger and sqsMessageConsumer.',
  fields: ['table', 'rule', 'type', 'found', 'state'],
  load: async () => (await import('./run.ts')).runSync,
});
