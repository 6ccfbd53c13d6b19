import { defineCommand } from '../../../command.ts';
import { countsOptions } from '../options.ts';

export const follow = defineCommand({
  name: 'counts follow',
  describe: "Keep the counts up to date from the tables' streams, until you stop it",
  options: countsOptions,
  examples: ['cumulus-api counts follow --prefix prod'],
  fields: ['table', 'changes'],
  load: async () => (await import('./run.ts')).runFollow,
});
