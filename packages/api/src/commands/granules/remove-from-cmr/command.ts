import { defineCommand } from '@cumulus/cli';
import { checkGranules, granuleAlternatives } from '../options.ts';
import { options } from './options.ts';

export const removeFromCmr = defineCommand({
  name: 'granules remove-from-cmr',
  describe: 'Remove many granules from CMR; the environment has what the API needs for that',
  options,
  check: checkGranules,
  alternatives: granuleAlternatives,
  examples: [
    '# All of a collection that are published',
    'cumulus-api granules remove-from-cmr --filter published=true collectionId=A___1 --prefix prod',
  ],
  several: () => false,
  load: async () => (await import('./run.ts')).runRemoveFromCmr,
});
