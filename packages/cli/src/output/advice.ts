import { CumulusError, type TableNotFoundError } from '@cumulus/dynamodb/aws';
import type {
  BackupNotFoundError,
  BackupNotReadyError,
  ImportFailedError,
  NotProtectedError,
  TargetExistsError,
  TimeOutsideWindowError,
} from '@cumulus/dynamodb/recovery';
import type { ChosenCommand } from '../command.ts';
import { zonedTime } from './format.ts';

/** The errors that there is advice on; narrowed by their code, so that their classes need not be loaded. */
type AdvisedError =
  | BackupNotFoundError
  | BackupNotReadyError
  | ImportFailedError
  | NotProtectedError
  | TableNotFoundError
  | TargetExistsError
  | TimeOutsideWindowError;

/** What to do about an error, by options and commands. The library knows neither; its errors have a code and data. */
export function adviceOn(
  error: unknown,
  { name, options }: Pick<ChosenCommand, 'name' | 'options'>,
): readonly string[] {
  if (!(error instanceof CumulusError)) return [];
  const advised = error as AdvisedError;
  const { folder, prefix } = options as { readonly folder?: string; readonly prefix?: string };
  switch (advised.code) {
    case 'NOT_PROTECTED':
      return [
        `Turn it on by: cumulus-api pitr enable ${prefix === undefined ? `--table ${advised.tables.join(' ')}` : `--prefix ${prefix}`}`,
        'Other ways back: cumulus-api on-demand list, and the files of cumulus-api backup.',
      ];
    case 'TIME_OUTSIDE_WINDOW':
      if (advised.side === 'before')
        return ['See cumulus-api pitr status, cumulus-api on-demand list, and your files of cumulus-api backup.'];
      return [name === 'export' ? 'For the latest leave out --at.' : 'For the latest give --latest.'];
    case 'TABLE_NOT_FOUND':
      if (name !== 'pitr restore') return [];
      return [
        `cumulus-api on-demand list --table ${advised.table}, then cumulus-api on-demand restore --backup ARN --to NEW`,
      ];
    case 'TARGET_EXISTS':
      if (advised.restoredTo !== undefined) return [`For that one ask for --at ${zonedTime(advised.restoredTo)}`];
      return folder === undefined
        ? []
        : ['After the import: cumulus-api adopt or copy. Into a table that exists: cumulus-api restore.'];
    case 'BACKUP_NOT_FOUND':
      return [`Those that there are: cumulus-api on-demand list --table ${advised.table}`];
    case 'BACKUP_NOT_READY':
      return [`How it stands: cumulus-api on-demand describe --backup ${advised.backupArn}`];
    case 'IMPORT_FAILED':
      if (advised.incompleteTable === undefined) return [];
      return [`cumulus-api restore ${folder} --table ${advised.incompleteTable} --skip-existing --verify`];
    default:
      return [];
  }
}
