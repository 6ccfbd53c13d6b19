import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { type AwsError, classifyAwsError } from '../../aws/classify-error.ts';
import { placeOf } from '../../aws/client.ts';
import { explainDynamoDBError } from '../../aws/dynamodb-errors.ts';
import { RequestFailedError } from '../../aws/errors.ts';
import { explainAwsError, firstLine } from '../../aws/explain-error.ts';
import { BackupNotFoundError } from '../errors.ts';
import { tableOfBackup } from './backup.ts';

/** What was asked about a backup. */
export interface BackupRequest {
  readonly action: string;
  readonly backup: string;
}

/** What was asked about backups of a table, or of all tables. */
export interface BackupsRequest {
  readonly action: string;
  readonly table?: string | undefined;
}

/** DynamoDB's errors for work of its own that blocks a request, and what to do. */
const HINDRANCES: Readonly<Record<string, string>> = {
  BackupInUseException:
    'A backup of the table is being made, restored from or deleted just now. Ask again when that has ended.',
  ContinuousBackupsUnavailableException:
    'The table was made a short time ago, and DynamoDB is not ready to back it up. Ask again in a few minutes.',
  TableInUseException: 'The table is being made, changed or deleted just now. Ask again when that has ended.',
  LimitExceededException:
    'As many backups and restores as the account may have at once are under way. Ask again when some have ended.',
};

/** Turns what the SDK threw on a request about backups into an error that says what to do. */
export async function explainBackupError(
  thrown: unknown,
  client: DynamoDBClient,
  request: BackupRequest | BackupsRequest,
): Promise<unknown> {
  const { action } = request;
  const backup = 'backup' in request ? request.backup : undefined;
  const table = 'backup' in request ? tableOfBackup(request.backup) : request.table;
  const about = backup ?? (table === undefined ? undefined : `table ${table}`);
  const what = about === undefined ? action : `${action} on ${about}`;
  const { name, message } = thrown as AwsError;
  if (name === 'BackupNotFoundException') return backupGone(client, backup ?? `of ${table}`, thrown);
  const hindrance = HINDRANCES[name];
  if (hindrance !== undefined) {
    return new RequestFailedError(`DynamoDB refused ${what}: ${firstLine(message)}`, [hindrance], thrown);
  }
  if (table !== undefined && classifyAwsError(thrown) === 'not found') {
    return explainDynamoDBError(thrown, client, { action, table });
  }
  const on = backup === undefined ? (table === undefined ? 'all resources' : 'the table') : 'the backup';
  const where = action === 'ListBackups' ? 'all resources: it knows no single ones' : on;
  return explainAwsError(thrown, {
    service: `DynamoDB in ${await placeOf(client)}`,
    what,
    whenDenied: [`Allow the IAM action dynamodb:${action} on ${where}.`],
    whenThrottled: ['It takes only a few such requests a second, of all who ask. Ask again in a minute.'],
  });
}

/** The error of a backup that is not there. */
export async function backupGone(
  client: DynamoDBClient,
  backup: string,
  cause?: unknown,
): Promise<BackupNotFoundError> {
  return new BackupNotFoundError(
    tableOfBackup(backup),
    `Backup ${backup} does not exist in ${await placeOf(client)}.`,
    ['Nothing was changed.'],
    cause,
  );
}
