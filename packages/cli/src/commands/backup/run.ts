import { type BackUpResult, backUpTable, planBackUp, type VerifyResult, verifyBackup } from '@cumulus/dynamodb/backup';
import { checkRecipients } from '@cumulus/dynamodb/storage';
import type { Context, Outcome, Task } from '../../command.ts';
import { earlierBackupsWarning } from '../../output/describe-earlier-backups.ts';
import { describePointers } from '../../output/describe-pointers.ts';
import { describeScan } from '../../output/describe-scan.ts';
import { describeUnknownSettings } from '../../output/describe-settings.ts';
import { count, duration, size } from '../../output/format.ts';
import { chosenTables } from '../../tables/chosen-tables.ts';
import { withoutTables } from '../tables/missing-table.ts';
import { noteVerified } from '../verify/note-verified.ts';
import type { BackupOptions } from './options.ts';

export async function runBackup(options: BackupOptions, context: Context): Promise<readonly Task[]> {
  await checkRecipients(options.recipient);
  const { tables, missing } = await chosenTables(options, context);
  const tasks = tables.map((table) => ({
    table,
    run: async () => [await (options['dry-run'] ? describePlan : backUp)(table, options, context)],
  }));
  return [...tasks, ...withoutTables(missing)];
}

async function backUp(table: string, options: BackupOptions, context: Context): Promise<Outcome> {
  const { client, s3, abortSignal, onProgress, onWarning } = context;
  const {
    to,
    directory = 'backups',
    segments,
    concurrency,
    gzip,
    consistent,
    resume,
    keep,
    dated,
    recipient,
  } = options;
  const result = await backUpTable({
    client,
    table,
    directory: to ?? directory,
    s3,
    segments,
    concurrency,
    gzip,
    recipients: recipient,
    consistent,
    maxReadUnits: options['max-read-units'],
    resume,
    resumeWithin: options['resume-within'],
    keep,
    dated,
    abortSignal,
    onProgress,
    onWarning,
  });
  const { file, items, bytes, seconds, kept, resumed, scan } = result;
  const proved = options.verify ? await proveBackup(result, context) : undefined;
  return {
    result: { ...result, proved: proved?.proved },
    lines: [
      `${table}: ${count(items, 'item')}, ${size(bytes)} in ${duration(seconds)}${resumed ? ', continued' : ''}`,
      describeScan(scan),
      `  to ${file}`,
      ...(result.recipients === undefined ? [] : [`  encrypted to ${result.recipients.join(', ')}`]),
      ...(proved === undefined ? [] : [describeProved(proved)]),
      ...describeUnknownSettings(result.settingsNotKnown, 'settings not in the manifest'),
      ...describePointers(result.pointersToS3, file),
      ...kept.map((earlier) => `  earlier backup: ${earlier}`),
    ],
    warning: earlierBackupsWarning(result),
  };
}

/**
 * Reads a new backup again, and proves it.
 * @throws CorruptBackupError where it is not what was written
 */
async function proveBackup({ file }: BackUpResult, context: Context): Promise<VerifyResult> {
  const { s3, abortSignal, onProgress } = context;
  const verified = await verifyBackup({ file, s3, abortSignal, onProgress });
  await noteVerified(verified, null, context);
  return verified;
}

function describeProved({ opened }: VerifyResult): string {
  return opened === false
    ? '  read again: what is stored is as its manifest says'
    : '  read again: it is as its manifest says';
}

async function describePlan(
  table: string,
  {
    to,
    directory = 'backups',
    segments,
    gzip,
    consistent,
    resume,
    'resume-within': resumeWithin,
    keep,
    dated,
    recipient,
  }: BackupOptions,
  { client, s3, abortSignal }: Context,
): Promise<Outcome> {
  const planned = await planBackUp({
    client,
    table,
    directory: to ?? directory,
    s3,
    segments,
    gzip,
    recipients: recipient,
    consistent,
    resume,
    resumeWithin,
    keep,
    dated,
    abortSignal,
  });
  const { file, estimatedItems, estimatedBytes, keepsAs, resumes, discarded, removes } = planned;
  return {
    result: { ...planned, dryRun: true },
    lines: [
      `${table}: about ${count(estimatedItems, 'item')}, ${size(estimatedBytes)}, would be backed up`,
      `  to ${file}`,
      ...(resumes === undefined
        ? []
        : [`  to continue the backup that was begun at ${resumes.startedAt}: ${count(resumes.items, 'item')} so far`]),
      ...(discarded === undefined
        ? []
        : [`  the interrupted backup would be begun again, not continued: ${discarded.reason}`]),
      ...(keepsAs === undefined ? [] : [`  the backup that is there would stay as ${keepsAs}`]),
      ...removes.map((earlier) => `  would be removed: ${earlier}`),
    ],
  };
}
