import { type CommandOptions, required, text } from '@cumulus/cli';
import { granuleOptions, workflowOptions } from '../options.ts';

export const options = {
  ...granuleOptions,
  workflow: required(text({ valueName: 'WORKFLOW', describe: 'The workflow to start on each' })),
  ...workflowOptions,
};

export type BulkOptions = CommandOptions<typeof options>;
