import { defineCommand } from '../../../command.ts';
import { tablesAlternatives } from '../options.ts';
import { appliesIf, check, options } from './options.ts';

export const prune = defineCommand({
  name: 'archive prune',
  describe: 'Remove what an archive is not to keep, by rules; asks first',
  options,
  appliesIf,
  check,
  alternatives: [tablesAlternatives],
  examples: [
    '# See what would go, and why the rest stays',
    'cumulus-api archive prune --archive s3://my-archive/prod --keep-within 35d --keep-daily 90 --dry-run',
    '# Every second of 35 days, and then the ends of 90 days and of 84 months',
    'cumulus-api archive prune --archive s3://my-archive/prod --keep-within 35d --keep-daily 90 --keep-monthly 84 --yes',
  ],
  notes:
    'The rules have the meaning that restic gives them, table by table. Times count from the last second that can be restored, ' +
    'and the last 24 hours stay in any case. What lies between two seconds that stay is merged into one file. ' +
    'Exports go up to a full one: archive follow --full-every makes several. A run that ' +
    'was interrupted has lost nothing that was to stay; the same again goes on.',
  fields: [
    'table',
    'wholeFrom',
    'to',
    'points',
    'written',
    'files',
    'exports',
    'segments',
    'changes',
    'bytes',
    'keptAsVersions',
    'locked',
  ],
  load: async () => (await import('./run.ts')).runPrune,
});
