import type { CommandOptions } from '../../../command.ts';
import { flag, wholeNumber } from '../../../options/kinds.ts';
import { countsOptions } from '../options.ts';

export const options = {
  ...countsOptions,
  'dry-run': flag({ describe: 'Count, and only show what would be repaired' }),
  settle: wholeNumber({
    defaultDescription: '15',
    describe: 'Seconds to wait for changes to reach the streams',
  }),
};

export type RecountOptions = CommandOptions<typeof options>;
