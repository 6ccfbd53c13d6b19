import { defineCommand } from '@cumulus/cli';
import { checkGranules, GRANULE_FIELDS, granuleAlternatives, workflowAlternatives } from '../options.ts';
import { options } from './options.ts';

export const reingest = defineCommand({
  name: 'granules reingest',
  describe: 'Ingest many granules again',
  options,
  check: checkGranules,
  alternatives: [...granuleAlternatives, ...workflowAlternatives],
  examples: [
    '# All that have failed',
    'cumulus-api granules reingest --filter status=failed --prefix prod --system-bucket prod-internal',
  ],
  fields: GRANULE_FIELDS,
  load: async () => (await import('./run.ts')).runReingest,
});
