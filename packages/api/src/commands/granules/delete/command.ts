import { defineCommand } from '@cumulus/cli';
import { checkGranules, GRANULE_FIELDS, granuleAlternatives } from '../options.ts';
import { options } from './options.ts';

export const deleteGranules = defineCommand({
  name: 'granules delete',
  describe: 'Delete many granules, with their files in S3; asks first',
  options,
  check: checkGranules,
  alternatives: granuleAlternatives,
  examples: [
    '# How many there are',
    'cumulus-api granules delete --filter collectionId=A___1 status=failed --prefix prod --dry-run',
    '# Delete them',
    'cumulus-api granules delete --filter collectionId=A___1 status=failed --prefix prod --yes',
  ],
  fields: GRANULE_FIELDS,
  load: async () => (await import('./run.ts')).runDelete,
});
