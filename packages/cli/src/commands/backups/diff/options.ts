import type { CommandOptions } from '../../../command.ts';
import { identityOption } from '../../../options/encryption-options.ts';
import { file, tableName, wholeNumber } from '../../../options/kinds.ts';
import { positional, required } from '../../../options/option.ts';
import { s3ReadOptions } from '../../../options/s3-options.ts';
import { UsageError } from '../../../usage-error.ts';

export const options = {
  a: required(
    positional(
      file({ describe: 'A backup file, or the folder of an export: a path or s3://BUCKET/KEY; - for standard input' }),
    ),
  ),
  b: positional(file({ describe: 'The backup to compare it with' })),
  table: tableName({ describe: 'Compare it with this table, instead of B' }),
  list: file({ describe: 'Write the key of each difference to this file, as lines of JSON' }),
  'max-read-units': wholeNumber({ describe: 'Limit of read capacity units per second, for --table' }),
  ...identityOption,
  ...s3ReadOptions,
};

export type DiffOptions = CommandOptions<typeof options>;

export function check({ a, b, table }: DiffOptions): void {
  if (b === undefined && table === undefined) throw new UsageError('backups diff takes a second backup, or --table');
  if (b !== undefined && table !== undefined) throw new UsageError('backups diff takes B or --table, not both');
  if (a === '-' && b === '-') throw new UsageError('Standard input can be only one of the two backups');
}
