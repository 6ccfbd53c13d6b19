import { type CommandOptions, positional, required, text } from '@cumulus/cli';
import { deploymentOptions } from '../options.ts';

export const options = {
  operation: required(positional(text({ valueName: 'ID', describe: 'The id of the operation' }))),
  ...deploymentOptions,
};

export type ResumeOptions = CommandOptions<typeof options>;
