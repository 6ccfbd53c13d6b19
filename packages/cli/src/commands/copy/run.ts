import { requireNoBackup, writeDifferenceList } from '@cumulus/dynamodb/backup';
import {
  type ComparedTables,
  type CopiedDifferences,
  compareTables,
  copyDifferences,
  type DifferenceKind,
} from '@cumulus/dynamodb/recovery';
import type { Context, Outcome, Task } from '../../command.ts';
import { EmptySourceError } from '../../errors.ts';
import { count, duration, number } from '../../output/format.ts';
import { keepHeapSmall } from '../../v8-settings.ts';
import { noteRecount } from '../counts/note-recount.ts';
import { differenceLines, inNumbers, toDo } from './describe-differences.ts';
import type { CopyOptions } from './options.ts';

export async function runCopy(options: CopyOptions, context: Context): Promise<readonly Task[]> {
  keepHeapSmall();
  const startedAt = performance.now();
  if (options.list !== undefined) await requireNoBackup(options.list, context);
  const compared = await compare(options, context);
  try {
    refuseEmpty(compared, options);
    if (options.list !== undefined) {
      await writeDifferenceList(options.list, compared.differences.all(kindsOf(options)));
    }
    await context.confirm(() => questionOf(compared, options), 'Nothing was written.');
  } catch (error) {
    await compared.differences.close();
    throw error;
  }
  const run = async (): Promise<readonly Outcome[]> => {
    try {
      return [await copy(compared, options, context, startedAt)];
    } finally {
      await compared.differences.close();
    }
  };
  return [{ table: options.to, run }];
}

function compare(options: CopyOptions, { client, abortSignal, onProgress }: Context): Promise<ComparedTables> {
  return compareTables({
    client,
    source: options.from,
    target: options.to,
    concurrency: options.concurrency,
    maxReadUnits: options['max-read-units'],
    abortSignal,
    onProgress,
  });
}

/**
 * A recovery of a whole deployment makes tables that were not protected, empty: to copy one of these back, or two tables
 * the wrong way round, would delete everything.
 */
function refuseEmpty({ differences: { counts } }: ComparedTables, options: CopyOptions): void {
  if (counts.sourceItems > 0 || counts.deletions === 0 || options['no-delete'] === true) return;
  throw new EmptySourceError(
    `Table ${options.from} is empty: its copy would delete all of ${options.to} (${count(counts.targetItems, 'item')}).`,
    ['Nothing was written.', 'Check --from and --to.'],
  );
}

/** Additions alone take nothing away that could be missed. */
function questionOf(compared: ComparedTables, options: CopyOptions): string | undefined {
  const work = toDo(compared.differences.counts, options);
  if (work.changes + work.deletions === 0) return undefined;
  const undoing =
    compared.targetProtected === true
      ? 'Its point-in-time recovery could undo that.'
      : 'That cannot be undone: it has no point-in-time recovery.';
  return `Make ${inNumbers(work)} in ${options.to}? ${undoing}`;
}

async function copy(
  compared: ComparedTables,
  options: CopyOptions,
  context: Context,
  startedAt: number,
): Promise<Outcome> {
  const { from, to, list } = options;
  const { counts, named } = compared.differences;
  const work = toDo(counts, options);
  const dryRun = options['dry-run'] === true;
  const kept = counts.deletions - work.deletions;
  const listed = kindsOf(options).flatMap((kind) => named[kind]);
  const result = {
    table: to,
    source: from,
    dryRun,
    ...counts,
    ...work,
    kept,
    differences: listed,
    // The first hundred of each kind; all are in the file of --list.
    unlisted: work.additions + work.changes + work.deletions - listed.length,
    list,
  };
  const lines = [
    ...differenceLines(work, named),
    ...(kept > 0 ? [`  ${count(kept, 'item')} that only ${to} has ${kept === 1 ? 'is' : 'are'} kept`] : []),
    ...(counts.expired > 0
      ? [`  ${count(counts.expired, 'item')} of ${from} left out: the time to live has passed`]
      : []),
    ...(list === undefined ? [] : [`  all keys in ${list}`]),
  ];
  const same = `${number(counts.same)} the same`;
  if (dryRun) {
    return { result, lines: [`${to}: would get ${inNumbers(work)} to be as ${from}; ${same}`, ...lines] };
  }
  const copied = await write(compared, options, context);
  const recount =
    copied.written + copied.deleted === 0
      ? undefined
      : await noteRecount(context.client, to, `was copied from ${from}`);
  const left = options.verify === true ? await whatIsLeft(options, context) : undefined;
  const seconds = (performance.now() - startedAt) / 1000;
  return {
    result: {
      ...result,
      ...copied,
      verified: left === undefined ? undefined : { equal: isNothing(left), ...left },
      recountDue: recount === undefined ? undefined : true,
      seconds,
    },
    lines: [
      isNothing(work)
        ? `${to}: nothing to do, it is as ${from}; ${same}`
        : `${to}: ${number(copied.written)} written and ${number(copied.deleted)} deleted to be as ${from}, ` +
          `in ${duration(seconds)}; ${same}`,
      ...lines,
      ...(left === undefined || !isNothing(left) ? [] : [`  compared again: no difference to ${from}`]),
      ...(recount === undefined ? [] : [`  ${recount}`]),
    ],
    failure: failureOf(copied, left, options),
  };
}

function write(
  compared: ComparedTables,
  options: CopyOptions,
  { client, abortSignal, onProgress }: Context,
): Promise<CopiedDifferences> {
  return copyDifferences({
    client,
    compared,
    deleteItems: options['no-delete'] !== true,
    concurrency: options.concurrency,
    maxReadUnits: options['max-read-units'],
    maxWriteUnits: options['max-write-units'],
    abortSignal,
    onProgress,
  });
}

type Work = ReturnType<typeof toDo>;

/** What still differs, by a comparison of its own. */
async function whatIsLeft(options: CopyOptions, context: Context): Promise<Work> {
  const { differences } = await compare(options, context);
  try {
    return toDo(differences.counts, options);
  } finally {
    await differences.close();
  }
}

function failureOf(
  { changedMeanwhile, goneMeanwhile, cameMeanwhile }: CopiedDifferences,
  left: Work | undefined,
  { from, to }: CopyOptions,
): string | undefined {
  const problems = [
    ...(changedMeanwhile === 0
      ? []
      : [`${count(changedMeanwhile, 'item')} of ${to} were written by others since the comparison, and left alone.`]),
    ...(goneMeanwhile === 0 ? [] : [`${count(goneMeanwhile, 'item')} of ${from} went away since the comparison.`]),
    ...(cameMeanwhile === 0
      ? []
      : [
          `${count(cameMeanwhile, 'item')} that only ${to} had came to ${from} since the comparison, and stayed in both.`,
        ]),
    ...(left === undefined || isNothing(left) ? [] : [`${to} still differs from ${from}: ${inNumbers(left)}.`]),
  ];
  if (problems.length === 0) return undefined;
  return [...problems, 'Stop what writes to the tables, then give the same command again.'].join('\n  ');
}

function isNothing({ additions, changes, deletions }: Work): boolean {
  return additions + changes + deletions === 0;
}

function kindsOf(options: CopyOptions): readonly DifferenceKind[] {
  return options['no-delete'] === true ? ['addition', 'change'] : ['addition', 'change', 'deletion'];
}
