import { sourceAlternatives, sourceAppliesIf } from '../../backup-source/options.ts';
import { defineCommand } from '../../command.ts';
import { check, options } from './options.ts';

export const verify = defineCommand({
  name: 'verify',
  describe: 'Prove backup files whole, and equal to tables',
  options,
  check,
  alternatives: sourceAlternatives,
  appliesIf: sourceAppliesIf,
  examples: [
    '# Size, SHA-256, items, each line',
    'cumulus-api verify backups/prod-GranulesTable.json',
    '# And item by item',
    'cumulus-api verify backups/prod-GranulesTable.json --table new-GranulesTable',
    '# All of a deployment',
    'cumulus-api verify --directory backups --prefix new',
    '# An export that DynamoDB wrote',
    'cumulus-api verify s3://my-backups/prod/AWSDynamoDB/01693685827463-2d8752fd',
  ],
  several: ({ directory }) => directory !== undefined,
  load: async () => (await import('./run.ts')).runVerify,
});
