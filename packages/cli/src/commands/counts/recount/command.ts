import { defineCommand } from '../../../command.ts';
import { options } from './options.ts';

export const recount = defineCommand({
  name: 'counts recount',
  describe: 'Count all records and repair the counts; the tables stay in use',
  options,
  examples: [
    '# After a restore',
    'cumulus-api counts recount --prefix prod',
    '# See whether the counts of PDRs are right',
    'cumulus-api counts recount --prefix prod --type pdr --dry-run',
  ],
  fields: ['table', 'recordType', 'before', 'after', 'differences', 'follows'],
  load: async () => (await import('./run.ts')).runRecount,
});
