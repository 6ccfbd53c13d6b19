import { defineCommand } from '../../command.ts';
import { alternatives, appliesIf, check, options } from './options.ts';

export const exportTables = defineCommand({
  name: 'export',
  describe: 'Export tables to S3 by DynamoDB itself, all as of one time',
  options,
  check,
  alternatives,
  appliesIf,
  examples: [
    '# As it is now',
    'cumulus-api export --table prod-GranulesTable --to s3://my-bucket/exports',
    '# A deployment at one instant',
    'cumulus-api export --prefix prod --to s3://my-bucket/exports --at "2 hours ago"',
  ],
  fields: [
    'table',
    'at',
    'state',
    'to',
    'exportArn',
    'folder',
    'items',
    'billedBytes',
    'files',
    'verified',
    'finishBy',
    'missing',
  ],
  load: async () => (await import('./run.ts')).runExport,
});
