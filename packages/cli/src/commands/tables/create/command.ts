import { defineCommand } from '../../../command.ts';
import { check, options } from './options.ts';

export const create = defineCommand({
  name: 'tables create',
  describe: 'Create the tables of a prefix; existing tables stay unchanged',
  options,
  check,
  examples: ['cumulus-api tables create --prefix new --tag Project=cumulus Stage=test'],
  fields: ['table', 'created', 'notTaken'],
  load: async () => (await import('./run.ts')).runCreate,
});
