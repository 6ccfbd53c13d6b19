import type { CommandOptions } from '../../../command.ts';
import { onOff } from '../../../options/kinds.ts';
import { countsOptions } from '../options.ts';

export const options = {
  ...countsOptions,
  collections: onOff({ describe: 'Show those of each collection too' }),
};

export type ShowOptions = CommandOptions<typeof options>;
