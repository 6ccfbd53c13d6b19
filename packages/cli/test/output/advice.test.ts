import {
  ConnectionError,
  CredentialsError,
  type CumulusError,
  InterruptedError,
  TableNotFoundError,
  ThrottledError,
} from '@cumulus/dynamodb/aws';
import { CorruptBackupError, ManifestError, StoppedError, TargetNotEmptyError } from '@cumulus/dynamodb/backup';
import {
  BackupExistsError,
  BackupNotFoundError,
  BackupNotReadyError,
  ExportFailedError,
  ImportFailedError,
  NotProtectedError,
  TargetExistsError,
  TimeOutsideWindowError,
} from '@cumulus/dynamodb/recovery';
import { FileError, ResumeMismatchError, StorageError } from '@cumulus/dynamodb/storage';
import { KeySchemaMismatchError, TableReplacedError, TablesMissingError } from '@cumulus/dynamodb/tables';
import { describe, expect, test } from '@jest/globals';
import type { ChosenCommand } from '../../src/command.ts';
import { COMMANDS } from '../../src/commands/index.ts';
import { GLOBAL_OPTIONS } from '../../src/options/global-options.ts';
import { adviceOn } from '../../src/output/advice.ts';
import { parse } from '../../src/parse.ts';
import { PARSE_SETTINGS } from '../parse-settings.ts';

function command(commandLine: string): ChosenCommand {
  const chosen = parse(commandLine.split(' '), COMMANDS, PARSE_SETTINGS);
  if (typeof chosen === 'string') throw new TypeError(chosen);
  return chosen;
}

const ARN = 'arn:aws:dynamodb:us-east-1:123456789012:table/T-1/backup/01';
const FOLDER = 's3://bucket/AWSDynamoDB/01693685827463-2d8752fd';
const BACKUP = command('backup --table T-1');
const RESTORE = command('restore a.json --table T-1');
const VERIFY = command('verify a.json --table T-1');
const LIST = command('tables list --prefix p');
const EXPORT = command('export --table T-1 T-2 --to s3://bucket');
const IMPORT = command(`import ${FOLDER} --table T-2`);
const PITR = command('pitr restore --table T-1 --to T-2 --latest');
const DEPLOYMENT = command('pitr restore --prefix p --to-prefix q --latest');
const CREATE = command('on-demand create --table T-1 --name monday');
const ON_DEMAND = command(`on-demand restore --backup ${ARN} --to T-2`);
const COPY = command('copy --from T-1 --to T-2');

const OF_TABLE = new ThrottledError('Throttled.', [], undefined, 'T-1');
const OF_SERVICE = new ThrottledError('Throttled.');
const UNREACHABLE = new ConnectionError('No answer.');
const NO_BUCKET = new StorageError('No bucket.', [], undefined, { isBucketMissing: true });
const NO_SPACE = new FileError('Full.', [], undefined, 'continue');
const AT = new Date('2030-01-31T12:00:00Z');

const stopped = (next?: StoppedError['next'], cause?: unknown): StoppedError =>
  new StoppedError('No.', [], cause, next);

