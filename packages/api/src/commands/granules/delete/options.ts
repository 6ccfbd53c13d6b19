import { type CommandOptions, confirmation, flag, typedOnly } from '@cumulus/cli';
import { granuleOptions } from '../options.ts';

export const options = {
  ...granuleOptions,
  'force-remove-from-cmr': typedOnly(
    flag({ describe: 'Remove published ones from CMR first; else they are not deleted' }),
  ),
  ...confirmation,
};

export type DeleteOptions = CommandOptions<typeof options>;
