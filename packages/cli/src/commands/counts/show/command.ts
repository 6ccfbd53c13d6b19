import { defineCommand } from '../../../command.ts';
import { options } from './options.ts';

export const show = defineCommand({
  name: 'counts show',
  describe: 'Show the counts by status; fails if they need a recount',
  options,
  examples: [
    'cumulus-api counts show --prefix prod',
    'cumulus-api counts show --prefix prod --type granule --collections --json',
  ],
  fields: [
    'table',
    'recordType',
    'total',
    'byStatus',
    'unlisted',
    'lacking',
    'meanDuration',
    'recountDue',
    'changedAt',
    'countedAt',
    'collections',
  ],
  load: async () => (await import('./run.ts')).runShow,
});
