import { CumulusError } from '../aws/errors.ts';

/** A table whose point-in-time recovery is off was to be recovered by it. */
export class NotProtectedError extends CumulusError {
  readonly code = 'NOT_PROTECTED';
  /** Their physical names. */
  readonly tables: readonly string[];

  constructor(tables: readonly string[], problem: string, advice: readonly string[], cause?: unknown) {
    super(problem, advice, cause);
    this.tables = tables;
  }
}

/** A time that a table cannot be restored to: before its protection, or not yet there; or there is none yet. */
export class TimeOutsideWindowError extends CumulusError {
  readonly code = 'TIME_OUTSIDE_WINDOW';
  /** Whether it is before or after the windows of the tables; or a table was protected minutes ago, and has no window yet. */
  readonly side: 'before' | 'after' | 'no window yet';

  constructor(side: TimeOutsideWindowError['side'], problem: string, advice: readonly string[], cause?: unknown) {
    super(problem, advice, cause);
    this.side = side;
  }
}

/** A table that a recovery is to make exists already, and the same recovery did not start it. */
export class TargetExistsError extends CumulusError {
  readonly code = 'TARGET_EXISTS';
  /** The instant that it was restored to, if it is a restore of the same table. */
  readonly restoredTo: Date | undefined;

  constructor(
    problem: string,
    advice: readonly string[],
    { cause, restoredTo }: { cause?: unknown; restoredTo?: Date } = {},
  ) {
    super(problem, advice, cause);
    this.restoredTo = restoredTo;
  }
}

/** An export to S3 failed inside AWS, or what it wrote is not what it reported. */
export class ExportFailedError extends CumulusError {
  readonly code = 'EXPORT_FAILED';
  /** AWS's code of the failure, if it is AWS's: `S3NoSuchBucket`, `ExportNotFoundException`. */
  readonly failureCode: string | undefined;

  constructor(problem: string, advice: readonly string[], cause?: unknown, failureCode?: string) {
    super(problem, advice, cause);
    this.failureCode = failureCode;
  }
}

/** An import from S3 failed inside AWS, or the table does not hold what the export does. */
export class ImportFailedError extends CumulusError {
  readonly code = 'IMPORT_FAILED';
  /** The table that lacks items of the export, if there is one. */
  readonly incompleteTable: string | undefined;
  /** AWS's code of the failure, if it is AWS's: `S3NoSuchBucket`, `ImportNotFoundException`. */
  readonly failureCode: string | undefined;

  constructor(
    problem: string,
    advice: readonly string[],
    { cause, incompleteTable, failureCode }: { cause?: unknown; incompleteTable?: string; failureCode?: string } = {},
  ) {
    super(problem, advice, cause);
    this.incompleteTable = incompleteTable;
    this.failureCode = failureCode;
  }
}

/** An on-demand backup does not exist, or no longer. */
export class BackupNotFoundError extends CumulusError {
  readonly code = 'BACKUP_NOT_FOUND';
  /** The physical name of the backup's table. */
  readonly table: string;

  constructor(table: string, problem: string, advice: readonly string[], cause?: unknown) {
    super(problem, advice, cause);
    this.table = table;
  }
}

/** A backup is still being made by DynamoDB, and can be neither restored from nor deleted. */
export class BackupNotReadyError extends CumulusError {
  readonly code = 'BACKUP_NOT_READY';
  readonly backupArn: string;

  constructor(backupArn: string, problem: string, advice: readonly string[]) {
    super(problem, advice);
    this.backupArn = backupArn;
  }
}

/** A table has a backup of this name already, from an earlier time. */
export class BackupExistsError extends CumulusError {
  readonly code = 'BACKUP_EXISTS';
}

/** A backup of AWS Backup was to be deleted, which only AWS Backup does. */
export class AwsBackupError extends CumulusError {
  readonly code = 'AWS_BACKUP';
}

/** A backup that DynamoDB made by itself was to be deleted, which it does not take. */
export class SystemBackupError extends CumulusError {
  readonly code = 'SYSTEM_BACKUP';
}
