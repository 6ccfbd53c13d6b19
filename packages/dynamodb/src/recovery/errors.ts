import { CumulusError } from '../aws/errors.ts';

/** A table whose point-in-time recovery is off was to be recovered by it. */
export class NotProtectedError extends CumulusError {
  readonly code = 'NOT_PROTECTED';
}

/** A time that a table cannot be restored to: before its protection, or not yet there. */
export class TimeOutsideWindowError extends CumulusError {
  readonly code = 'TIME_OUTSIDE_WINDOW';
}

/** A table that a recovery is to make exists already, and is none that the same recovery began. */
export class TargetExistsError extends CumulusError {
  readonly code = 'TARGET_EXISTS';
}

/** An export to S3 failed inside AWS, or what it wrote is not what it reported. */
export class ExportFailedError extends CumulusError {
  readonly code = 'EXPORT_FAILED';
}

/** An import from S3 failed inside AWS, or the table does not hold what the export does. */
export class ImportFailedError extends CumulusError {
  readonly code = 'IMPORT_FAILED';
}

/** A backup that DynamoDB is to keep does not exist there, or no longer. */
export class BackupNotFoundError extends CumulusError {
  readonly code = 'BACKUP_NOT_FOUND';
}

/** A backup is still being made by DynamoDB, and can be neither restored from nor deleted. */
export class BackupNotReadyError extends CumulusError {
  readonly code = 'BACKUP_NOT_READY';
}

/** A table has a backup of this name already, from an earlier time. */
export class BackupExistsError extends CumulusError {
  readonly code = 'BACKUP_EXISTS';
}

/** A backup that DynamoDB made by itself was to be deleted, which it does not take. */
export class SystemBackupError extends CumulusError {
  readonly code = 'SYSTEM_BACKUP';
}
