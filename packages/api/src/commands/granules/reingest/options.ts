import { type CommandOptions, text } from '@cumulus/cli';
import { granuleOptions, workflowOptions } from '../options.ts';

export const options = {
  ...granuleOptions,
  workflow: text({
    valueName: 'WORKFLOW',
    defaultDescription: 'any workflow',
    describe: 'Repeat the newest execution of this workflow',
  }),
  ...workflowOptions,
};

export type ReingestOptions = CommandOptions<typeof options>;
