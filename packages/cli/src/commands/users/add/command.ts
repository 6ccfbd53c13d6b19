import { defineCommand } from '../../../command.ts';
import { usersAlternatives } from '../options.ts';
import { check, options } from './options.ts';

export const add = defineCommand({
  name: 'users add',
  describe: 'Add users by name; existing users stay unchanged',
  options,
  check,
  alternatives: usersAlternatives,
  examples: [
    '# Names of Earthdata Login',
    'cumulus-api users add alice bob --prefix prod',
    'cumulus-api users add alice --prefix prod --password-stdin < password.txt',
  ],
  fields: ['table', 'userName', 'added'],
  load: async () => (await import('./run.ts')).runAdd,
});
