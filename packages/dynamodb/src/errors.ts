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

/** Another process is writing the same backup. */
export class BackupInProgressError extends MetadataError {}

/** What an earlier run left does not belong to the run that was asked to continue it. */
export class ResumeMismatchError extends MetadataError {}

/** Reading or writing a file failed: no such file, no permission, no space left. */
export class FileError extends MetadataError {}
