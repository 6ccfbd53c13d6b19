import { defineCommand } from '../../command.ts';
import { alternatives, appliesIf, check, options } from './options.ts';

export const backup = defineCommand({
  name: 'backup',
  describe: 'Back tables up to files',
  options,
  check,
  alternatives,
  appliesIf,
  examples: [
    '# To backups/prod-GranulesTable.json',
    'cumulus-api backup --table prod-GranulesTable',
    '# All tables of a deployment',
    'cumulus-api backup --prefix prod --gzip --json',
    '# After an interruption',
    'cumulus-api backup --prefix prod --resume',
    '# After an interruption, if the backup was begun in the last 2 hours',
    'cumulus-api backup --prefix prod --resume --resume-within 2h',
    '# To S3',
    'cumulus-api backup --prefix prod --gzip --to s3://my-backups/prod',
  ],
  several: ({ table }) => table?.length !== 1,
  load: async () => (await import('./run.ts')).runBackup,
});
