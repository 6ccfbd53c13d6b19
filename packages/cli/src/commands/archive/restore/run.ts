import {
  type PreparedRestoreAt,
  prepareRestoreAt,
  type RestoreAtOptions,
  type RestoreAtResult,
  type StateInFile,
  stateToFile,
} from '@cumulus/dynamodb/archive';
import { checkRecipients } from '@cumulus/dynamodb/storage';
import { chosenIdentities } from '../../../backup-source/identities.ts';
import type { Context, Outcome, Task } from '../../../command.ts';
import { describeComparison, failureOf } from '../../../output/describe-comparison.ts';
import { describePointers } from '../../../output/describe-pointers.ts';
import { describeSettingsComparison } from '../../../output/describe-settings.ts';
import { count, duration, number, size, zonedTime } from '../../../output/format.ts';
import { keepHeapSmall } from '../../../v8-settings.ts';
import { noteRecount } from '../../counts/note-recount.ts';
import { filledTables } from '../../restore/filled-tables.ts';
import { countsTask } from '../../restore/restore-counts.ts';
import { describeRestoredPayloads, failureOfPayloads, warningOfPayloads } from '../describe-restored-payloads.ts';
import { findTables } from './find-tables.ts';
import type { RestoreOptions } from './options.ts';

/** Options with the secret keys, which are read once: they may come by a pipe. */
type Chosen = RestoreOptions & { readonly identities: readonly string[] | undefined };

export async function runRestore(given: RestoreOptions, context: Context): Promise<readonly Task[]> {
  await checkRecipients(given.recipient);
  const options: Chosen = { ...given, identities: await chosenIdentities(given, context) };
  keepHeapSmall();
  const { at, tables } = await findTables(options, context);
  const targets = tables.flatMap(({ target }) => target ?? []);
  if (options.overwrite) await context.confirm(() => questionOf(targets, context), 'Nothing was written.');
  const ofFiles = tables.filter(({ target }) => target === undefined);
  const files = ofFiles.map(({ source }): Task => {
    return { table: source, run: async () => [await writeFile(source, at, options, context)] };
  });
  const ofTables = tables.flatMap(({ source, target }) => (target === undefined ? [] : [{ source, target, at }]));
  return [...files, ...(await restoreTasks(ofTables, options, context))];
}

/** All states are proved and written into files before the first table is: if the archive of one is damaged, nothing is restored. */
async function restoreTasks(
  tables: readonly TableToRestore[],
  options: Chosen,
  context: Context,
): Promise<readonly Task[]> {
  const done = new Set<string>();
  const prepared = new Map<TableToRestore, PreparedRestoreAt>();
  const discardAll = async (): Promise<void> => {
    for (const each of prepared.values()) await each.discard();
  };
  for (const table of tables) {
    try {
      prepared.set(table, await prepareRestoreAt(restoreOptions(table, options, context)));
    } catch (error) {
      await discardAll();
      return [{ table: table.target, run: () => Promise.reject(error) }];
    }
  }
  const tasks = [...prepared].map(([{ target }, { restore, discard }]): Task => {
    const run = async (): Promise<readonly Outcome[]> => {
      try {
        const restored = await describeRestore(target, await restore(), options, context);
        done.add(target);
        return [restored];
      } finally {
        // After an interruption no other task runs.
        await (context.abortSignal.aborted ? discardAll() : discard());
      }
    };
    return { table: target, run };
  });
  const { 'to-prefix': toPrefix } = options;
  if (toPrefix === undefined || !restoresCounts(options)) return tasks;
  return [...tasks, countsTask(toPrefix, done, options, context)];
}

/** Whether the table of counts is created too, and the records are counted: the archive has no counts. */
function restoresCounts({ 'to-prefix': toPrefix, 'create-table': createTable }: RestoreOptions): boolean {
  return toPrefix !== undefined && createTable;
}

async function questionOf(tables: readonly string[], context: Context): Promise<string | undefined> {
  const filled = await filledTables(tables, context);
  return filled.length === 0 ? undefined : `Replace items of the same key in ${filled.join(', ')}, for good?`;
}

async function writeFile(
  table: string,
  at: Date,
  { from: archive, 'to-file': directory = '', identities, recipient: recipients }: Chosen,
  { s3, abortSignal, onProgress }: Context,
): Promise<Outcome> {
  const state = await stateToFile({
    ...{ archive, table, at, directory, identities, recipients, s3, abortSignal, onProgress },
  });
  const { file, items, bytes, seconds } = state;
  return {
    result: { ...describeState(state), table, file },
    lines: [
      `${table}: ${count(items, 'item')} as of ${zonedTime(at)}, ${size(bytes)} in ${duration(seconds)}`,
      `  in ${file}`,
      describeSource(state),
    ],
  };
}

interface TableToRestore {
  readonly source: string;
  readonly target: string;
  readonly at: Date;
}

