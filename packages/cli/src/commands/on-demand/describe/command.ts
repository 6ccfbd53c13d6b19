import { defineCommand } from '../../../command.ts';
import { BACKUP_VARIABLE } from '../options.ts';
import { options } from './options.ts';

export const describe = defineCommand({
  name: 'on-demand describe',
  describe: 'Show all that is known of a backup and of the table that it is of',
  options,
  examples: [BACKUP_VARIABLE, 'cumulus-api on-demand describe --backup "$BACKUP"'],
  fields: ['table', 'backupArn', 'name', 'type', 'status', 'bytes', 'createdAt', 'expiresAt', 'vault', 'source'],
  load: async () => (await import('./run.ts')).runDescribe,
});
