/**
 * Every error that a caller can act on. Each message is written for the person who reads it, and has up to three parts:
 * what went wrong with the name or number in question, what was left untouched, and what to do next.
 */
export class MetadataError extends Error {
  /**
   * @param problem what went wrong, with the name and number in question
   * @param advice what was left untouched and what to do next, a sentence each
   * @param cause the error behind this one, if any
   */
  constructor(problem: string, advice: readonly string[] = [], cause?: unknown) {
    super([problem, ...advice].join('\n  '), cause === undefined ? undefined : { cause });
    this.name = new.target.name;
  }
}

/** The work was stopped on request (an `AbortSignal`), before its end. What it had finished is kept for a resume. */
export class InterruptedError extends MetadataError {}

/** A backup or restore ended before its end; the cause says why, and what it had finished is kept for a resume. */
export class StoppedError extends MetadataError {}

/** DynamoDB could not be asked at all: no credentials, or an endpoint that does not answer. */
export class ConnectionError extends MetadataError {}

/** The credentials in use may not do this. */
export class AccessDeniedError extends MetadataError {}

/** DynamoDB went on refusing requests for want of capacity, for longer than the work was willing to wait. */
export class ThrottledError extends MetadataError {}

/** DynamoDB refused a request for another reason than those above; its own words are in the message. */
export class RequestFailedError extends MetadataError {}

/** A table that has to exist does not. */
export class TableNotFoundError extends MetadataError {
  readonly table: string;

  constructor(table: string, where: string, advice: readonly string[] = [], cause?: unknown) {
    super(`Table ${table} does not exist in ${where}.`, advice, cause);
    this.table = table;
  }
}

/** Tables of a deployment's prefix that have to exist do not; each is named. */
export class TablesMissingError extends MetadataError {
  readonly tables: readonly string[];

  constructor(tables: readonly string[], where: string, advice: readonly string[]) {
    super(`${tables.length === 1 ? 'Table' : 'Tables'} ${tables.join(', ')} missing in ${where}.`, advice);
    this.tables = tables;
  }
}

/** A restore would write into a table that holds items already, and was not told what to do with them. */
export class TargetNotEmptyError extends MetadataError {}

/** A table that is to be read or written is still being made, or is going away. */
export class TableNotActiveError extends MetadataError {}

/** A table was deleted in the middle of a work on it; another one of its name may have been made. */
export class TableReplacedError extends MetadataError {}

/** A backup's items, or its table's key, do not fit the table in question. */
export class KeySchemaMismatchError extends MetadataError {}

/** A line of a backup file that is not an item; the line's number is in the message. */
export class InvalidLineError extends MetadataError {
  readonly file: string;
  /** Counted from 1. */
  readonly line: number;

  constructor(file: string, line: number, problem: string, advice: readonly string[] = []) {
    super(`${file}, line ${line}: ${problem}`, advice);
    this.file = file;
    this.line = line;
  }
}

/** A backup file that is not what its manifest says, or cannot be read to its end. */
export class CorruptBackupError extends MetadataError {}

/** A manifest that cannot be read, or that a later release wrote. */
export class ManifestError extends MetadataError {}

/** Parts that are to be merged are not those of one backup: one is missing, there twice, or of another scan. */
export class PartsMismatchError extends MetadataError {}

/** A part of a backup was to be restored as if it were the whole. */
export class PartOfBackupError extends MetadataError {}

/** Another process is writing the same backup. */
export class BackupInProgressError extends MetadataError {}

/** What an earlier run left does not belong to the run that was asked to continue it. */
export class ResumeMismatchError extends MetadataError {}

/** Reading or writing a file failed: no such file, no permission, no space left. */
export class FileError extends MetadataError {}

/** Reading or writing in S3 failed: no such bucket or object, or the bucket is in another region. */
export class StorageError extends MetadataError {}

/** The file that is being read was replaced or removed in the middle of it. */
export class BackupReplacedError extends MetadataError {}

/** A table whose point-in-time recovery is off was to be recovered by it. */
export class NotProtectedError extends MetadataError {}

/** A time that a table cannot be restored to: before its protection, or not yet there. */
export class TimeOutsideWindowError extends MetadataError {}

/** A table that a recovery is to make exists already, and is none that the same recovery began. */
export class TargetExistsError extends MetadataError {}

/** An export to S3 failed inside AWS, or what it wrote is not what it told. */
export class ExportFailedError extends MetadataError {}

/** An import from S3 failed inside AWS, or the table does not hold what the export does. */
export class ImportFailedError extends MetadataError {}

/** A backup that DynamoDB is to keep does not exist there, or no longer. */
export class BackupNotFoundError extends MetadataError {}

/** A backup is still being made by DynamoDB, and can be neither restored from nor deleted. */
export class BackupNotReadyError extends MetadataError {}

/** A table has a backup of this name already, from an earlier time. */
export class BackupExistsError extends MetadataError {}

/** A backup that DynamoDB made by itself was to be deleted, which it does not take. */
export class SystemBackupError extends MetadataError {}