function restoreOptions(
  { source, target, at }: TableToRestore,
  options: Chosen,
  { client, s3, abortSignal, onProgress, onWarning }: Context,
): RestoreAtOptions {
  return {
    ...{ client, archive: options.from, table: source, at, to: target, s3, abortSignal, onProgress, onWarning },
    identities: options.identities,
    createTable: options['create-table'],
    existingItems: options.overwrite ? 'overwrite' : options['skip-existing'] ? 'skip' : 'refuse',
    concurrency: options.concurrency,
    maxWriteUnits: options['max-write-units'],
    workDirectory: options['work-directory'],
    resume: options.resume,
    prove: !options['no-verify'],
    withPayloads: options['with-payloads'],
    dryRun: options['dry-run'],
  };
}

async function describeRestore(
  target: string,
  result: RestoreAtResult,
  options: Chosen,
  { client }: Context,
): Promise<Outcome> {
  const { restore, comparison, payloads } = result;
  const settings = restore?.settings;
  if (options['dry-run']) return wouldRestore(target, result);
  const due = restore === undefined ? undefined : await noteRecount(client, target);
  // This run counts them at its end.
  const recount = restoresCounts(options) ? undefined : due;
  return {
    result: {
      ...fieldsOf(target, result),
      file: options['work-directory'] && result.file,
      recountDue: recount === undefined ? undefined : true,
    },
    lines: [
      ...describeRestored(target, result),
      describeSource(result),
      ...(restore?.created ? ['  the table was made'] : []),
      ...(settings === undefined ? [] : describeSettingsComparison(settings, 'not as it was backed up:')),
      ...(restore === undefined || restore.skipped === 0
        ? []
        : [`  ${number(restore.skipped)} left out, the table had them`]),
      ...(payloads === undefined
        ? describePointers(restore?.pointersToS3, options['work-directory'] && result.file)
        : describeRestoredPayloads(payloads)),
      ...(comparison === undefined ? ['  not compared with its state'] : describeComparison(comparison, target)),
      ...(recount === undefined ? [] : [`  ${recount}`]),
    ],
    notTaken: restore?.notTaken ?? [],
    warning: payloads && warningOfPayloads(target, payloads),
    failure:
      (comparison && failureOf(comparison, stateName(result), target)) ?? (payloads && failureOfPayloads(payloads)),
  };
}

function describeRestored(target: string, { at, items, seconds, restore }: RestoreAtResult): readonly string[] {
  const time = zonedTime(at);
  if (restore === undefined) return [`${target}: restored before, ${count(items, 'item')} as of ${time}`];
  const { itemsThisRun, itemsBefore, resumed } = restore;
  return [
    `${target}: ${count(itemsThisRun, 'item')} as of ${time} in ${duration(seconds)}${resumed ? ', continued' : ''}`,
    ...(itemsBefore === 0
      ? []
      : [`  ${count(itemsBefore, 'item')} more had been written before the stop, ${number(restore.items)} in all`]),
  ];
}

function wouldRestore(target: string, result: RestoreAtResult): Outcome {
  const { at, items, restore } = result;
  return {
    result: fieldsOf(target, result),
    lines: [
      `${target}: ${count(restore?.items ?? items, 'item')} as of ${zonedTime(at)} would be written; nothing was`,
      describeSource(result),
      ...(restore?.created ? ['  the table would be made'] : []),
      ...(result.payloads === undefined ? [] : describeRestoredPayloads(result.payloads, 'would be put back')),
      ...(restore?.settings === undefined
        ? []
        : describeSettingsComparison(restore.settings, 'and not be as it was backed up:')),
    ],
  };
}

/** `the state of prod-GranulesTable at 2026-01-31T12:00:00Z` */
function stateName({ table, at }: StateInFile): string {
  return `the state of ${table} at ${zonedTime(at)}`;
}

function describeSource({ table, base, changes }: StateInFile): string {
  return `  ${table}: base ${base} and ${count(changes, 'change')} after it`;
}

/** What is the same of a file and of a table. */
function describeState({ table: source, at, base, changes, items, bytes, sha256, seconds }: StateInFile): object {
  return { source, at, base, changes, items, bytes, sha256, seconds };
}

function fieldsOf(target: string, result: RestoreAtResult): object {
  const { restore, comparison } = result;
  return {
    ...describeState(result),
    table: target,
    itemsThisRun: restore?.itemsThisRun ?? 0,
    itemsBefore: restore?.itemsBefore,
    skipped: restore?.skipped,
    created: restore?.created ?? false,
    resumed: restore?.resumed,
    restoredBefore: restore === undefined ? true : undefined,
    pointersToS3: restore?.pointersToS3,
    payloads: result.payloads,
    notTaken: restore?.notTaken,
    settings: restore?.settings,
    verified: comparison,
  };
}
