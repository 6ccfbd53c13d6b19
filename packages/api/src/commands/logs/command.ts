import { defineCommand } from '@cumulus/cli';
import { check, logAlternatives, options } from './options.ts';

export const logs = defineCommand({
  name: 'logs',
  describe: "Show the logs of a deployment's functions, oldest first, one event on each line",
  options,
  check,
  alternatives: logAlternatives,
  examples: [
    '# What went wrong in the last hour',
    'cumulus-api logs --prefix prod --since 1h --level error',
    '# All that was logged of an execution',
    'cumulus-api logs --prefix prod --since 2d --execution 5b2c1f4e-0d5b-4a0e-9d5a-3c8f5a3f1e2d',
    'cumulus-api logs --prefix prod --follow',
  ],
  fields: [],
  load: async () => (await import('./run.ts')).runLogs,
});
