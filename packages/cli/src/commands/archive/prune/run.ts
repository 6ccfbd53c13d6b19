import { archivedTables, type PrunedArchive, pruneArchive } from '@cumulus/dynamodb/archive';
import { CumulusError } from '@cumulus/dynamodb/aws';
import { chosenIdentities } from '../../../backup-source/identities.ts';
import type { Context, Outcome, Task } from '../../../command.ts';
import { keepRules } from '../../../options/keep-rules.ts';
import { count, size, zonedTime } from '../../../output/format.ts';
import { tableFilter } from '../../../tables/table-filter.ts';
import { keepHeapSmall } from '../../../v8-settings.ts';
import { tasksOfTables } from '../chosen-tables.ts';
import { requireArchive } from '../options.ts';
import type { PruneOptions } from './options.ts';

/** Options with the secret keys, which are read once: they may come by a pipe. */
type Chosen = PruneOptions & { readonly identities: readonly string[] | undefined };

export async function runPrune(given: PruneOptions, context: Context): Promise<readonly Task[]> {
  keepHeapSmall();
  const options: Chosen = { ...given, identities: await chosenIdentities(given, context) };
  const tasks = await tasksOfTables(options, context, (table) => pruneTable(table, options, context));
  await context.confirm(async () => questionOf(await planAll(options, context)), 'Nothing was removed.');
  return tasks;
}

/** What would be done, as far as that can be said: what is wrong with a table is a result of its own. */
async function planAll(options: Chosen, context: Context): Promise<readonly PrunedArchive[]> {
  const { s3, abortSignal } = context;
  const plans: PrunedArchive[] = [];
  for (const table of (await archivedTables(requireArchive(options), { s3, abortSignal })).filter(
    tableFilter(options),
  )) {
    try {
      plans.push(...(await prune(table, options, context, true)));
    } catch (error) {
      if (!(error instanceof CumulusError)) throw error;
    }
  }
  return plans;
}

function questionOf(plans: readonly PrunedArchive[]): string | undefined {
  const going = plans.filter(({ files, segments, exports }) => files.length + segments + exports.length > 0);
  if (going.length === 0) return undefined;
  const sum = (of: (plan: PrunedArchive) => number): number => going.reduce((all, plan) => all + of(plan), 0);
  const exports = sum((plan) => plan.exports.length);
  const what = [
    count(
      sum(({ segments }) => segments),
      'segment',
    ),
    ...(exports === 0 ? [] : [count(exports, 'export')]),
  ].join(', ');
  const others = count(
    sum(({ files }) => files.length),
    'other file',
  );
  const tables = going.map(({ table }) => table).join(', ');
  return `Remove ${what} and ${others} of ${tables}, ${size(sum(({ bytes }) => bytes))}, for good?`;
}

function prune(
  table: string,
  options: Chosen,
  { s3, abortSignal }: Context,
  dryRun: boolean,
): Promise<readonly PrunedArchive[]> {
  const { last: _, ...keep } = keepRules(options);
  const tables = (name: string): boolean => name === table;
  const { identities, recipient: recipients } = options;
  return pruneArchive(requireArchive(options), { keep, tables, dryRun, s3, identities, recipients, abortSignal });
}

async function pruneTable(table: string, options: Chosen, context: Context): Promise<Outcome> {
  const [pruned] = await prune(table, options, context, options['dry-run'] ?? false);
  return pruned === undefined ? describeNothing(table) : describe(pruned);
}

function describeNothing(table: string): Outcome {
  return {
    result: {
      ...{ table, wholeFrom: null, to: null, points: [], written: 0, files: [], exports: [] },
      ...{ segments: 0, changes: 0, bytes: 0, keptAsVersions: null },
      locked: { files: 0, bytes: 0, until: null },
    },
    lines: [`${table}: nothing to restore yet, so nothing goes`],
  };
}

function describe({ dryRun, keptAsVersions, ...pruned }: PrunedArchive): Outcome {
  const { table, wholeFrom, to, points, written, files, exports, segments, changes, bytes, locked } = pruned;
  const removed = dryRun ? 'would be removed' : 'removed';
  const what = [
    `${count(changes, 'change')} in ${count(segments, 'segment')}`,
    ...(exports.length === 0 ? [] : [count(exports.length, 'export')]),
    count(files.length, 'other file'),
  ].join(', ');
  return {
    result: {
      ...pruned,
      keptAsVersions: keptAsVersions ?? null,
      locked: { ...locked, until: locked.until ?? null },
    },
    lines: [
      `${table}: ${size(bytes)} ${removed}: ${what}`,
      `  every second stays: ${zonedTime(wholeFrom)} to ${zonedTime(to)}`,
      ...points.map(({ at, reasons }) => `  stays (${reasons.join(', ')}): ${zonedTime(at)}`),
      ...(written === 0 ? [] : [`  ${dryRun ? 'would be merged into' : 'merged into'} ${count(written, 'file')}`]),
      ...[...exports, ...files].map((file) => `  ${removed}: ${file}`),
      ...(keptAsVersions === undefined || keptAsVersions === 0
        ? []
        : [`  the bucket keeps ${count(keptAsVersions, 'file')} of these as earlier versions`]),
      ...(locked.until === undefined
        ? []
        : [
            `  of these, ${count(locked.files, 'file')} with ${size(locked.bytes)} are locked, the last one until ${zonedTime(locked.until)}`,
          ]),
    ],
  };
}
