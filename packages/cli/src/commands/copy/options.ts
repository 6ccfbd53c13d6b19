import type { CommandOptions } from '../../command.ts';
import { confirmation } from '../../options/confirmation.ts';
import { file, flag, tableName, wholeNumber } from '../../options/kinds.ts';
import { required } from '../../options/option.ts';
import { UsageError } from '../../usage-error.ts';

export const options = {
  from: required(tableName({ describe: 'The table to copy from' })),
  to: required(tableName({ describe: 'The table to change' })),
  'no-delete': flag({ describe: 'Keep items that only the table --to has' }),
  list: file({ describe: 'Write the key of each difference to this file, as lines of JSON' }),
  verify: flag({ describe: 'Compare the tables again afterwards' }),
  concurrency: wholeNumber({ defaultDescription: '8', describe: 'Requests in progress at once' }),
  'max-read-units': wholeNumber({ describe: 'Limit of read capacity units per second, for each table' }),
  'max-write-units': wholeNumber({ describe: 'Limit of write capacity units per second' }),
  'dry-run': flag({ describe: 'Only compare, and show what it would write' }),
  ...confirmation,
};

export type CopyOptions = CommandOptions<typeof options>;

export function check({ from, to }: CopyOptions): void {
  if (from === to) throw new UsageError('--from and --to take two different tables');
}
