import { defineCommand } from '../../../command.ts';
import { BACKUP_VARIABLE } from '../options.ts';
import { options } from './options.ts';

export const restore = defineCommand({
  name: 'on-demand restore',
  describe: 'Create a table from a backup',
  options,
  examples: [BACKUP_VARIABLE, 'cumulus-api on-demand restore --backup "$BACKUP" --to prod-GranulesTable-restored'],
  fields: [
    'table',
    'source',
    'backupArn',
    'name',
    'at',
    'state',
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
