import type { CommandOptions } from '../../../command.ts';
import { identityOption } from '../../../options/encryption-options.ts';
import { file } from '../../../options/kinds.ts';
import { required } from '../../../options/option.ts';
import { pastTime } from '../../../options/time-kinds.ts';
import { UsageError } from '../../../usage-error.ts';
import { requireArchive, tablesOptions } from '../options.ts';

export const options = {
  ...tablesOptions,
  ...identityOption,
  from: required(pastTime({ describe: 'The first time, to the second' })),
  to: required(pastTime({ describe: 'The second time' })),
  list: file({ describe: 'With one --table: write the key of each difference to this file, as lines of JSON' }),
};

export type DiffOptions = CommandOptions<typeof options>;

/** @throws UsageError */
export function check({ from, to, list, table, ...chosen }: DiffOptions): void {
  requireArchive(chosen);
  if (from.time > to.time) throw new UsageError('--from takes a time before that of --to');
  if (list !== undefined && table?.length !== 1) throw new UsageError('--list goes with one --table');
}
