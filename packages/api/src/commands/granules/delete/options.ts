import { type CommandOptions, flag } from '@cumulus/cli';
import { granuleOptions } from '../options.ts';

export const options = {
  ...granuleOptions,
  'force-remove-from-cmr': flag({ describe: 'Remove published ones from CMR first; else they are not deleted' }),
  yes: flag({ describe: 'Do it without asking' }),
};

export type DeleteOptions = CommandOptions<typeof options>;
