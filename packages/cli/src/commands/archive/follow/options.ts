import type { CommandOptions } from '../../../command.ts';
import { recipientOption } from '../../../options/encryption-options.ts';
import { deploymentPrefix, file, flag, folder, tableNames, text, texts, wholeNumber } from '../../../options/kinds.ts';
import { isGiven, type RawValues } from '../../../options/option.ts';
import { checkS3Options, lockedOnlyInS3, onlyToS3, s3FileOptions, s3LockOptions } from '../../../options/s3-options.ts';
import { age } from '../../../options/time-kinds.ts';
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
  'by-export': flag({ describe: 'Let DynamoDB export the tables and their changes to S3, instead of reading streams' }),
  window: age({
    defaultDescription: '1h',
    describe: 'With --by-export: the time of one export of changes, 15m to 24h; only its end can be restored',
  }),
  'full-every': age({ describe: 'With --by-export: after how long all items are exported again' }),
  'bucket-owner': text({ valueName: 'ACCOUNT', describe: 'With --by-export: AWS account of the bucket, if not yours' }),
  ...recipientOption,
  ...s3FileOptions,
  ...s3LockOptions,
  'dry-run': flag({ describe: 'Show which tables would be archived, and change nothing' }),
};

export type FollowOptions = CommandOptions<typeof options>;

export const alternatives = [['table', 'prefix', 'tables']] as const;

const isInS3 = ({ to }: RawValues): boolean => String(to).startsWith('s3://');

const byExport = (given: RawValues): boolean => isGiven(given['by-export']);

export const appliesIf = {
  ...onlyToS3(isInS3),
  ...lockedOnlyInS3(isInS3),
  window: byExport,
  'full-every': byExport,
  'bucket-owner': byExport,
};

/** DynamoDB's limits of a window, in milliseconds. */
const MIN_WINDOW = 15 * 60_000;
const MAX_WINDOW = 24 * 3_600_000;

export function check({ table, prefix, tables, to, ...others }: FollowOptions): void {
  requireBuckets(others);
  const given = [table, prefix, tables].filter((value) => value !== undefined);
  if (given.length !== 1) throw new UsageError('archive follow takes one of --table, --prefix and --tables');
  requireTo({ to });
  checkByExport({ to, ...others });
  checkS3Options(others, to?.startsWith('s3://') ? undefined : '--to s3://BUCKET/PREFIX');
}

function checkByExport(options: Pick<FollowOptions, 'to'> & Partial<FollowOptions>): void {
  const { to, window } = options;
  const isAny = (names: readonly (keyof FollowOptions)[]): keyof FollowOptions | undefined =>
    names.find((name) => options[name] !== undefined && options[name] !== false);
  if (!options['by-export']) {
    const given = isAny(['window', 'full-every', 'bucket-owner']);
    if (given !== undefined) throw new UsageError(`--${given} requires --by-export`);
    return;
  }
  if (!to?.startsWith('s3://')) throw new UsageError('--by-export requires --to s3://BUCKET/PREFIX');
  if (options.recipient !== undefined) {
    throw new UsageError(
      '--by-export does not go with --recipient: DynamoDB writes the exports, and --kms-key encrypts them in S3',
    );
  }
  const other = isAny(['settle', 'max-read-units', 'with-payloads']);
  if (other !== undefined) throw new UsageError(`--by-export and --${other} do not go together`);
  if (window !== undefined && (window < MIN_WINDOW || window > MAX_WINDOW)) {
    throw new UsageError('--window takes 15 minutes to 24 hours, such as 15m or 6h');
  }
}

/** Whoever can write an item can point to any object. So the buckets have to be named. */
function requireBuckets(options: Pick<FollowOptions, 'with-payloads' | 'payload-bucket' | 'recipient'>): void {
  const { 'with-payloads': withPayloads, 'payload-bucket': buckets } = options;
  if (withPayloads && buckets === undefined) throw new UsageError('--with-payloads requires --payload-bucket BUCKET');
  if (withPayloads && options.recipient !== undefined) {
    throw new UsageError(
      '--with-payloads does not go with --recipient: without a secret key, nobody can read which objects are outstanding',
    );
  }
  if (!withPayloads && buckets !== undefined) throw new UsageError('--payload-bucket requires --with-payloads');
}

/** @throws UsageError */
export function requireTo({ to }: Pick<FollowOptions, 'to'>): string {
  if (to === undefined) throw new UsageError('Name the archive: --to FOLDER, or s3://BUCKET/PREFIX');
  return to;
}
