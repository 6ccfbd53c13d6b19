import { defineCommand } from '../../../command.ts';
import { check, options } from './options.ts';

export const diff = defineCommand({
  name: 'backups diff',
  describe: 'Compare two backups, or a backup and a table, item by item',
  options,
  check,
  examples: [
    '# What changed between two backups',
    'cumulus-api backups diff monday/prod-GranulesTable.json tuesday/prod-GranulesTable.json',
    '# All keys that differ, as lines of JSON',
    'cumulus-api backups diff monday/prod-PdrsTable.json s3://my-backups/prod-PdrsTable.json --list differences.jsonl',
    '# What changed in a table since its backup',
    'cumulus-api backups diff backups/prod-GranulesTable.json --table prod-GranulesTable',
  ],
  notes: 'Ends with 0 if both have the same items, and with 1 if they differ.',
  fields: [
    'table',
    'file',
    'a',
    'b',
    'equal',
    'same',
    'changed',
    'onlyInA',
    'onlyInB',
    'expired',
    'differences',
    'list',
    'seconds',
  ],
  load: async () => (await import('./run.ts')).runDiff,
});
