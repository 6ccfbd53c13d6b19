import { checkSource, sourceOptions } from '../../backup-source/options.ts';
import type { CommandOptions } from '../../command.ts';
import { wholeNumber } from '../../options/kinds.ts';
import { UsageError } from '../../usage-error.ts';

export const options = {
  ...sourceOptions,
  'max-read-units': wholeNumber({ describe: 'Limit of read capacity units per second' }),
};

export type VerifyOptions = CommandOptions<typeof options>;

export function check(chosen: VerifyOptions): void {
  checkSource(chosen);
  if (chosen.directory !== undefined && chosen.prefix === undefined)
    throw new UsageError('verify --directory takes --prefix');
}
