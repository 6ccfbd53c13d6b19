import { defineCommand } from '@cumulus/cli';
import { checkGranules, GRANULE_FIELDS, granuleAlternatives } from '../options.ts';
import { options } from './options.ts';

export const removeFromCmr = defineCommand({
  name: 'granules remove-from-cmr',
  describe: 'Remove many granules from CMR, with the CMR settings of the environment; asks first',
  options,
  check: checkGranules,
  alternatives: granuleAlternatives,
  examples: [
    '# All of a collection that are published',
    'cumulus-api granules remove-from-cmr --filter published=true collectionId=A___1 --prefix prod',
  ],
  fields: GRANULE_FIELDS,
  load: async () => (await import('./run.ts')).runRemoveFromCmr,
});
