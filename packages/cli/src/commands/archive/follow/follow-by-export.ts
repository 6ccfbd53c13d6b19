import {
  describeProtection,
  type FollowByExportEvent,
  type FollowByExportResult,
  followByExport,
  NotProtectedError,
} from '@cumulus/dynamodb/recovery';
import type { Context, Outcome, Task } from '../../../command.ts';
import { count, size, zonedTime } from '../../../output/format.ts';
import { chosenNames, chosenTables } from '../../../tables/chosen-tables.ts';
import { type FollowOptions, requireTo } from './options.ts';
import { watchForTables } from './watch-for-tables.ts';

/** What DynamoDB has exported of a table. */
interface Ended {
  readonly table: string;
  /** Undefined if it could not be followed. */
  readonly result: FollowByExportResult | undefined;
  readonly failure: Error | undefined;
}

/** Follows tables side by side by exports. That one fails ends none of the others. */
export async function runByExport(options: FollowOptions, context: Context): Promise<readonly Task[]> {
  const { client, abortSignal, onWarning } = context;
  const archive = requireTo(options);
  const { tables } = await chosenTables(options, context);
  const isProtected = async (table: string): Promise<boolean> =>
    (await describeProtection(client, table, abortSignal)).enabled;
  const followed: string[] = [];
  const left: string[] = [];
  for (const table of tables) {
    ((await isProtected(table)) ? followed : left).push(table);
  }
  if (left.length > 0 && options.table !== undefined) {
    const problem = `There is no point-in-time recovery, which exports read from, of ${left.join(', ')}.`;
    throw new NotProtectedError(left, problem, ['Nothing was exported.']);
  }
  if (left.length > 0) onWarning(`Not archived, since point-in-time recovery is off: ${left.join(', ')}.`);
  if (options['dry-run']) {
    return followed.map((table) => ({
      table,
      run: async () => [{ result: { table }, lines: [`${table}: would be exported to ${archive}`] }],
    }));
  }
  const run = async (): Promise<readonly Outcome[]> => {
    const following = new Map<string, Promise<Ended>>();
    const follow = (table: string): void => {
      following.set(table, followOne(table, archive, options, context));
    };
    for (const table of followed) follow(table);
    const wanted = options.table !== undefined || options.once ? [] : ((await chosenNames(options)) ?? []);
    const isFollowed = (table: string): boolean => following.has(table);
    await watchForTables({ wanted, isFollowed, isFollowable: isProtected, follow, context }, async () => {
      let ended = -1;
      while (ended < following.size) ended = (await Promise.all(following.values())).length;
    });
    const ended = await Promise.all(following.values());
    return [...ended.map(describeEnd), describeAll(ended, options.once)];
  };
  return [{ table: null, run }];
}

async function followOne(table: string, archive: string, options: FollowOptions, context: Context): Promise<Ended> {
  const { client, s3, abortSignal, onProgress, onNote, onWarning } = context;
  const { once, window, 'full-every': fullEvery, 'bucket-owner': bucketOwner, 'kms-key': kmsKeyId } = options;
  try {
    const result = await followByExport({
      ...{ client, table, archive, s3, once, window, fullEvery, bucketOwner, kmsKeyId, abortSignal, onProgress },
      onEvent: (event) => {
        const { note, warning } = describeExportEvent(event);
        if (warning !== undefined) onWarning(warning);
        if (note !== undefined) onNote(note);
      },
    });
    return { table, result, failure: undefined };
  } catch (error) {
    if (!once && !abortSignal.aborted) onWarning(`${table} is not followed any more: ${(error as Error).message}`);
    return { table, result: undefined, failure: error as Error };
  }
}

/** What happens while a table is followed, in words; a warning if it should not be overlooked. */
function describeExportEvent(event: FollowByExportEvent): { readonly note?: string; readonly warning?: string } {
  const { table } = event;
  switch (event.kind) {
    case 'export started':
      return { note: `${table}: ${exported(event)}: started` };
    case 'export found':
      return { note: `${table}: ${exported(event)}: started by an earlier run` };
    case 'export archived':
      return { note: `${table}: ${exported(event)}: archived, ${count(event.items, 'item')}` };
    case 'gap': {
      const [from, until] = [event.gap.from ?? event.gap.until, event.gap.until].map((time) =>
        zonedTime(new Date(time)),
      );
      return { warning: `${table}: changes from ${from} to ${until} are missing. No time between the two is claimed.` };
    }
    case 'export failed':
      return { warning: `${table}: an export failed, and another one is tried. ${event.error.message}` };
  }
}

function exported({ from, to }: { readonly from: Date | undefined; readonly to: Date }): string {
  return from === undefined ? `full export of ${zonedTime(to)}` : `changes from ${zonedTime(from)} to ${zonedTime(to)}`;
}

function describeEnd({ table, result, failure }: Ended): Outcome {
  const { exports = [], items = 0, bytes = 0, gaps = 0, reached } = result ?? {};
  return {
    result: { table, exports: exports.length, items, bytes, gaps, reached: reached ?? null },
    lines: [
      `${table}: ${summary(exports.length, items, bytes)}`,
      `  ${reached === undefined ? 'nothing to restore yet' : `restorable up to the end of a window at ${zonedTime(reached)}`}`,
    ],
    failure: failure?.message,
    error: failure,
  };
}

function describeAll(ended: readonly Ended[], once: boolean): Outcome {
  const sum = (of: (result: FollowByExportResult) => number): number =>
    ended.reduce((all, { result }) => all + (result === undefined ? 0 : of(result)), 0);
  const [exports, items, bytes] = [
    sum((each) => each.exports.length),
    sum((each) => each.items),
    sum((each) => each.bytes),
  ];
  const of = `of ${count(ended.length, 'table')}${once ? '' : '; stopped on request'}`;
  return {
    result: { table: null, tables: ended.length, exports, items, bytes },
    isSummary: true,
    lines: [`${summary(exports, items, bytes)}, ${of}`],
  };
}

function summary(exports: number, items: number, bytes: number): string {
  return `${count(exports, 'export')} archived, ${count(items, 'item')}, ${size(bytes)}`;
}
