import {
  CumulusError,
  type InterruptedError,
  type TableNotFoundError,
  type ThrottledError,
} from '@cumulus/dynamodb/aws';
import type { ManifestError, StoppedError, TargetNotEmptyError } from '@cumulus/dynamodb/backup';
import type {
  BackupNotFoundError,
  BackupNotReadyError,
  ImportFailedError,
  NotProtectedError,
  TargetExistsError,
  TimeOutsideWindowError,
} from '@cumulus/dynamodb/recovery';
import type { ResumeMismatchError, StorageError } from '@cumulus/dynamodb/storage';
import type { KeySchemaMismatchError, TableReplacedError, TablesMissingError } from '@cumulus/dynamodb/tables';
import type { ChosenCommand } from '../command.ts';
import { zonedTime } from './format.ts';

/** The errors that there is advice on; narrowed by their code, so that their classes need not be loaded. */
type AdvisedError =
  | BackupNotFoundError
  | BackupNotReadyError
  | ImportFailedError
  | InterruptedError
  | KeySchemaMismatchError
  | ManifestError
  | NotProtectedError
  | ResumeMismatchError
  | StoppedError
  | StorageError
  | TableNotFoundError
  | TableReplacedError
  | TablesMissingError
  | TargetExistsError
  | TargetNotEmptyError
  | ThrottledError
  | TimeOutsideWindowError;

/** The command that failed. */
type Failed = Pick<ChosenCommand, 'name' | 'options'>;

/** Options of some commands that advice depends on. */
interface SomeOptions {
  readonly folder?: string;
  readonly prefix?: string;
  readonly table?: string;
  readonly 'create-table'?: boolean;
}

/** By which options whom and where AWS is asked. */
const ADVICE_ON_CONNECTION: Readonly<Record<string, string>> = {
  CONNECTION_FAILED: 'The options for it: --region, --profile, --endpoint-url.',
  CREDENTIALS_REFUSED: 'A profile is chosen by --profile.',
};

const RESTORE_AGAIN = 'To restore again: without --resume, into an empty table or with --overwrite.';

/** What to do about an error, by options and commands. The library knows neither; its errors have a code and data. */
export function adviceOn(error: unknown, command: Failed): readonly string[] {
  if (!(error instanceof CumulusError)) return [];
  const toConnect = ADVICE_ON_CONNECTION[error.code];
  if (toConnect !== undefined) return [toConnect];
  const advised = error as AdvisedError;
  const { name } = command;
  const options = command.options as SomeOptions;
  switch (advised.code) {
    case 'STOPPED':
    case 'INTERRUPTED':
      return [...adviceOnThrottling(advised.cause, command), ...adviceOnNext(advised, name)];
    case 'THROTTLED':
      return adviceOnThrottling(advised, command);
    case 'STORAGE_FAILED':
      return advised.isElsewhere ? ['Name that region by --region; the table has to be there too.'] : [];
    case 'RESUME_MISMATCH':
      return [name === 'restore' ? RESTORE_AGAIN : 'To start again: without --resume.'];
    case 'TABLE_REPLACED':
      return name === 'restore' ? [RESTORE_AGAIN] : [];
    case 'TARGET_NOT_EMPTY':
      return [
        advised.isInterrupted
          ? 'You can continue it with --resume; --overwrite and --skip-existing start from the beginning.'
          : '--overwrite replaces items of the same key, --skip-existing keeps them.',
      ];
    case 'KEY_SCHEMA_MISMATCH':
      return name === 'restore' ? ['--create-table makes a new table.'] : [];
    case 'TABLES_MISSING':
      return 'table' in options && options.prefix !== undefined ? ['--table names the tables that exist.'] : [];
    case 'TABLE_NOT_FOUND':
      if (name === 'restore' && options['create-table'] !== true) return ['--create-table makes it.'];
      if (name !== 'pitr restore') return [];
      return [
        `cumulus-api on-demand list --table ${advised.table}, then cumulus-api on-demand restore --backup ARN --to NEW`,
      ];
    case 'NOT_PROTECTED': {
      const which = options.prefix === undefined ? `--table ${advised.tables.join(' ')}` : `--prefix ${options.prefix}`;
      return [
        `Turn it on by: cumulus-api pitr enable ${which}`,
        'Other ways back: cumulus-api on-demand list, and the files of cumulus-api backup.',
      ];
    }
    case 'TIME_OUTSIDE_WINDOW':
      if (advised.side === 'before')
        return ['See cumulus-api pitr status, cumulus-api on-demand list, and your files of cumulus-api backup.'];
      return [name === 'export' ? 'For the latest leave out --at.' : 'For the latest give --latest.'];
    case 'TARGET_EXISTS':
      if (advised.restoredTo !== undefined) return [`For that one ask for --at ${zonedTime(advised.restoredTo)}`];
      return name === 'import'
        ? [
            'After an import to another name: cumulus-api adopt or copy.',
            `To write into the table that exists: ${restoreOf(options)}`,
          ]
        : [];
    case 'BACKUP_NOT_FOUND':
      return [`Those that there are: cumulus-api on-demand list --table ${advised.table}`];
    case 'BACKUP_NOT_READY':
      return [`How it stands: cumulus-api on-demand describe --backup ${advised.backupArn}`];
    case 'IMPORT_FAILED':
      return advised.incompleteTable === undefined ? [] : [`${restoreOf(options)} --skip-existing --verify`];
    case 'MANIFEST_INVALID':
      if (advised.lacks === 'key') return ['Name it by --for, such as --for GranulesTable.'];
      return advised.lacks === 'export' ? [`To restore it: ${restoreOf(options)} --create-table`] : [];
    default:
      return [];
  }
}

function adviceOnNext({ next }: InterruptedError | StoppedError, name: string): readonly string[] {
  switch (next) {
    case 'continue':
      return ['Continue with the same command and --resume.'];
    case 'mend the line':
      return ['Restore again with --overwrite; --set-aside FILE keeps such lines in FILE and goes on.'];
    default:
      return next === 'start again' && name === 'restore' ? [RESTORE_AGAIN] : [];
  }
}

/** How to use less of a table's capacity, if that is what the work failed for and the command has options for it. */
function adviceOnThrottling(error: unknown, { options }: Failed): readonly string[] {
  if (!(error instanceof CumulusError) || error.code !== 'THROTTLED') return [];
  const limits = ['--max-read-units', '--max-write-units'].filter((option) => option.slice(2) in options);
  return limits.length === 0 ? [] : [`To go slower: ${limits.join(' and ')}.`];
}

/** Of what an import was to read, to the table that it was to make. */
function restoreOf({ folder, table }: SomeOptions): string {
  return `cumulus-api restore ${folder} --table ${table}`;
}
