import { defineCommand } from '../../../command.ts';
import { alternatives, appliesIf, check, options } from './options.ts';

export const restore = defineCommand({
  name: 'archive restore',
  describe: 'Restore tables as they were at any second that an archive has',
  options,
  alternatives,
  appliesIf,
  check,
  examples: [
    '# One table, into a new one',
    'cumulus-api archive restore --from my-archive --table prod-GranulesTable --to new-GranulesTable --create-table --at 2026-01-31T12:00:00Z',
    '# All tables of a deployment at one second, from S3',
    'cumulus-api archive restore --from s3://my-archive/prod --prefix prod --to-prefix new --create-table --latest',
    '# Into a backup file, without DynamoDB',
    'cumulus-api archive restore --from my-archive --table prod-GranulesTable --to-file at-noon --at 2026-01-31T12:00:00Z',
    '# So that it can be continued with --resume',
    'cumulus-api archive restore --from my-archive --prefix prod --to-prefix new --create-table --at 2026-01-31T12:00:00Z --work-directory work',
  ],
  notes:
    'cumulus-api archive list shows which seconds an archive has. Each table is proved: it is compared with the state, item by ' +
    'item. If one table of a prefix does not have the second, or its archive is damaged, nothing is written. ' +
    'The states of all tables are written into files first, which need that much space.',
  fields: [
    'table',
    'source',
    'at',
    'file',
    'base',
    'changes',
    'items',
    'itemsThisRun',
    'itemsBefore',
    'skipped',
    'bytes',
    'sha256',
    'seconds',
    'created',
    'resumed',
    'restoredBefore',
    'pointersToS3',
    'payloads',
    'notTaken',
    'settings',
    'verified',
    'recountDue',
    'recounted',
  ],
  load: async () => (await import('./run.ts')).runRestore,
});
