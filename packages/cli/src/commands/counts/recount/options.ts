import type { CommandOptions } from '../../../command.ts';
import { flag, wholeNumber } from '../../../options/kinds.ts';
import { countsOptions } from '../options.ts';

export const options = {
  ...countsOptions,
  'dry-run': flag({ describe: 'Count, and only say what would be repaired' }),
  settle: wholeNumber({
    defaultDescription: '15',
    describe: 'Seconds within which a change is sure to be in its stream',
  }),
};

export type RecountOptions = CommandOptions<typeof options>;