const CASES: readonly (readonly [string, ChosenCommand, CumulusError, readonly RegExp[]])[] = [
  ['a backup that stopped', BACKUP, stopped('continue'), [/same command and --resume/]],
  ['a backup that stopped for want of space', BACKUP, stopped('continue', NO_SPACE), [/--resume/]],
  ['no space before the first item', BACKUP, NO_SPACE, [/--resume/]],
  ['no space for a command that cannot be continued', VERIFY, NO_SPACE, []],
  ['an upload that stopped', BACKUP, stopped('start again'), []],
  ['a restore to begin again', RESTORE, stopped('start again'), [/without --resume.*--overwrite/]],
  ['a refused line', RESTORE, stopped('mend the line'), [/--overwrite.*--set-aside FILE/]],
  ['work that stopped elsewhere', BACKUP, new InterruptedError('No.'), []],
  ['a restore that stopped for throttling', RESTORE, stopped('continue', OF_TABLE), [/--max-write-units/, /--resume/]],
  ['a backup that stopped without a network', BACKUP, stopped('continue', UNREACHABLE), [/--region/, /--resume/]],
  [
    'a wait that ended without a network',
    PITR,
    stopped(undefined, stopped(undefined, UNREACHABLE)),
    [/--endpoint-url/],
  ],
  ['throttling of reads', BACKUP, OF_TABLE, [/^To go slower: --max-read-units.$/]],
  ['throttling of reads and writes', COPY, OF_TABLE, [/--max-read-units and --max-write-units/]],
  ['throttling of a command without limits', LIST, OF_TABLE, []],
  ['throttling by S3', BACKUP, OF_SERVICE, []],
  ['no network', LIST, UNREACHABLE, [/--region, --profile, --endpoint-url/]],
  ['no credentials', LIST, new CredentialsError('None.'), [/--profile/]],
  ['no bucket for a backup', BACKUP, NO_BUCKET, [/--profile/]],
  ['no bucket for an export', EXPORT, NO_BUCKET, [/--profile/, /--bucket-owner/]],
  ['no bucket for an import', IMPORT, NO_BUCKET, [/--profile/, /--bucket-owner/]],
  [
    'an export that AWS found no bucket for',
    EXPORT,
    new ExportFailedError('No.', [], undefined, 'S3NoSuchBucket'),
    [/--bucket-owner/],
  ],
  [
    'an export that AWS does not know',
    EXPORT,
    new ExportFailedError('No.', [], undefined, 'ExportNotFoundException'),
    [/--region/],
  ],
  [
    'an import that AWS found no bucket for',
    IMPORT,
    new ImportFailedError('No.', [], { failureCode: 'S3NoSuchBucket' }),
    [/--bucket-owner/],
  ],
  [
    'an import that AWS does not know',
    IMPORT,
    new ImportFailedError('No.', [], { failureCode: 'ImportNotFoundException' }),
    [/--region/],
  ],
  [
    'an import that lacks items',
    IMPORT,
    new ImportFailedError('No.', [], { incompleteTable: 'T-2' }),
    [/^cumulus-api restore s3:\S+ --table T-2 --skip-existing --verify$/],
  ],
  [
    'a bucket in another region',
    BACKUP,
    new StorageError('No.', [], undefined, { isElsewhere: true }),
    [/--region with that region/],
  ],
  ['another backup', BACKUP, new ResumeMismatchError('No.'), [/without --resume/]],
  [
    'a backup that was started with weak reads',
    BACKUP,
    new ResumeMismatchError('No.', [], { consistent: false }),
    [/started without --consistent/, /without --resume/],
  ],
  [
    'a backup that was started with strong reads',
    BACKUP,
    new ResumeMismatchError('No.', [], { consistent: true }),
    [/started with --consistent/, /without --resume/],
  ],
  ['another restore', RESTORE, new ResumeMismatchError('No.'), [/without --resume.*--overwrite/]],
  [
    'a restore that was started to refuse',
    RESTORE,
    new ResumeMismatchError('No.', [], { existingItems: 'refuse' }),
    [/started without --overwrite and --skip-existing/, /without --resume/],
  ],
  [
    'a restore that was started to overwrite',
    RESTORE,
    new ResumeMismatchError('No.', [], { existingItems: 'overwrite' }),
    [/started with --overwrite/, /without --resume/],
  ],
  [
    'a restore that was started to skip',
    RESTORE,
    new ResumeMismatchError('No.', [], { existingItems: 'skip' }),
    [/started with --skip-existing/, /without --resume/],
  ],
  [
    'a restore that was started to set lines aside',
    RESTORE,
    new ResumeMismatchError('No.', [], { setAside: '/a/lines.json' }),
    [/started with --set-aside \/a\/lines.json/, /without --resume/],
  ],
  [
    'a table that was replaced during a restore',
    RESTORE,
    new TableReplacedError('No.', [], 'start again'),
    [/--resume/],
  ],
  ['a table that was replaced before a restore', RESTORE, new TableReplacedError('No.'), []],
  ['a table with items', RESTORE, new TargetNotEmptyError(false, 'No.', []), [/--overwrite.*--skip-existing/]],
  ['a half-filled table', RESTORE, new TargetNotEmptyError(true, 'No.', []), [/continue it with --resume/]],
  ['a table of another key', RESTORE, new KeySchemaMismatchError('No.'), [/--create-table/]],
  ['a table of another key for a comparison', VERIFY, new KeySchemaMismatchError('No.'), []],
  [
    'pages that were read twice',
    VERIFY,
    new CorruptBackupError('No.', [], undefined, { isReadTwice: true }),
    [/cumulus-api backup, without --resume/],
  ],
  ['a damaged file', VERIFY, new CorruptBackupError('No.'), []],
  [
    'no table',
    RESTORE,
    new TableNotFoundError('T-1', 'here', [], undefined, { isCreatable: true }),
    [/^--create-table creates it.$/],
  ],
  ['no table, and no key to create it with', RESTORE, new TableNotFoundError('T-1', 'here'), []],
  [
    'no tables',
    command('backup --prefix p'),
    new TablesMissingError(['p-A'], 'here', []),
    [/--prefix, --region and --table/],
  ],
  [
    'no tables of a deployment to restore',
    DEPLOYMENT,
    new TablesMissingError(['p-A'], 'here', []),
    [/--prefix and --region\.$/],
  ],
  ['no tables of a file', command('backup --tables t.json'), new TablesMissingError(['p-A'], 'here', []), []],
  [
    'a protected table that was deleted',
    PITR,
    new TableNotFoundError('T-1', 'here'),
    [/on-demand list --table T-1, then cumulus-api on-demand restore --backup ARN --to NEW/],
  ],
  [
    'tables to export without recovery',
    EXPORT,
    new NotProtectedError(['T-1', 'T-2'], 'No.', []),
    [/cumulus-api pitr enable --table T-1 T-2$/, /cumulus-api backup works without/],
  ],
  [
    'a table to restore without recovery',
    PITR,
    new NotProtectedError(['T-1'], 'No.', []),
    [/cumulus-api on-demand list, .* cumulus-api backup/, /For the future: cumulus-api pitr enable --table T-1$/],
  ],
  [
    'a deployment without recovery',
    DEPLOYMENT,
    new NotProtectedError(['p-A', 'p-B'], 'No.', []),
    [/cumulus-api on-demand list/, /cumulus-api pitr enable --prefix p$/],
  ],
  [
    'a time before the window of an export',
    EXPORT,
    new TimeOutsideWindowError('before', 'No.', []),
    [/cumulus-api pitr status --table T-1 T-2, cumulus-api on-demand list, .* cumulus-api backup/],
  ],
  [
    'a time before the window of a deployment',
    DEPLOYMENT,
    new TimeOutsideWindowError('before', 'No.', []),
    [/cumulus-api pitr status --prefix p,/],
  ],
  ['a time that cannot be exported yet', EXPORT, new TimeOutsideWindowError('after', 'No.', []), [/Leave out --at/]],
  ['a time that cannot be restored to yet', PITR, new TimeOutsideWindowError('after', 'No.', []), [/Use --latest/]],
  [
    'a table that was restored to another time',
    PITR,
    new TargetExistsError('No.', [], { restoredTo: AT }),
    [/--at 2030-01-31T12:00:00Z/],
  ],
  ['a table that nobody restored', PITR, new TargetExistsError('No.', []), []],
  [
    'a table to import to',
    IMPORT,
    new TargetExistsError('No.', []),
    [/cumulus-api adopt or copy/, /cumulus-api restore s3:\S+ --table T-2$/],
  ],
  [
    'a file to import',
    IMPORT,
    new ManifestError('No.', [], undefined, 'export'),
    [/cumulus-api restore s3:\S+ --table T-2 --create-table$/],
  ],
  ['an export of an unknown key', IMPORT, new ManifestError('No.', [], undefined, 'key'), [/--for GranulesTable/]],
  ['a backup of this name', CREATE, new BackupExistsError('No.'), [/Without --name/]],
  ['no backup', ON_DEMAND, new BackupNotFoundError('T-1', 'No.', []), [/cumulus-api on-demand list --table T-1$/]],
  [
    'a backup that is being made',
    ON_DEMAND,
    new BackupNotReadyError(ARN, 'No.', []),
    [/cumulus-api on-demand describe --backup arn:aws\S+$/],
  ],
];

