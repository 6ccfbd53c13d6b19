import { defineCommand } from '@cumulus/cli';
import { checkGranules, GRANULE_FIELDS, granuleAlternatives, workflowAlternatives } from '../options.ts';
import { options } from './options.ts';

export const bulk = defineCommand({
  name: 'granules bulk',
  describe: 'Start a workflow on many granules',
  options,
  check: checkGranules,
  alternatives: [...granuleAlternatives, ...workflowAlternatives],
  examples: [
    '# How many there are',
    'cumulus-api granules bulk --workflow Publish --filter status=failed --prefix prod --dry-run',
    '# Those of a file, an id on each line; system_bucket is in the environment',
    'cumulus-api granules bulk --workflow Publish --ids-from ids.txt --prefix prod',
  ],
  fields: GRANULE_FIELDS,
  load: async () => (await import('./run.ts')).runBulk,
});
