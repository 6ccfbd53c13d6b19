import { defineCommand } from '../../command.ts';
import { alternatives, appliesIf, check, options } from './options.ts';

export const restore = defineCommand({
  name: 'restore',
  describe: 'Write the items of backup files to tables',
  options,
  check,
  alternatives,
  appliesIf,
  examples: [
    'cumulus-api restore backups/prod-GranulesTable.json --table new-GranulesTable --create-table',
    '# A whole deployment',
    'cumulus-api restore --directory backups --prefix new --create-table --verify',
    '# From S3',
    'cumulus-api restore s3://my-backups/prod-PdrsTable.json --table prod-PdrsTable-new --create-table',
    '# From standard input',
    'gunzip -c prod-PdrsTable.json.gz | cumulus-api restore - --table prod-PdrsTable --overwrite',
  ],
  several: ({ directory }) => directory !== undefined,
  load: async () => (await import('./run.ts')).runRestore,
});
