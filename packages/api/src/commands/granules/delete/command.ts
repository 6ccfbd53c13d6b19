import { defineCommand } from '@cumulus/cli';
import { checkGranules, granuleAlternatives } from '../options.ts';
import { options } from './options.ts';

export const deleteGranules = defineCommand({
  name: 'granules delete',
  describe: 'Delete many granules, with their files in S3',
  options,
  check: checkGranules,
  alternatives: granuleAlternatives,
  examples: [
    '# How many there are',
    'cumulus-api granules delete --filter collectionId=A___1 status=failed --prefix prod --dry-run',
    '# Delete them',
    'cumulus-api granules delete --filter collectionId=A___1 status=failed --prefix prod --yes',
  ],
  several: () => false,
  load: async () => (await import('./run.ts')).runDelete,
});
