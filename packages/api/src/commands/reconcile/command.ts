import { defineCommand } from '@cumulus/cli';
import { appliesIf, check, options } from './options.ts';

export const reconcile = defineCommand({
  name: 'reconcile',
  describe: 'Compare S3 and CMR with the tables',
  options,
  check,
  appliesIf,
  examples: [
    '# All files of a deployment',
    'cumulus-api reconcile --prefix prod --system-bucket prod-internal --report report.json',
    '# Of a large bucket, by an inventory in place of its listing',
    'cumulus-api reconcile --prefix prod --inventory s3://inventories/all/2030-01-14T01-00Z/manifest.json',
  ],
  notes: 'The exit status is 0 if nothing differs, and 1 if something does. With --json each difference is a result.',
  fields: ['command', 'part', 'list', 'entry'],
  load: async () => (await import('./run.ts')).runReconcile,
});
