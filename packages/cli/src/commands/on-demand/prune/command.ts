import { defineCommand } from '../../../command.ts';
import { tableAlternatives } from '../../../options/table-options.ts';
import { check, options } from './options.ts';

export const prune = defineCommand({
  name: 'on-demand prune',
  describe: 'Delete old backups, by number or age; asks first',
  options,
  check,
  alternatives: [tableAlternatives, ['keep', 'older-than']],
  examples: [
    '# See what would go',
    'cumulus-api on-demand prune --prefix prod --older-than 90d --dry-run',
    'cumulus-api on-demand prune --table prod-GranulesTable --keep 7 --yes',
  ],
  fields: ['table', 'toDelete', 'deleted', 'goneAlready', 'kept', 'failed', 'backups'],
  load: async () => (await import('./run.ts')).runPrune,
});
