import { defineCommand } from '../../../command.ts';
import { tableAlternatives } from '../../../options/table-options.ts';
import { check, options } from './options.ts';

export const enable = defineCommand({
  name: 'pitr enable',
  describe: "Turn point-in-time recovery on: for each --table, or for a deployment's tables that need it",
  options,
  check,
  alternatives: [tableAlternatives],
  examples: [
    '# The eight tables that the module protects',
    'cumulus-api pitr enable --prefix prod',
    '# This one',
    'cumulus-api pitr enable --table prod-SemaphoresTable',
  ],
  fields: ['table', 'changed', 'protected', 'missing'],
  load: async () => (await import('./run.ts')).runEnable,
});
