import type { CommandOptions } from '../../../command.ts';
import { identityOption } from '../../../options/encryption-options.ts';
import { tableName, wholeNumber } from '../../../options/kinds.ts';
import { isGiven, type RawValues } from '../../../options/option.ts';
import { pastTime } from '../../../options/time-kinds.ts';
import { UsageError } from '../../../usage-error.ts';
import { requireArchive, tablesOptions } from '../options.ts';

export const options = {
  ...tablesOptions,
  ...identityOption,
  at: pastTime({ describe: 'Instead, compare each table as it is now with its state at this time' }),
  with: tableName({ describe: 'With --at and one --table: compare it with this table' }),
  'max-read-units': wholeNumber({ describe: 'Limit of read capacity units per second, for --at' }),
};

export type VerifyOptions = CommandOptions<typeof options>;

const isCompared = ({ at }: RawValues): boolean => isGiven(at);

export const appliesIf = { with: isCompared, 'max-read-units': isCompared };

/** @throws UsageError */
export function check({ at, table, with: other, 'max-read-units': units, ...chosen }: VerifyOptions): void {
  requireArchive(chosen);
  if (other !== undefined && (at === undefined || table?.length !== 1))
    throw new UsageError('--with goes with --at TIME and one --table');
  if (units !== undefined && at === undefined) throw new UsageError('--max-read-units goes with --at TIME');
}
