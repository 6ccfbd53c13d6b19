import { defineCommand } from '../../../command.ts';
import { alternatives, check, options } from './options.ts';

export const restore = defineCommand({
  name: 'pitr restore',
  describe: 'Restore protected tables to a time, as new tables',
  options,
  check,
  alternatives,
  examples: [
    'cumulus-api pitr restore --table prod-GranulesTable --to prod-GranulesTable-restored --at "2 hours ago"',
    '# A whole deployment at one instant',
    'cumulus-api pitr restore --prefix prod --to-prefix restored --latest',
  ],
  fields: [
    'table',
    'source',
    'at',
    'restorable',
    'state',
    'because',
    'continued',
    'given',
    'notTaken',
    'settings',
    'arn',
    'streamArn',
    'notCarriedOver',
    'finishBy',
  ],
  load: async () => (await import('./run.ts')).runRestore,
});
