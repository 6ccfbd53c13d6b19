import type { CommandOptions } from '../../command.ts';
import { confirmation } from '../../options/confirmation.ts';
import { file, flag, tableName, wholeNumber } from '../../options/kinds.ts';
import { required } from '../../options/option.ts';
import { UsageError } from '../../usage-error.ts';

export const options = {
  from: required(tableName({ describe: 'The table whose state is wanted' })),
  to: required(tableName({ describe: 'The table to bring to it' })),
  'no-delete': flag({ describe: 'Keep what only the table --to has' }),
  list: file({ describe: 'Write the key of each difference to this file, a line of JSON each' }),
  verify: flag({ describe: 'Compare the tables again afterwards' }),
  concurrency: wholeNumber({ describe: 'Requests under way at once' }),
  'max-read-units': wholeNumber({ describe: 'Most read capacity units to use in a second, of each table' }),
  'max-write-units': wholeNumber({ describe: 'Most write capacity units to use in a second' }),
  'dry-run': flag({ describe: 'Only compare, and say what it would write' }),
  ...confirmation,
};

export type CopyOptions = CommandOptions<typeof options>;

export function check({ from, to }: CopyOptions): void {
  if (from === to) throw new UsageError('--from and --to take two different tables');
}
