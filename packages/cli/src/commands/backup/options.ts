import type { CommandOptions } from '../../command.ts';
import { recipientOption } from '../../options/encryption-options.ts';
import {
  deploymentPrefix,
  file,
  flag,
  folder,
  onOff,
  s3Url,
  segments,
  tableNames,
  wholeNumber,
} from '../../options/kinds.ts';
import { isGiven, type RawValues } from '../../options/option.ts';
import { checkS3Options, lockedOnlyInS3, onlyToS3, s3FileOptions, s3LockOptions } from '../../options/s3-options.ts';
import { age } from '../../options/time-kinds.ts';
import { UsageError } from '../../usage-error.ts';

export const options = {
  table: tableNames({ describe: 'Tables to back up' }),
  prefix: deploymentPrefix({ describe: 'Back up all tables of this prefix' }),
  tables: file({ describe: 'Back up the tables of this file, the Terraform output dynamo_tables' }),
  directory: folder({ defaultDescription: '"backups"', describe: 'Where the files go' }),
  to: s3Url({ describe: 'Write the files to S3 instead: s3://BUCKET/PREFIX' }),
  segments: segments({ defaultDescription: 'by the size of the table', describe: 'Segments of the scan' }),
  concurrency: wholeNumber({ defaultDescription: '8', describe: 'Scan requests in progress at once' }),
  gzip: onOff({ describe: 'Compress the file' }),
  consistent: onOff({ describe: 'Strongly consistent reads, at twice the cost' }),
  'max-read-units': wholeNumber({ describe: 'Limit of read capacity units per second' }),
  resume: onOff({ describe: 'Continue where an interrupted backup stopped' }),
  'resume-within': age({
    defaultDescription: '24h',
    describe: 'With --resume: start over if the interrupted backup started longer ago, such as 6h',
  }),
  dated: onOff({ describe: 'Give each backup a name with its time, and replace none' }),
  keep: wholeNumber({
    min: 0,
    defaultDescription: '1',
    describe: 'Number of earlier backups of each table to keep',
  }),
  verify: onOff({ describe: 'Read the file again, and prove it' }),
  ...recipientOption,
  ...s3FileOptions,
  ...s3LockOptions,
  'dry-run': flag({ describe: 'Show what would be written, kept and removed, and change nothing' }),
};

export type BackupOptions = CommandOptions<typeof options>;

export const alternatives = [
  ['table', 'prefix', 'tables'],
  ['directory', 'to'],
] as const;

export const appliesIf = {
  ...onlyToS3(({ to }) => isGiven(to)),
  ...lockedOnlyInS3(({ to }) => isGiven(to)),
  resume: ({ to, recipient }: RawValues): boolean => !isGiven(to) && !isGiven(recipient),
  'resume-within': ({ to, resume, recipient }: RawValues): boolean =>
    isGiven(resume) && !isGiven(to) && !isGiven(recipient),
  keep: ({ dated }: RawValues): boolean => !isGiven(dated),
};

export function check({ table, prefix, tables, directory, to, resume, dated, keep, ...options }: BackupOptions): void {
  checkS3Options(options, to === undefined ? '--to' : undefined);
  const given = [table, prefix, tables].filter((value) => value !== undefined);
  if (given.length !== 1) throw new UsageError('backup takes one of --table, --prefix and --tables');
  if (directory?.startsWith('s3://'))
    throw new UsageError('--directory is a folder on disk; a place in S3 goes with --to');
  if (to !== undefined && directory !== undefined) throw new UsageError('Give one place: --directory or --to');
  if (to !== undefined && resume) {
    throw new UsageError(
      '--resume does not go with --to: an upload to S3 that stopped cannot be continued, since nothing of it can be ' +
        'read and proved. Begin again without --resume, or back up to --directory',
    );
  }
  if (options.recipient !== undefined && resume) {
    throw new UsageError(
      '--resume does not go with --recipient: the key of an encrypted backup that stopped is gone with its process. ' +
        'Begin again without --resume',
    );
  }
  if (dated && keep !== undefined) {
    throw new UsageError('--keep does not go with --dated: dated backups stay until backups forget removes them');
  }
  if (options['resume-within'] !== undefined && !resume) throw new UsageError('--resume-within goes with --resume');
}
