import { defineCommand } from '../../../command.ts';
import { requireArchive, tablesAlternatives } from '../options.ts';
import { options } from './options.ts';

export const list = defineCommand({
  name: 'archive list',
  describe: 'List from when to when each table of an archive can be restored',
  options,
  alternatives: [tablesAlternatives],
  check: requireArchive,
  examples: [
    'cumulus-api archive list --archive my-archive',
    '# Of one deployment, in S3',
    'cumulus-api archive list --archive s3://my-archive/prod --prefix prod',
  ],
  notes: 'It reads the last segment of each shard, and manifests. archive verify reads everything.',
  fields: [
    'table',
    'restorable',
    'points',
    'bases',
    'exports',
    'gaps',
    'segments',
    'changes',
    'changeBytes',
    'storedBytes',
    'pointersToS3',
    'payloads',
    'late',
    'lag',
    'broken',
    'tables',
  ],
  load: async () => (await import('./run.ts')).runList,
});
