import type { CommandOptions } from '../../../command.ts';
import { texts } from '../../../options/kinds.ts';
import { searchOptions } from '../search-options.ts';

export const options = {
  ...searchOptions,
  key: texts({
    valueName: 'KEY',
    describe: 'Only the item with this key: NAME=VALUE, HASH=VALUE,RANGE=VALUE or JSON; several may be given',
  }),
};

export type CatOptions = CommandOptions<typeof options>;
