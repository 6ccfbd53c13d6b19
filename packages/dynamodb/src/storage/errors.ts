import { CumulusError } from '../aws/errors.ts';

/** Reading or writing a file failed: no such file, no permission, no space left. */
export class FileError extends CumulusError {
  readonly code = 'FILE_FAILED';
}

/** Reading or writing in S3 failed: no such bucket or object, or the bucket is in another region. */
export class StorageError extends CumulusError {
  readonly code = 'STORAGE_FAILED';
  /** Whether the bucket is in another region than the one that was asked. */
  readonly isElsewhere: boolean;

  constructor(problem: string, advice: readonly string[] = [], cause?: unknown, { isElsewhere = false } = {}) {
    super(problem, advice, cause);
    this.isElsewhere = isElsewhere;
  }
}

/** Another process is writing the same file. */
export class LeaseHeldError extends CumulusError {
  readonly code = 'LEASE_HELD';
}

/** What an earlier run left does not belong to the run that was asked to continue it. */
export class ResumeMismatchError extends CumulusError {
  readonly code = 'RESUME_MISMATCH';
}

/** The file that is being read was replaced or removed in the middle of it. */
export class FileReplacedError extends CumulusError {
  readonly code = 'FILE_REPLACED';
}
