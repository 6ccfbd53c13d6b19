import { defineCommand } from '../../../command.ts';
import { tableAlternatives } from '../../../options/table-options.ts';
import { check, options } from './options.ts';

export const status = defineCommand({
  name: 'pitr status',
  describe: 'Show which tables are protected, and the times they can be restored to',
  options,
  check,
  alternatives: [tableAlternatives],
  examples: [
    '# Exit status 1 if a table that should be is not protected',
    'cumulus-api pitr status --prefix prod',
    '# Where a deployment chose its own',
    'cumulus-api pitr status --prefix prod --expect GranulesTable UsersTable',
  ],
  fields: ['table', 'protected', 'wanted', 'earliestRestorable', 'latestRestorable', 'periodInDays', 'missing'],
  load: async () => (await import('./run.ts')).runStatus,
});
