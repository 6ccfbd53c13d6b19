import type { BackupDetails, BackupSummary } from '@aws-sdk/client-dynamodb';

/** A backup that DynamoDB keeps, beside the table or without it. */
export interface OnDemandBackup {
  /** Identifies it; names need not be unique. */
  readonly arn: string;
  readonly name: string;
  /** The physical name of its table, which may be gone. */
  readonly table: string;
  /** `USER`; `SYSTEM`, made by DynamoDB itself when a protected table was deleted; or `AWS_BACKUP`, made by AWS Backup. */
  readonly type: string;
  /** `CREATING`, `AVAILABLE` or `DELETED`; of AWS Backup also others, such as `PARTIAL` and `EXPIRED`. */
  readonly status: string;
  /** Undefined until DynamoDB knows it. */
  readonly bytes?: number | undefined;
  /** When it was asked for: the instant of its items. */
  readonly createdAt: Date;
  /** When DynamoDB removes it by itself; undefined for one that stays until it is deleted. */
  readonly expiresAt?: Date | undefined;
  /** AWS Backup's vault that keeps it; undefined for one of DynamoDB, and where AWS Backup was not asked. */
  readonly vault?: string | undefined;
}

/** Reads a backup out of DynamoDB's description of it. */
export function backupFrom(said: BackupDetails | BackupSummary): OnDemandBackup {
  const { BackupArn: arn = '', BackupSizeBytes: bytes, BackupExpiryDateTime: expiresAt } = said;
  return {
    arn,
    name: said.BackupName ?? '',
    table: tableOfBackup(arn),
    type: said.BackupType ?? 'USER',
    status: said.BackupStatus ?? 'UNKNOWN',
    bytes,
    createdAt: said.BackupCreationDateTime ?? new Date(0),
    expiresAt,
  };
}

/**
 * The physical name of the table of a backup, `arn:…:table/NAME/backup/…`; the text itself if it is no such ARN.
 * @example
 * ```ts
 * import { tableOfBackup } from '@cumulus/dynamodb/recovery';
 *
 * tableOfBackup('arn:aws:dynamodb:us-east-1:123456789012:table/prod-RulesTable/backup/01548148148148-1a2b3c4d');
 * // 'prod-RulesTable'
 * ```
 */
export function tableOfBackup(backupArn: string): string {
  return /:table\/([^/]+)\/backup\//.exec(backupArn)?.[1] ?? backupArn;
}

/** The physical name of a table, `arn:…:table/NAME`; the text itself if it is no such ARN. */
export function tableOfArn(tableArn: string): string {
  return /:table\/([^/]+)$/.exec(tableArn)?.[1] ?? tableArn;
}

/** Newest first. */
export function byAge(a: OnDemandBackup, b: OnDemandBackup): number {
  return b.createdAt.getTime() - a.createdAt.getTime() || (a.arn < b.arn ? -1 : 1);
}
