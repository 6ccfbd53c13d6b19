import { defineCommand } from '../../../command.ts';
import { countsOptions } from '../options.ts';

export const follow = defineCommand({
  name: 'counts follow',
  describe: "Keep the counts right by the tables' streams, until it is interrupted",
  options: countsOptions,
  examples: ['cumulus-api counts follow --prefix prod'],
  fields: ['table', 'changes'],
  load: async () => (await import('./run.ts')).runFollow,
});
