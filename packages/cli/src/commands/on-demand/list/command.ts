import { defineCommand } from '../../../command.ts';
import { tableAlternatives } from '../../../options/table-options.ts';
import { check, options } from './options.ts';

export const list = defineCommand({
  name: 'on-demand list',
  describe: 'List backups, newest first, including those of deleted tables',
  options,
  check,
  alternatives: [tableAlternatives],
  examples: [
    'cumulus-api on-demand list --prefix prod',
    '# What is left for 35 days of protected tables that were deleted',
    'cumulus-api on-demand list --type system',
  ],
  fields: ['table', 'backupArn', 'name', 'type', 'status', 'bytes', 'createdAt', 'expiresAt', 'vault'],
  load: async () => (await import('./run.ts')).runList,
});
