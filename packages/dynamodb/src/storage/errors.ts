import { CumulusError, type NextStep } from '../aws/errors.ts';

/** Reading or writing a file failed: no such file, no permission, no space left. */
export class FileError extends CumulusError {
  readonly code = 'FILE_FAILED';
  /** How the work is taken up again once the advice is followed; undefined where that is no matter of the file. */
  readonly next: NextStep | undefined;

  constructor(problem: string, advice: readonly string[] = [], cause?: unknown, next?: NextStep) {
    super(problem, advice, cause);
    this.next = next;
  }
}

/** Reading or writing in S3 failed: no such bucket or object, or the bucket is in another region. */
export class StorageError extends CumulusError {
  readonly code = 'STORAGE_FAILED';
  /** Whether the bucket is in another region than the one that was asked. */
  readonly isElsewhere: boolean;
  /** Whether there is no such bucket, at least none of the account that was asked. */
  readonly isBucketMissing: boolean;

  constructor(
    problem: string,
    advice: readonly string[] = [],
    cause?: unknown,
    { isElsewhere = false, isBucketMissing = false } = {},
  ) {
    super(problem, advice, cause);
    this.isElsewhere = isElsewhere;
    this.isBucketMissing = isBucketMissing;
  }
}

/** An inventory of S3 is not what its manifest says, or of a kind that cannot be read. */
export class InventoryError extends CumulusError {
  readonly code = 'INVENTORY_INVALID';
}

/** Another process is writing the same file. */
export class LeaseHeldError extends CumulusError {
  readonly code = 'LEASE_HELD';
}

/** What an earlier run left does not belong to the run that was asked to continue it. */
export class ResumeMismatchError extends CumulusError {
  readonly code = 'RESUME_MISMATCH';
  /** How the interrupted run was begun, as far as it was now asked for otherwise. */
  readonly begunWith: BegunWith;

  constructor(problem: string, advice: readonly string[] = [], begunWith: BegunWith = {}) {
    super(problem, advice);
    this.begunWith = begunWith;
  }
}

/** What an interrupted backup or restore was asked for. */
export interface BegunWith {
  /** Whether the backup reads strongly consistently. */
  readonly consistent?: boolean;
  /** What the restore does with items of the same key. */
  readonly existingItems?: 'refuse' | 'overwrite' | 'skip';
  /** The file for lines that DynamoDB does not take. */
  readonly setAside?: string | undefined;
}

/** The file that is being read was replaced or removed in the middle of it. */
export class FileReplacedError extends CumulusError {
  readonly code = 'FILE_REPLACED';
}

/** What a file is to be encrypted to is no public key of age. */
export class RecipientError extends CumulusError {
  readonly code = 'RECIPIENT_INVALID';
}

/** A file of secret keys of age that cannot be read as such. No key is in the message. */
export class IdentityError extends CumulusError {
  readonly code = 'IDENTITY_INVALID';
}

/** A file is encrypted, and no secret key was given, or none that opens it. */
export class FileLockedError extends CumulusError {
  readonly code = 'FILE_ENCRYPTED';
  readonly file: string;
  /** Whether secret keys were given, of which none opens it. */
  readonly hasOtherKeys: boolean;

  constructor(file: string, hasOtherKeys: boolean, recipients: readonly string[] = []) {
    const to = recipients.length === 0 ? '' : ` to ${recipients.join(' and ')}`;
    super(
      hasOtherKeys
        ? `${file} is encrypted by age${to}, and none of the secret keys that were given opens it.`
        : `${file} is encrypted by age${to}, and no secret key was given to open it.`,
      ['Nothing was changed. Give the secret key of one of its recipients.'],
    );
    this.file = file;
    this.hasOtherKeys = hasOtherKeys;
  }
}
