import {
  type ListAwsBackupsOptions,
  listAwsBackups,
  listOnDemandBackups,
  type OnDemandBackup,
} from '@cumulus/dynamodb/recovery';
import type { Context, Outcome, Task } from '../../../command.ts';
import { chosenNames } from '../../../tables/chosen-tables.ts';
import { backupFields, backupLines } from '../describe-backup.ts';
import type { ListOptions } from './options.ts';

const TYPES = { user: 'USER', system: 'SYSTEM', all: undefined } as const;

export async function runList(options: ListOptions, context: Context): Promise<readonly Task[]> {
  const { client, abortSignal } = context;
  const tables = await chosenNames(options);
  const list = async (): Promise<readonly Outcome[]> => {
    const wanted = { client, tables, abortSignal };
    const ofDynamoDB =
      options.type === 'aws-backup' ? [] : await listOnDemandBackups({ ...wanted, type: TYPES[options.type] });
    const backups = [...ofDynamoDB, ...(await ofAwsBackup(options, wanted, context))].sort(newestFirst);
    if (backups.length === 0) context.onWarning('There is no such backup. Check --region, and the tables’ names.');
    return backups.map((backup) => ({
      result: backupFields(backup),
      lines: [`${backup.table}: ${backup.name}`, ...backupLines(backup)],
    }));
  };
  return [{ table: null, run: list }];
}

/** @throws what AWS Backup refused, where only its backups were asked for */
async function ofAwsBackup(
  { type }: ListOptions,
  wanted: ListAwsBackupsOptions,
  { onWarning }: Context,
): Promise<readonly OnDemandBackup[]> {
  if (type === 'user' || type === 'system') return [];
  const { backups, incomplete } = await listAwsBackups(wanted);
  if (incomplete === undefined) return backups;
  if (type === 'aws-backup') throw incomplete;
  onWarning(`The backups of AWS Backup are not all listed. ${incomplete.message}`);
  return backups;
}

function newestFirst(a: OnDemandBackup, b: OnDemandBackup): number {
  return b.createdAt.getTime() - a.createdAt.getTime();
}
