import type { CommandOptions } from '../../../command.ts';
import { confirmation } from '../../../options/confirmation.ts';
import { identityOption, recipientOption } from '../../../options/encryption-options.ts';
import { deploymentPrefix, flag, folder, onOff, tableName, text } from '../../../options/kinds.ts';
import { isGiven, type RawValues, required } from '../../../options/option.ts';
import { checkTarget, targetOptions, writeOptions } from '../../../options/restore-options.ts';
import { checkS3Options, onlyToS3, s3FileOptions } from '../../../options/s3-options.ts';
import { pastTime } from '../../../options/time-kinds.ts';
import { UsageError } from '../../../usage-error.ts';

export const options = {
  from: required(folder({ describe: 'Where the archive is: a folder, or s3://BUCKET/PREFIX' })),
  table: tableName({ describe: 'The table to restore, by its name in the archive' }),
  to: tableName({ describe: 'The table to write to' }),
  prefix: deploymentPrefix({ describe: 'Instead: all tables of this prefix, at one second' }),
  'to-prefix': text({ valueName: 'PREFIX', describe: 'The prefix of the tables to write to' }),
  'to-file': folder({
    describe: 'Write backup files into this folder, or s3://BUCKET/PREFIX, and to no table',
  }),
  at: pastTime({ describe: 'The second, such as 2026-01-31T12:00:00Z or "2 hours ago"' }),
  latest: flag({ describe: 'The latest second that is archived of all these tables' }),
  ...targetOptions,
  'with-payloads': flag({ describe: 'Also put back objects in S3 that items point to, where they are missing' }),
  ...writeOptions,
  ...confirmation,
  'work-directory': folder({
    defaultDescription: 'a temporary one',
    describe: 'Folder for the states of the tables, which stay there; needed to continue a restore',
  }),
  resume: onOff({ describe: 'Continue where an interrupted restore with the same work directory stopped' }),
  'no-verify': flag({ describe: 'Do not compare the tables with their states afterwards' }),
  ...identityOption,
  ...recipientOption,
  ...s3FileOptions,
  'dry-run': flag({ describe: 'Do all checks, show what would be written, and write to no table' }),
};

export type RestoreOptions = CommandOptions<typeof options>;

export const alternatives = [
  ['table', 'prefix'],
  ['table', 'to-prefix'],
  ['to', 'prefix'],
  ['to', 'to-prefix', 'to-file'],
  ['at', 'latest'],
  ['overwrite', 'skip-existing'],
] as const;

/** What is about tables that are written to. */
const OF_TABLES = [
  'create-table',
  'overwrite',
  'skip-existing',
  'with-payloads',
  'concurrency',
  'max-write-units',
  'work-directory',
  'resume',
  'no-verify',
  'dry-run',
] as const;

const writesTables = (given: RawValues): boolean => !isGiven(given['to-file']);

export const appliesIf = {
  ...Object.fromEntries(OF_TABLES.map((name) => [name, writesTables])),
  recipient: (given: RawValues): boolean => isGiven(given['to-file']),
  ...onlyToS3((given) => String(given['to-file']).startsWith('s3://')),
};

export function check(chosen: RestoreOptions): void {
  const { table, to, prefix, 'to-prefix': toPrefix, 'to-file': toFile, at, latest, ...others } = chosen;
  const isOfTable = table !== undefined && prefix === undefined && toPrefix === undefined;
  const isOfPrefix = prefix !== undefined && table === undefined && to === undefined;
  const targets = [to, toPrefix, toFile].filter((target) => target !== undefined);
  if ((!isOfTable && !isOfPrefix) || targets.length !== 1) {
    throw new UsageError(
      'archive restore takes --table with --to or --to-file, or --prefix with --to-prefix or --to-file',
    );
  }
  if ((at === undefined) === !latest) throw new UsageError('archive restore takes one of --at and --latest');
  if (toPrefix !== undefined && !/^[\w.-]{1,234}$/.test(toPrefix)) {
    throw new UsageError(
      `--to-prefix takes up to 234 letters, digits, dots, hyphens and underscores, not "${toPrefix}"`,
    );
  }
  const ofTables = OF_TABLES.find((name) => others[name] !== undefined && others[name] !== false);
  if (toFile !== undefined && ofTables !== undefined) {
    throw new UsageError(`--${ofTables} goes with --to and --to-prefix, not with --to-file`);
  }
  if (toFile === undefined && others.recipient !== undefined) throw new UsageError('--recipient goes with --to-file');
  checkTarget(others);
  if (others.resume && others['work-directory'] === undefined) throw new UsageError('--resume takes --work-directory');
  checkS3Options(others, toFile?.startsWith('s3://') ? undefined : '--to-file s3://BUCKET/PREFIX');
}
