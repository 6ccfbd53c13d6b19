import { defineCommand } from '../../../command.ts';
import { BACKUP_VARIABLE } from '../options.ts';
import { options } from './options.ts';

export const describe = defineCommand({
  name: 'on-demand describe',
  describe: 'Show a backup, and the table it was made from',
  options,
  examples: [BACKUP_VARIABLE, 'cumulus-api on-demand describe --backup "$BACKUP"'],
  fields: ['table', 'backupArn', 'name', 'type', 'status', 'bytes', 'createdAt', 'expiresAt', 'vault', 'source'],
  load: async () => (await import('./run.ts')).runDescribe,
});
