import type { OnDemandBackup } from '@cumulus/dynamodb/recovery';
import { size, zonedTime } from '../../output/format.ts';

/** A backup's fields in JSON, its table first. */
export interface BackupFields {
  readonly table: string;
  readonly backupArn: string;
  readonly name: string;
  readonly type: string;
  readonly status: string;
  readonly bytes: number | null;
  readonly createdAt: string;
  /** Null for a backup that stays until it is deleted. */
  readonly expiresAt: string | null;
  /** AWS Backup's vault; null for a backup of DynamoDB. */
  readonly vault: string | null;
}

export function backupFields(backup: OnDemandBackup): BackupFields {
  const { arn: backupArn, table, name, type, status, bytes, createdAt, expiresAt, vault } = backup;
  return {
    table,
    backupArn,
    name,
    type,
    status,
    bytes: bytes ?? null,
    createdAt: createdAt.toISOString(),
    expiresAt: expiresAt?.toISOString() ?? null,
    vault: vault ?? null,
  };
}

/** What a person needs to know of a backup, in lines under one that names it. */
export function backupLines({
  arn,
  type,
  status,
  bytes,
  createdAt,
  expiresAt,
  vault,
}: OnDemandBackup): readonly string[] {
  const facts = [
    type,
    status,
    ...(bytes === undefined ? [] : [size(bytes)]),
    `created ${zonedTime(createdAt)}`,
    ...(expiresAt === undefined ? [] : [`expires ${zonedTime(expiresAt)}`]),
    ...(vault === undefined ? [] : [`vault ${vault}`]),
  ];
  return [`  ${facts.join(', ')}`, `  ${arn}`];
}
