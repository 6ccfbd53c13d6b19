import type { CommandOptions } from '../../../command.ts';
import { onOff } from '../../../options/kinds.ts';
import { countsOptions } from '../options.ts';

export const options = {
  ...countsOptions,
  collections: onOff({ describe: 'Also show the counts of each collection' }),
};

export type ShowOptions = CommandOptions<typeof options>;
