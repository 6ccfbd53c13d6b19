import {
  describePlace,
  type ItemFilter,
  type RestoreResult,
  restoreTable,
  type Selection,
  verifyBackup,
} from '@cumulus/dynamodb/backup';
import { parseFilters } from '../../backup-source/filters.ts';
import { type BackupOfTable, findBackups } from '../../backup-source/find-backups.ts';
import { chosenIdentities } from '../../backup-source/identities.ts';
import { type Input, STANDARD_INPUT, withInput } from '../../backup-source/input.ts';
import type { Context, Outcome, Task } from '../../command.ts';
import { describeComparison, failureOf } from '../../output/describe-comparison.ts';
import { describeContents, describeIncomplete } from '../../output/describe-contents.ts';
import { describePointers } from '../../output/describe-pointers.ts';
import { describeSettingsComparison } from '../../output/describe-settings.ts';
import { count, duration, number } from '../../output/format.ts';
import { keepHeapSmall, optimizeLate } from '../../v8-settings.ts';
import { noteRecount } from '../counts/note-recount.ts';
import { describeChosen, failureOfKeys, together, warningOfChosen } from './describe-chosen.ts';
import { filledTables } from './filled-tables.ts';
import type { RestoreOptions } from './options.ts';
import { passIfRestored } from './restored-before.ts';

export async function runRestore(options: RestoreOptions, context: Context): Promise<readonly Task[]> {
  keepHeapSmall();
  optimizeLate();
  const filters = options.where === undefined ? undefined : parseFilters(options.where);
  const identities = await chosenIdentities(options, context);
  const { file, table, directory, prefix, 'from-prefix': fromPrefix } = options;
  const backups =
    directory !== undefined && prefix !== undefined
      ? await findBackups(directory, prefix, fromPrefix, context)
      : file === undefined || table === undefined
        ? []
        : [{ file, table }];
  if (options.overwrite || options.changes)
    await context.confirm(() => questionOf(backups, options, context), 'Nothing was written.');
  const done = new Set<string>();
  const tasks = backups.map((backup) => ({
    ...backup,
    run: () =>
      withBackup(backup, { keys: options.keys, filters }, context, async (opened, selection) => {
        const input = { ...opened, identities };
        const restoring = restore(input, selection, backup, options, context);
        const continues = options.resume && directory !== undefined;
        const restored = await (continues
          ? restoring.catch((error) => passIfRestored(error, backup, identities, context))
          : restoring);
        done.add(backup.table);
        return [restored];
      }),
  }));
  if (prefix === undefined || !restoresCounts(options)) return tasks;
  const { countsTask } = await import('./restore-counts.ts');
  return [...tasks, countsTask(prefix, done, options, context)];
}

/** Whether a restore makes the table of counts too, and counts what it has restored. */
function restoresCounts({ directory, 'create-table': createTable }: RestoreOptions): boolean {
  return directory !== undefined && createTable;
}

/** Whether to replace or delete items, of those tables that have some. */
async function questionOf(
  backups: readonly BackupOfTable[],
  { changes }: RestoreOptions,
  context: Context,
): Promise<string | undefined> {
  const filled = await filledTables(
    backups.map(({ table }) => table),
    context,
  );
  if (filled.length === 0) return undefined;
  return `${changes ? 'Replace and delete items' : 'Replace items of the same key'} in ${filled.join(', ')}, for good?`;
}

/** Which items of a backup are wanted, as the command line says it; all unless it does. */
interface WantedPart {
  readonly keys: string | undefined;
  readonly filters: readonly ItemFilter[] | undefined;
}

/** Opens what is read: the backup, and the file of keys. */
function withBackup<T>(
  { file }: BackupOfTable,
  { keys, filters }: WantedPart,
  context: Context,
  use: (input: Input, selection: Selection | undefined) => Promise<T>,
): Promise<T> {
  return withInput(file, context, (input) => {
    if (keys !== undefined) return withInput(keys, context, (keysFile) => use(input, { keys: keysFile }));
    return use(input, filters === undefined ? undefined : { where: filters });
  });
}

