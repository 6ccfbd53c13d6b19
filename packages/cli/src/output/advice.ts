import type { TableNotArchivedError, TimeNotArchivedError } from '@cumulus/dynamodb/archive';
import {
  type AccessDeniedError,
  CumulusError,
  type InterruptedError,
  type NextStep,
  type TableNotFoundError,
  type ThrottledError,
} from '@cumulus/dynamodb/aws';
import type {
  CorruptBackupError,
  HoldsChangesError,
  ManifestError,
  StoppedError,
  TargetNotEmptyError,
} from '@cumulus/dynamodb/backup';
import type {
  BackupExistsError,
  BackupNotFoundError,
  BackupNotReadyError,
  ExportFailedError,
  ImportFailedError,
  NotProtectedError,
  TargetExistsError,
  TimeOutsideWindowError,
} from '@cumulus/dynamodb/recovery';
import type {
  BegunWith,
  FileError,
  FileLockedError,
  ResumeMismatchError,
  StorageError,
} from '@cumulus/dynamodb/storage';
import type { KeySchemaMismatchError, TableReplacedError, TablesMissingError } from '@cumulus/dynamodb/tables';
import type { ChosenCommand } from '../command.ts';
import { zonedTime } from './format.ts';

/** The errors that there is advice on; narrowed by their code, so that their classes need not be loaded. */
type AdvisedError =
  | AccessDeniedError
  | BackupExistsError
  | BackupNotFoundError
  | BackupNotReadyError
  | CorruptBackupError
  | ExportFailedError
  | FileError
  | FileLockedError
  | HoldsChangesError
  | ImportFailedError
  | InterruptedError
  | KeySchemaMismatchError
  | ManifestError
  | NotProtectedError
  | ResumeMismatchError
  | StoppedError
  | StorageError
  | TableNotArchivedError
  | TableNotFoundError
  | TableReplacedError
  | TablesMissingError
  | TargetExistsError
  | TargetNotEmptyError
  | ThrottledError
  | TimeNotArchivedError
  | TimeOutsideWindowError;

/** The command that failed. */
type Failed = Pick<ChosenCommand, 'name' | 'options'>;

/** Options of some commands that advice depends on. */
interface SomeOptions {
  readonly from?: string;
  readonly archive?: string;
  readonly folder?: string;
  readonly prefix?: string;
  readonly table?: string | readonly string[];
  readonly tables?: string;
  readonly 'create-table'?: boolean;
  readonly changes?: boolean;
}

/** The options that choose region, endpoint and credentials. */
const ADVICE_ON_CONNECTION: Readonly<Record<string, string>> = {
  CONNECTION_FAILED: 'Options for the connection: --region, --profile, --endpoint-url.',
  CREDENTIALS_REFUSED: '--profile chooses the profile.',
};

const RESTORE_AGAIN = 'To restore again: without --resume, into an empty table or with --overwrite.';

const MODE_OPTIONS = {
  refuse: 'without --overwrite and --skip-existing',
  overwrite: 'with --overwrite',
  skip: 'with --skip-existing',
} as const;

