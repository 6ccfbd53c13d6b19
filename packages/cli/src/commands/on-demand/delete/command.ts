import { defineCommand } from '../../../command.ts';
import { BACKUP_VARIABLE } from '../options.ts';
import { options } from './options.ts';

export const deleteBackups = defineCommand({
  name: 'on-demand delete',
  describe: 'Delete backups permanently; asks first',
  options,
  examples: [BACKUP_VARIABLE, 'cumulus-api on-demand delete --backup "$BACKUP"'],
  fields: ['table', 'backupArn', 'name', 'type', 'status', 'bytes', 'createdAt', 'expiresAt', 'vault', 'state'],
  load: async () => (await import('./run.ts')).runDelete,
});
