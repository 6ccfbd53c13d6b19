import { type CommandOptions, text } from '@cumulus/cli';
import { granuleOptions, workflowOptions } from '../options.ts';

export const options = {
  ...granuleOptions,
  workflow: text({
    valueName: 'WORKFLOW',
    describe: 'Repeat the newest execution of this workflow (default: of any workflow)',
  }),
  ...workflowOptions,
};

export type ReingestOptions = CommandOptions<typeof options>;
