import { defineCommand } from '../../../command.ts';
import { tablesOptions } from '../options.ts';

export const list = defineCommand({
  name: 'tables list',
  describe: 'List the tables of a prefix with their sizes',
  options: tablesOptions,
  examples: ['cumulus-api tables list --prefix prod'],
  fields: ['table', 'status', 'estimatedItems', 'estimatedBytes', 'missing'],
  load: async () => (await import('./run.ts')).runList,
});
