import type { CommandOptions } from '../../command.ts';
import { identityOption } from '../../options/encryption-options.ts';
import { cumulusTables, deploymentPrefix, file, flag, folder, oneOf, wholeNumber } from '../../options/kinds.ts';
import { type RawValues, required } from '../../options/option.ts';
import { checkS3Options, s3WriteOptions } from '../../options/s3-options.ts';
import { pastTime } from '../../options/time-kinds.ts';
import { UsageError } from '../../usage-error.ts';

export const options = {
  prefix: required(deploymentPrefix({ describe: 'The prefix of the deployment' })),
  from: oneOf(['backup', 'pitr', 'on-demand', 'archive'], {
    default: 'backup',
    describe: 'What to restore from: backup files, point-in-time recovery, on-demand backups, or an archive',
  }),
  tables: cumulusTables({
    defaultDescription: 'all that have to be restorable so',
    describe: 'Tables to rehearse, such as GranulesTable',
  }),
  backups: folder({
    describe: 'Folder of the backup files, or s3://BUCKET/PREFIX; the report is stored there too',
  }),
  archive: folder({ describe: 'With --from archive: where it is, a folder or s3://BUCKET/PREFIX' }),
  at: pastTime({
    defaultDescription: 'the latest possible time',
    describe: 'With --from pitr and archive: the time, such as 2026-01-31T12:00:00Z or "2 hours ago"',
  }),
  concurrency: wholeNumber({ defaultDescription: '4', describe: 'Tables that are restored at once' }),
  'max-read-units': wholeNumber({ describe: 'Limit of read capacity units per second, for each table' }),
  'max-write-units': wholeNumber({ describe: 'Limit of write capacity units per second, for each table' }),
  settle: wholeNumber({
    min: 0,
    defaultDescription: '15',
    describe: 'Seconds that a change may take until it is in the stream of its table',
  }),
  report: file({ describe: 'Write the report as JSON to this file: a path or s3://BUCKET/KEY' }),
  html: file({ describe: 'Write the report as a page to this file: a path or s3://BUCKET/KEY' }),
  metrics: oneOf(['cloudwatch'], { describe: 'Send to CloudWatch whether it failed, and how long it took' }),
  ...identityOption,
  ...s3WriteOptions,
  'dry-run': flag({ describe: 'Show what would be restored, what it costs at least, and create nothing' }),
};

export type RehearseOptions = CommandOptions<typeof options>;

export const appliesIf = {
  archive: ({ from }: RawValues): boolean => from === 'archive',
  at: ({ from }: RawValues): boolean => from === 'pitr' || from === 'archive',
  identity: ({ from = 'backup' }: RawValues): boolean => from === 'backup' || from === 'archive',
  settle: ({ from }: RawValues): boolean => from === 'pitr' || from === 'on-demand',
  'max-write-units': ({ from = 'backup' }: RawValues): boolean => from === 'backup' || from === 'archive',
  ...Object.fromEntries((['sse', 'kms-key'] as const).map((name) => [name, writesToS3])),
};

export function check({
  from,
  backups,
  archive,
  at,
  settle,
  'max-write-units': writeUnits,
  identity,
  report,
  html,
  ...others
}: RehearseOptions): void {
  checkS3Options(others, writesToS3({ backups, report, html }) ? undefined : '--backups s3://BUCKET/PREFIX');
  if (from === 'backup' && backups === undefined) throw new UsageError('rehearse --from backup takes --backups');
  if (from === 'archive' && archive === undefined) throw new UsageError('rehearse --from archive takes --archive');
  if (from !== 'archive' && archive !== undefined) throw new UsageError('--archive goes with --from archive');
  const isByTime = from === 'pitr' || from === 'archive';
  if (!isByTime && at !== undefined) throw new UsageError('--at goes with --from pitr and --from archive');
  const isByClient = from === 'backup' || from === 'archive';
  if (isByClient && settle !== undefined) {
    throw new UsageError('--settle goes with --from pitr and --from on-demand');
  }
  if (!isByClient && identity !== undefined) {
    throw new UsageError('--identity goes with --from backup and --from archive');
  }
  if (!isByClient && writeUnits !== undefined) {
    throw new UsageError('--max-write-units goes with --from backup and --from archive');
  }
}

function writesToS3({ backups, report, html }: RawValues): boolean {
  return [backups, report, html].some((place) => typeof place === 'string' && place.startsWith('s3://'));
}
