import { defineCommand } from '../../../command.ts';
import { tableAlternatives } from '../options.ts';
import { check, options } from './options.ts';

export const forget = defineCommand({
  name: 'backups forget',
  describe: 'Remove old backups of a folder by rules; asks first',
  options,
  check,
  alternatives: [tableAlternatives],
  examples: [
    '# See what would go, and why the others stay',
    'cumulus-api backups forget --prefix prod --keep-daily 7 --keep-weekly 5 --keep-monthly 12 --dry-run',
    '# All of the last 35 days, and one of each month of the last 2 years',
    'cumulus-api backups forget --prefix prod --directory s3://my-backups/prod --keep-within 35d --keep-monthly 24 --yes',
  ],
  notes:
    'The rules have the meaning that restic gives them, table by table. A backup stays if one of them keeps it. Hours, days, weeks ' +
    '(from Monday on), months and years are those of UTC, of the time at which a backup began. A backup without a manifest stays.',
  fields: ['table', 'toForget', 'forgotten', 'kept', 'unknown', 'failed', 'bytes', 'backups', 'leftovers', 'problems'],
  load: async () => (await import('./run.ts')).runForget,
});