/** The options of a command by its name, those that all have among them. */
function optionsOf(name: string): readonly string[] {
  const all = COMMANDS.flatMap((entry) => ('commands' in entry ? entry.commands : [entry]));
  const found = all.find((entry) => entry.name === name);
  if (found === undefined) throw new TypeError(`There is no command ${name}.`);
  return Object.keys({ ...GLOBAL_OPTIONS, ...found.options }).map((option) => `--${option}`);
}

describe('advice on options and commands follows from an error’s code and data', () => {
  test.each(CASES)('%s', (_, chosen, error, expected) => {
    expect(adviceOn(error, chosen)).toEqual(expected.map((pattern) => expect.stringMatching(pattern)));
  });

  test.each(CASES)('%s: it names only options that the command in question has', (_, chosen, error) => {
    for (const line of adviceOn(error, chosen)) {
      const [own = '', ...others] = line.split('cumulus-api ');
      const named = [[chosen.name, own], ...others.map((words) => [/^(on-demand |pitr )?\w+/.exec(words)?.[0], words])];
      for (const [name = '', words = ''] of named) {
        const options = words.match(/--[a-z-]+/g) ?? [];
        expect(optionsOf(name)).toEqual(expect.arrayContaining(options));
      }
    }
  });

  test('of an error of another kind there is none', () => {
    expect(adviceOn(new TypeError('unexpected'), BACKUP)).toEqual([]);
  });
});
