import { defineCommand } from '../../../command.ts';
import { checkUsers, usersAlternatives, usersOptions } from '../options.ts';

export const list = defineCommand({
  name: 'users list',
  describe: 'Name the users, when they were added and changed, and whether they have a password',
  options: usersOptions,
  check: checkUsers,
  alternatives: usersAlternatives,
  examples: [
    'cumulus-api users list --prefix prod',
    '# After terraform output -json dynamo_tables > tables.json',
    'cumulus-api users list --tables tables.json --json',
  ],
  fields: ['table', 'users'],
  load: async () => (await import('./run.ts')).runList,
});