/** What to do about an error, by options and commands. The library knows neither; its errors have a code and data. */
export function adviceOn(error: unknown, command: Failed): readonly string[] {
  if (!(error instanceof CumulusError)) return [];
  const advised = error as AdvisedError;
  const { name } = command;
  const options = command.options as SomeOptions;
  switch (advised.code) {
    case 'STOPPED':
    case 'INTERRUPTED':
      return [...adviceOnService(advised.cause, command), ...adviceOnNext(advised.next, command)];
    case 'FILE_FAILED':
      return adviceOnNext(advised.next, command);
    case 'FILE_ENCRYPTED':
      return 'identity' in options
        ? ['--identity FILE names a file with secret keys of age.']
        : ['This command reads no encrypted backup. age -d -i FILE decrypts it.'];
    case 'RESUME_MISMATCH':
      return [
        ...begunWith(advised.begunWith),
        restoresItems(name) ? RESTORE_AGAIN : 'To start again: without --resume.',
      ];
    case 'TABLE_REPLACED':
      return adviceOnNext(advised.next, command);
    case 'TARGET_NOT_EMPTY':
      return [
        advised.isInterrupted
          ? 'You can continue it with --resume; --overwrite and --skip-existing start from the beginning.'
          : '--overwrite replaces items of the same key, --skip-existing keeps them.',
      ];
    case 'HOLDS_CHANGES':
      if (name === 'backups diff') return ['cumulus-api verify FILE --table TABLE compares changes with a table.'];
      return name === 'restore' ? ['--changes applies them to a table that is in the state before these changes.'] : [];
    case 'KEY_SCHEMA_MISMATCH':
      return restoresItems(name) && !options.changes ? ['--create-table creates a new table.'] : [];
    case 'CORRUPT_BACKUP':
      return advised.isReadTwice ? ['To back it up again: cumulus-api backup, without --resume.'] : [];
    case 'TABLES_MISSING':
      if (options.prefix === undefined) return [];
      if (!('table' in options) || name === 'pitr restore') return ['Check --prefix and --region.'];
      return ['Check --prefix, --region and --table.'];
    case 'TABLE_NOT_FOUND':
      if (advised.isCreatable && options['create-table'] !== true && !options.changes)
        return ['--create-table creates it.'];
      if (name !== 'pitr restore') return [];
      return [
        `cumulus-api on-demand list --table ${advised.table}, then cumulus-api on-demand restore --backup ARN --to NEW`,
      ];
    case 'NOT_PROTECTED': {
      const ofThese = `--table ${advised.tables.join(' ')}`;
      if (name === 'archive follow') return [`Turn it on by: cumulus-api pitr enable ${ofThese}`];
      if (name === 'export')
        return [
          `Turn it on by: cumulus-api pitr enable ${ofThese}`,
          'cumulus-api backup works without point-in-time recovery.',
        ];
      const which = options.prefix === undefined ? ofThese : `--prefix ${options.prefix}`;
      return [
        'Other backups: cumulus-api on-demand list, and your files from cumulus-api backup.',
        `For the future: cumulus-api pitr enable ${which}`,
      ];
    }
    case 'TIME_OUTSIDE_WINDOW':
      if (advised.side === 'before') {
        const status = `cumulus-api pitr status ${tablesOf(options)}`;
        return [`See ${status}, cumulus-api on-demand list, and your files from cumulus-api backup.`];
      }
      if (advised.side === 'no window yet') return [];
      return [name === 'export' ? 'Leave out --at for the latest time.' : 'Use --latest for the latest time.'];
    case 'TABLE_NOT_ARCHIVED':
    case 'TIME_NOT_ARCHIVED':
      return adviceOnArchive(command);
    case 'TARGET_EXISTS':
      if (advised.restoredTo !== undefined)
        return [`To get that table, repeat the command with --at ${zonedTime(advised.restoredTo)}`];
      return name === 'import'
        ? [
            'After an import to another name: cumulus-api adopt or copy.',
            `To write into the table that exists: ${restoreOf(options)}`,
          ]
        : [];
    case 'BACKUP_EXISTS':
      return ['Without --name, each backup is named by its time.'];
    case 'BACKUP_NOT_FOUND':
      return [`To list backups: cumulus-api on-demand list --table ${advised.table}`];
    case 'BACKUP_NOT_READY':
      return [`To see its status: cumulus-api on-demand describe --backup ${advised.backupArn}`];
    case 'EXPORT_FAILED':
      return adviceOnFailure(advised);
    case 'IMPORT_FAILED':
      if (advised.incompleteTable === undefined) return adviceOnFailure(advised);
      return [`${restoreOf(options)} --skip-existing --verify`];
    case 'MANIFEST_INVALID':
      if (advised.lacks === 'key') return ['Name the table with --for, such as --for GranulesTable.'];
      return advised.lacks === 'export' ? [`To restore it: ${restoreOf(options)} --create-table`] : [];
    default:
      return adviceOnService(advised, command);
  }
}

