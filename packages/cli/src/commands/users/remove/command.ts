import { defineCommand } from '../../../command.ts';
import { checkUsers, usersAlternatives } from '../options.ts';
import { options } from './options.ts';

export const remove = defineCommand({
  name: 'users remove',
  describe: 'Remove users by name; asks first',
  options,
  check: checkUsers,
  alternatives: usersAlternatives,
  examples: [
    'cumulus-api users remove alice bob --prefix prod --yes',
    'cumulus-api users remove alice --prefix prod --dry-run',
  ],
  fields: ['table', 'userName', 'removed'],
  load: async () => (await import('./run.ts')).runRemove,
});
