import type { CommandOptions } from '../../../command.ts';
import { texts, wholeNumber } from '../../../options/kinds.ts';
import { required } from '../../../options/option.ts';
import { searchOptions } from '../search-options.ts';

export const options = {
  ...searchOptions,
  where: required(
    texts({ valueName: 'FILTER', describe: 'What items have to meet: status=failed; several may be given' }),
  ),
  limit: wholeNumber({ describe: 'End after this many items' }),
};

export type FindOptions = CommandOptions<typeof options>;