async function restore(
  input: Input & { readonly identities: readonly string[] | undefined },
  selection: Selection | undefined,
  backup: BackupOfTable,
  options: RestoreOptions,
  { client, s3, abortSignal, onProgress, onWarning }: Context,
): Promise<Outcome> {
  const { table } = backup;
  const result = await restoreTable({
    ...input,
    s3,
    client,
    table,
    createTable: options['create-table'],
    existingItems: options.overwrite ? 'overwrite' : options['skip-existing'] ? 'skip' : 'refuse',
    changes: options.changes,
    selection,
    concurrency: options.concurrency,
    maxWriteUnits: options['max-write-units'],
    resume: options.resume,
    setAside: options['set-aside'],
    dryRun: options['dry-run'],
    resumable: backup.file !== STANDARD_INPUT,
    abortSignal,
    onProgress,
    onWarning,
  });
  warnOfSetAside(result, onWarning);
  const incomplete = describeIncomplete(result.file, result);
  if (incomplete !== undefined) onWarning(incomplete);
  if (result.dryRun) return wouldRestore(result);
  const areSetAside = (result.setAside?.lines ?? 0) > 0;
  const comparison =
    options.verify && !areSetAside
      ? (await verifyBackup({ ...input, s3, selection, liveTable: { client, name: table }, abortSignal, onProgress }))
          .comparison
      : undefined;
  const due = await noteRecount(client, table);
  // This run counts them at its end.
  const recount = restoresCounts(options) ? undefined : due;
  const { file, seconds, superseded, skipped, proved, created, resumed, notTaken, settings } = result;
  return {
    result: {
      ...result,
      verified: comparison,
      recountDue: recount === undefined ? undefined : true,
    },
    lines: [
      `${table}: ${count(result.itemsThisRun, 'item')} in ${duration(seconds)}${resumed ? ', continued' : ''}`,
      ...describeEarlier(result, comparison !== undefined),
      `  from ${file}, ${proved ? 'proved by its manifest' : 'which has no manifest'}`,
      ...describeChosen(result),
      ...describeContents(result),
      ...(created ? ['  the table was made'] : []),
      ...(settings === undefined ? [] : describeSettingsComparison(settings, 'not as it was backed up:')),
      ...describeDeleted(result),
      ...(superseded > 0 ? [`  ${number(superseded)} replaced by a later line of the same key`] : []),
      ...(skipped > 0 ? [`  ${number(skipped)} left out, the table had them`] : []),
      ...describeSetAside(result, 'set aside into'),
      ...(areSetAside && options.verify ? ['  not compared with the file: the table lacks these lines'] : []),
      ...describePointers(result.pointersToS3, file),
      ...(comparison === undefined ? [] : describeComparison(comparison, table)),
      ...(recount === undefined ? [] : [`  ${recount}`]),
    ],
    notTaken,
    warning: warningOfChosen(result),
    failure: together(
      comparison === undefined ? failureOfSetAside(result) : failureOf(comparison, file, table),
      failureOfKeys(result),
    ),
  };
}

/** What a continued restore takes for written, and how to see whether it is. */
function describeEarlier(
  { table, file, items, itemsBefore, resumed }: RestoreResult,
  isVerified: boolean,
): readonly string[] {
  if (!resumed || itemsBefore === 0) return [];
  return [
    `  ${count(itemsBefore, 'item')} more had been written before the stop, ${number(items)} in all`,
    ...(isVerified
      ? []
      : [`  the table was not searched for those: cumulus-api verify ${file} --table ${table} compares all`]),
  ];
}

/** How many of the changes that were applied, or would be, are deletions. */
function describeDeleted({ deleted }: RestoreResult): readonly string[] {
  return deleted === undefined ? [] : [`  changes of an incremental export, ${number(deleted)} of them deletions`];
}

/** The first of the lines that DynamoDB does not take, each with the reason. */
function warnOfSetAside({ setAside }: RestoreResult, onWarning: Context['onWarning']): void {
  for (const { problem, ...place } of setAside?.first ?? []) onWarning(`${describePlace(place)}: ${problem}`);
}

function describeSetAside({ setAside }: RestoreResult, doing: string): readonly string[] {
  if (setAside?.file === undefined) return [];
  return [`  ${count(setAside.lines, 'line')} ${doing} ${setAside.file}: DynamoDB does not take them`];
}

function failureOfSetAside({ table, dryRun, setAside }: RestoreResult): string | undefined {
  if (setAside?.file === undefined) return undefined;
  const lines = count(setAside.lines, 'line');
  if (dryRun) return `${lines} would not be written to ${table}: DynamoDB does not take them.`;
  return `${table} lacks ${lines}, which DynamoDB does not take.\n  Correct them in ${setAside.file}, and restore that with --overwrite.`;
}

function wouldRestore(result: RestoreResult): Outcome {
  const { table, file, items, itemsBefore, superseded, proved, created, resumed, settings } = result;
  return {
    result,
    lines: [
      `${table}: ${count(items, 'item')} would be ${resumed ? 'written, to continue' : 'written'}; nothing was`,
      ...(itemsBefore > 0 ? [`  ${count(itemsBefore, 'item')} more had been written before the stop`] : []),
      `  from ${file}, ${proved ? 'proved by its manifest' : 'which has no manifest'}`,
      ...describeChosen(result),
      ...describeContents(result),
      ...(created ? ['  the table would be made'] : []),
      ...(settings === undefined ? [] : describeSettingsComparison(settings, 'and not be as it was backed up:')),
      ...describeDeleted(result),
      ...(superseded > 0 ? [`  ${number(superseded)} replaced by a later line of the same key`] : []),
      ...describeSetAside(result, 'would be set aside into'),
    ],
    warning: warningOfChosen(result),
    failure: together(failureOfSetAside(result), failureOfKeys(result)),
  };
}
