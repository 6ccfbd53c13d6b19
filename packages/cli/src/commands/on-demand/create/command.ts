import { defineCommand } from '../../../command.ts';
import { tableAlternatives } from '../../../options/table-options.ts';
import { check, options } from './options.ts';

export const create = defineCommand({
  name: 'on-demand create',
  describe: 'Create an on-demand backup of each table',
  options,
  check,
  alternatives: [tableAlternatives],
  examples: [
    '# A backup of each table, named prod-GranulesTable-20260131T120000Z, …',
    'cumulus-api on-demand create --prefix prod',
    'cumulus-api on-demand create --table prod-GranulesTable --name before-upgrade',
  ],
  fields: [
    'table',
    'backupArn',
    'name',
    'type',
    'status',
    'bytes',
    'createdAt',
    'expiresAt',
    'vault',
    'continued',
    'missing',
  ],
  load: async () => (await import('./run.ts')).runCreate,
});
