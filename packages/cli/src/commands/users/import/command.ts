import { defineCommand } from '../../../command.ts';
import { checkUsers, usersAlternatives } from '../options.ts';
import { options } from './options.ts';

export const importUsers = defineCommand({
  name: 'users import',
  describe: 'Add the users of a file from release 1.17 or 1.18; existing users stay unchanged',
  options,
  check: checkUsers,
  alternatives: usersAlternatives,
  examples: [
    '# The file is in the system bucket',
    'cumulus-api users import s3://prod-internal/prod/api/authorized_oauth_users.json --prefix prod --dry-run',
    'cumulus-api users import users.json --prefix prod',
  ],
  fields: ['table', 'userName', 'added'],
  load: async () => (await import('./run.ts')).runImport,
});
