import { defineCommand } from '../../../command.ts';
import { tableAlternatives } from '../options.ts';
import { options } from './options.ts';

export const list = defineCommand({
  name: 'backups list',
  describe: 'List the backups of a folder, with their proofs',
  options,
  alternatives: [tableAlternatives],
  examples: [
    'cumulus-api backups list',
    '# Of one deployment, in S3',
    'cumulus-api backups list --directory s3://my-backups/prod --prefix prod',
  ],
  notes: 'It reads manifests and the notes of proofs, not the data files.',
  fields: ['table', 'backups', 'bytes', 'proved', 'problems', 'tables'],
  load: async () => (await import('./run.ts')).runList,
});
