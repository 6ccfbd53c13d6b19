import { defineCommand } from '@cumulus/cli';
import { GRANULE_FIELDS } from '../options.ts';
import { options } from './options.ts';

export const resume = defineCommand({
  name: 'granules resume',
  describe: 'Continue an interrupted operation on granules',
  options,
  examples: [
    '# One whose command was interrupted, or that its function gave up',
    'cumulus-api granules resume 0eb8e809-8790-5409-1239-bcd9e8d28b8e --prefix prod',
  ],
  fields: GRANULE_FIELDS,
  load: async () => (await import('./run.ts')).runResume,
});
