import { CumulusError, type NextStep } from '../aws/errors.ts';
import { describePlace, type LinePlace } from './format/line-place.ts';

/** A backup or restore ended before its end; the cause says why, and what it had finished is kept for a resume. */
export class StoppedError extends CumulusError {
  readonly code = 'STOPPED';
  /** How it is taken up again; undefined where that is no matter of backup and restore. */
  readonly next: NextStep | undefined;

  constructor(problem: string, advice: readonly string[] = [], cause?: unknown, next?: NextStep) {
    super(problem, advice, cause);
    this.next = next;
  }
}

/** A restore would write into a table that already has items, and `existingItems` does not say what to do with them. */
export class TargetNotEmptyError extends CumulusError {
  readonly code = 'TARGET_NOT_EMPTY';
  /** Whether they are of a restore of the same file that was interrupted. */
  readonly isInterrupted: boolean;

  constructor(isInterrupted: boolean, problem: string, advice: readonly string[]) {
    super(problem, advice);
    this.isInterrupted = isInterrupted;
  }
}

/** A line of a backup file that is not an item; the line's number is in the message. */
export class InvalidLineError extends CumulusError {
  readonly code = 'INVALID_LINE';
  readonly file: string;
  /** Counted from 1; where items of the file are not a line each, the number of the item. */
  readonly line: number;

  constructor(place: LinePlace, problem: string, advice: readonly string[] = []) {
    super(`${describePlace(place)}: ${problem}`, advice);
    this.file = place.file;
    this.line = place.line;
  }
}

/** A file in a format that is not read, or that may be read in two ways; the message names it. */
export class UnreadableFormatError extends CumulusError {
  readonly code = 'FORMAT_UNREADABLE';
  readonly file: string;
  /** What the file is, in words. */
  readonly format: string;

  constructor(file: string, format: string, advice: readonly string[] = []) {
    super(`${file} is ${format}, which cannot be read.`, advice);
    this.file = file;
    this.format = format;
  }
}

/** What has to be known of a table's key is in no manifest, and the names of the backups do not say it. */
export class KeyUnknownError extends CumulusError {
  readonly code = 'KEY_UNKNOWN';

  /** @param names of the backups in question */
  constructor(names: readonly string[]) {
    super(`Nothing says what the key of the table of ${names.join(' or ')} is.`, [
      'Keep the manifest beside the file, or name the file after its table, such as prod-GranulesTable.json.',
    ]);
  }
}

/** A filter of items or a key that cannot be read; the message quotes it and says what is wrong. */
export class InvalidSelectionError extends CumulusError {
  readonly code = 'INVALID_SELECTION';
}

/** A file of changes, as an incremental export is, where the items of a table are wanted. */
export class HoldsChangesError extends CumulusError {
  readonly code = 'HOLDS_CHANGES';
}

/** A backup file that is not what its manifest says, or cannot be read to its end. */
export class CorruptBackupError extends CumulusError {
  readonly code = 'CORRUPT_BACKUP';
  /** Whether pages of the table were read more than once, so that another backup helps if it begins at the beginning. */
  readonly isReadTwice: boolean;

  constructor(problem: string, advice: readonly string[] = [], cause?: unknown, { isReadTwice = false } = {}) {
    super(problem, advice, cause);
    this.isReadTwice = isReadTwice;
  }
}

/** A manifest that cannot be read, or that a later release wrote. */
export class ManifestError extends CumulusError {
  readonly code = 'MANIFEST_INVALID';
  /** What an import needs and does not find: the key of the table, or an export. */
  readonly lacks: 'key' | 'export' | undefined;

  constructor(problem: string, advice: readonly string[] = [], cause?: unknown, lacks?: 'key' | 'export') {
    super(problem, advice, cause);
    this.lacks = lacks;
  }
}

/** A file with the name of a table's notes of proofs that holds anything else, or that a later release wrote. */
export class ProofNotesError extends CumulusError {
  readonly code = 'PROOF_NOTES_INVALID';
}
