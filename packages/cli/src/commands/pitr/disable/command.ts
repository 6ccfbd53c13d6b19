import { defineCommand } from '../../../command.ts';
import { tableAlternatives } from '../../../options/table-options.ts';
import { check, options } from './options.ts';

export const disable = defineCommand({
  name: 'pitr disable',
  describe: "Turn point-in-time recovery off; deletes the tables' history; asks first",
  options,
  check,
  alternatives: [tableAlternatives],
  examples: [
    'cumulus-api pitr disable --table prod-SemaphoresTable',
    '# All tables of the deployment',
    'cumulus-api pitr disable --prefix old --yes',
  ],
  fields: ['table', 'changed', 'protected', 'missing'],
  load: async () => (await import('./run.ts')).runDisable,
});
