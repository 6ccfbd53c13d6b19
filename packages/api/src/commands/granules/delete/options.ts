import { type CommandOptions, confirmation, flag, typedOnly } from '@cumulus/cli';
import { granuleOptions } from '../options.ts';

export const options = {
  ...granuleOptions,
  'force-remove-from-cmr': typedOnly(
    flag({ describe: 'Remove published granules from CMR first; without it, they are not deleted' }),
  ),
  ...confirmation,
};

export type DeleteOptions = CommandOptions<typeof options>;
