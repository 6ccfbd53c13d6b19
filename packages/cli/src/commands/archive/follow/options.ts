import type { CommandOptions } from '../../../command.ts';
import { age, deploymentPrefix, file, flag, folder, tableNames, texts, wholeNumber } from '../../../options/kinds.ts';
import type { RawValues } from '../../../options/option.ts';
import { checkS3Options, lockedOnlyInS3, onlyToS3, s3FileOptions, s3LockOptions } from '../../../options/s3-options.ts';
import { UsageError } from '../../../usage-error.ts';

export const options = {
  table: tableNames({ describe: 'Tables to archive' }),
  prefix: deploymentPrefix({ describe: 'Archive all tables of this prefix that have a stream' }),
  tables: file({ describe: 'Archive the tables of this file, the Terraform output dynamo_tables' }),
  to: folder({ describe: 'Where the archive is: a folder, or s3://BUCKET/PREFIX' }),
  once: flag({ describe: 'End when all that is there now is archived' }),
  settle: age({
    defaultDescription: '15s',
    describe: 'How late a change may come into its stream; a second counts as archived that much later',
  }),
  'max-read-units': wholeNumber({ describe: 'Limit of read capacity units per second, for the base of a table' }),
  'with-payloads': flag({ describe: 'Also copy the objects in S3 that items point to' }),
  'payload-bucket': texts({ describe: 'The buckets of these objects; no other is read', valueName: 'BUCKET' }),
  ...s3FileOptions,
  ...s3LockOptions,
  'dry-run': flag({ describe: 'Show which tables would be archived, and change nothing' }),
};

export type FollowOptions = CommandOptions<typeof options>;

export const alternatives = [['table', 'prefix', 'tables']] as const;

const isInS3 = ({ to }: RawValues): boolean => String(to).startsWith('s3://');

export const appliesIf = { ...onlyToS3(isInS3), ...lockedOnlyInS3(isInS3) };

export function check({ table, prefix, tables, to, ...others }: FollowOptions): void {
  requireBuckets(others);
  const given = [table, prefix, tables].filter((value) => value !== undefined);
  if (given.length !== 1) throw new UsageError('archive follow takes one of --table, --prefix and --tables');
  requireTo({ to });
  checkS3Options(others, to?.startsWith('s3://') ? undefined : '--to s3://BUCKET/PREFIX');
}

/** Whoever can write an item can point to any object. So the buckets have to be named. */
function requireBuckets(options: Pick<FollowOptions, 'with-payloads' | 'payload-bucket'>): void {
  const { 'with-payloads': withPayloads, 'payload-bucket': buckets } = options;
  if (withPayloads && buckets === undefined) throw new UsageError('--with-payloads requires --payload-bucket BUCKET');
  if (!withPayloads && buckets !== undefined) throw new UsageError('--payload-bucket requires --with-payloads');
}

/** @throws UsageError */
export function requireTo({ to }: Pick<FollowOptions, 'to'>): string {
  if (to === undefined) throw new UsageError('Name the archive: --to FOLDER, or s3://BUCKET/PREFIX');
  return to;
}
