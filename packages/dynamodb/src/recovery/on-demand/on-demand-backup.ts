import type { BackupDetails, BackupSummary } from '@aws-sdk/client-dynamodb';

/** A backup that DynamoDB keeps, beside the table or without it. */
export interface OnDemandBackup {
  /** By it a backup is told from all others; names need not be unique. */
  readonly arn: string;
  readonly name: string;
  /** The physical name of the table that it is of, which may be gone. */
  readonly table: string;
  /** `USER`; or `SYSTEM`, which DynamoDB made by itself when a protected table was deleted. */
  readonly type: string;
  /** `CREATING`, `AVAILABLE` or `DELETED`. */
  readonly status: string;
  /** Undefined while it is not known yet. */
  readonly bytes?: number;
  /** The time that it was asked for, which is the instant that its items are of. */
  readonly createdAt: Date;
  /** When DynamoDB removes it by itself; undefined for one that stays until it is deleted. */
  readonly expiresAt?: Date;
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
    ...(bytes === undefined ? {} : { bytes }),
    createdAt: said.BackupCreationDateTime ?? new Date(0),
    ...(expiresAt === undefined ? {} : { expiresAt }),
  };
}

/** The name of the table that a backup is of: `arn:…:table/NAME/backup/…`. */
export function tableOfBackup(backupArn: string): string {
  return /:table\/([^/]+)\/backup\//.exec(backupArn)?.[1] ?? backupArn;
}

/** Newest first. */
export function byAge(a: OnDemandBackup, b: OnDemandBackup): number {
  return b.createdAt.getTime() - a.createdAt.getTime() || (a.arn < b.arn ? -1 : 1);
}