/** `archive restore` names the archive by `--from`. */
function adviceOnArchive({ name, options }: Failed): readonly string[] {
  const { archive, from } = options as SomeOptions;
  const location = archive ?? (name === 'archive restore' ? from : undefined);
  if (location === undefined || name === 'archive list') return [];
  return [`To see what can be restored: cumulus-api archive list --archive ${location}`];
}

/** A bucket may demand settings of what is written to it. */
function adviceOnDenial({ denial }: AccessDeniedError, { options }: Failed): readonly string[] {
  if (denial?.isExplicit !== true || denial.action !== 's3:PutObject' || !('sse' in options)) return [];
  return ['If the bucket requires encryption, use --sse and --kms-key.'];
}

/** What to do about a service of AWS, also where that is why work stopped. */
function adviceOnService(error: unknown, command: Failed): readonly string[] {
  if (!(error instanceof CumulusError)) return [];
  const toConnect = ADVICE_ON_CONNECTION[error.code];
  if (toConnect !== undefined) return [toConnect];
  const { options } = command;
  const advised = error as AccessDeniedError | InterruptedError | StorageError | StoppedError | ThrottledError;
  switch (advised.code) {
    case 'STOPPED':
    case 'INTERRUPTED':
      return adviceOnService(advised.cause, command);
    case 'ACCESS_DENIED':
      return adviceOnDenial(advised, command);
    case 'THROTTLED': {
      if (advised.table === undefined) return [];
      const limits = ['--max-read-units', '--max-write-units'].filter((option) => option.slice(2) in options);
      return limits.length === 0 ? [] : [`To go slower: ${limits.join(' and ')}.`];
    }
    case 'STORAGE_FAILED':
      if (advised.isElsewhere) return ['Use --region with that region; the table has to be there too.'];
      if (!advised.isBucketMissing) return [];
      return ['--profile chooses other credentials.', ...('bucket-owner' in options ? [BUCKET_OWNER] : [])];
    default:
      return [];
  }
}

const BUCKET_OWNER = 'Use --bucket-owner for a bucket of another account.';

/** What to do about an export or import that failed inside AWS, or that AWS does not know. */
function adviceOnFailure({ failureCode = '' }: ExportFailedError | ImportFailedError): readonly string[] {
  if (/NoSuchBucket/i.test(failureCode)) return [BUCKET_OWNER];
  return failureCode.endsWith('NotFoundException') ? ['--region chooses the region.'] : [];
}

function adviceOnNext(next: NextStep | undefined, { name, options }: Failed): readonly string[] {
  switch (next) {
    case 'continue':
      if (name === 'copy') return ['Repeat the command to copy what still differs.'];
      return 'resume' in options ? ['Continue with the same command and --resume.'] : [];
    case 'mend the line':
      return [
        name === 'restore'
          ? 'Restore again with --overwrite; --set-aside FILE writes such lines to FILE and continues.'
          : 'archive restore --to-file writes a backup, of which restore --set-aside FILE writes all other lines.',
      ];
    default:
      return next === 'start again' && restoresItems(name) ? [RESTORE_AGAIN] : [];
  }
}

function restoresItems(name: string): boolean {
  return name === 'restore' || name === 'archive restore';
}

/** With which options an interrupted run was begun. */
function begunWith({ consistent, existingItems, setAside }: BegunWith): readonly string[] {
  const options = [
    consistent !== undefined && `${consistent ? 'with' : 'without'} --consistent`,
    existingItems !== undefined && MODE_OPTIONS[existingItems],
    setAside !== undefined && `with --set-aside ${setAside}`,
  ].filter((option) => option !== false);
  return options.map((option) => `It was started ${option}.`);
}

/** The tables of the command line that failed, for another one. */
function tablesOf({ prefix, table = [], tables }: SomeOptions): string {
  if (prefix !== undefined) return `--prefix ${prefix}`;
  return tables === undefined ? `--table ${[table].flat().join(' ')}` : `--tables ${tables}`;
}

/** Of what an import was to read, to the table that it was to make. */
function restoreOf({ folder, table }: SomeOptions): string {
  return `cumulus-api restore ${folder} --table ${table}`;
}
