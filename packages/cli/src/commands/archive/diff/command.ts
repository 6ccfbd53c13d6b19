import { defineCommand } from '../../../command.ts';
import { tablesAlternatives } from '../options.ts';
import { check, options } from './options.ts';

export const diff = defineCommand({
  name: 'archive diff',
  describe: 'Compare tables at two times of an archive, item by item',
  options,
  alternatives: [tablesAlternatives],
  check,
  examples: [
    '# What an hour has changed in a table',
    'cumulus-api archive diff --archive my-archive --table prod-GranulesTable --from "2 hours ago" --to "1 hour ago"',
    '# All keys that differ, as lines of JSON, for restore --keys',
    'cumulus-api archive diff --archive my-archive --table prod-PdrsTable --from 2026-11-29T20:32:00Z --to 2026-11-29T21:00:00Z --list differences.jsonl',
    '# All tables of a deployment',
    'cumulus-api archive diff --archive s3://my-archive/prod --prefix prod --from 2026-11-29 --to 2026-11-30',
  ],
  notes:
    'Ends with 0 if the tables were the same, and with 1 if they differ. What changed and changed back is no difference.',
  fields: ['table', 'from', 'to', 'equal', 'changed', 'added', 'removed', 'differences', 'list', 'seconds'],
  load: async () => (await import('./run.ts')).runDiff,
});
