import { type ArchivedTableSummary, archivedTables, listArchive, type RestorableTime } from '@cumulus/dynamodb/archive';
import type { Context, Outcome, Task } from '../../../command.ts';
import { count, duration, size, zonedTime } from '../../../output/format.ts';
import { tableFilter } from '../../../tables/table-filter.ts';
import { notArchived } from '../chosen-tables.ts';
import { describePayloads } from '../describe-payloads.ts';
import { requireArchive } from '../options.ts';
import type { ListOptions } from './options.ts';

/** So many seconds that stand alone are named; JSON has all of them. */
const MAX_POINTS = 7;

export async function runList(options: ListOptions, { s3, abortSignal, onWarning }: Context): Promise<readonly Task[]> {
  const location = requireArchive(options);
  const tables = await listArchive(location, { s3, tables: tableFilter(options), abortSignal });
  if (tables.length === 0 && options.table === undefined)
    onWarning(`There is no such table in the archive ${location}.`);
  const missing = (options.table ?? []).filter((name) => tables.every(({ table }) => table !== name));
  const known = missing.length === 0 ? [] : await archivedTables(location, { s3, abortSignal });
  return [
    ...tables.map((summary): Task => ({ table: summary.table, run: async () => [describeTable(summary)] })),
    ...missing.map((table): Task => ({ table, run: () => notArchived(location, table, known) })),
    { table: null, run: async () => [describeAll(tables)] },
  ];
}

function describeTable(summary: ArchivedTableSummary): Outcome {
  const { table, restorable, bases, gaps, segments, changes, late, lag, broken, problem } = summary;
  const { changeBytes, storedBytes, pointersToS3, payloads, points, exports } = summary;
  if (problem !== undefined) return { result: { table }, lines: [`${table}: damaged`], failure: problem };
  const held = gaps.flatMap(({ from, until }) => (from === undefined ? [] : [{ from, until }]));
  const warnings = [
    ...(held.length === 0 ? [] : [describeGaps(table, held)]),
    ...(broken.length === 0 ? [] : [describeBroken(table, broken)]),
  ];
  return {
    result: {
      table,
      restorable: restorable.map(timeFields),
      points,
      bases: bases.map((base) => ({
        ...base,
        restorable: base.restorable === undefined ? null : timeFields(base.restorable),
      })),
      exports,
      gaps: gaps.map(({ from, until }) => ({ from: from ?? null, until })),
      segments,
      changes,
      changeBytes,
      storedBytes,
      pointersToS3,
      payloads: payloads ?? null,
      late,
      lag: lag === undefined ? null : lag / 1000,
      broken,
    },
    lines: [
      ...describeTimes(summary),
      ...(lag === undefined ? [] : [`  ${duration(lag / 1000)} behind`]),
      ...bases.map(
        ({ file, items, bytes, restorable: own }) =>
          `  base ${file}: ${count(items, 'item')}, ${size(bytes)}, ${own === undefined ? 'no second yet' : timeText(own)}`,
      ),
      ...exports.map(
        ({ folder, from, to, windows, bytes }) =>
          `  export ${folder}: ${zonedTime(from)} and the ends of ${count(windows, 'window')} up to ${zonedTime(to)}, ${size(bytes)}`,
      ),
      `  ${count(changes, 'change')} in ${count(segments, 'segment')}, ${size(changeBytes)} as text, ${late} late`,
      `  ${size(storedBytes)} stored, with the bases`,
      ...describePayloads(payloads, pointersToS3 + bases.reduce((sum, base) => sum + base.pointersToS3, 0)),
    ],
    warning: warnings.length === 0 ? undefined : warnings.join('\n'),
  };
}

/** What can be restored: seconds in a row, and seconds that stand alone. */
function describeTimes({ table, restorable, points, broken }: ArchivedTableSummary): readonly string[] {
  const alone = points.length === 0 ? [] : [`${count(points.length, 'second')} alone: ${pointsText(points)}`];
  const nothing = broken.length === 0 ? 'nothing to restore yet' : 'nothing to restore';
  if (restorable.length === 0) return [`${table}: ${alone[0] ?? nothing}`];
  return [`${table}: ${restorable.map(timeText).join('; ')}`, ...alone.map((text) => `  and ${text}`)];
}

function describeGaps(table: string, gaps: readonly { readonly from: Date; readonly until: Date }[]): string {
  const times = gaps.map(({ from, until }) => `  from ${zonedTime(from)} to ${zonedTime(until)}`);
  return [`${table}: changes may be missing, and no second of these times can be restored:`, ...times].join('\n');
}

function describeBroken(table: string, broken: ArchivedTableSummary['broken']): string {
  const files = broken.map(({ file, problem }) => `  ${file}: ${problem}`);
  return [`${table}: these files cannot be used. Take them from another copy of the archive:`, ...files].join('\n');
}

function timeFields({ from, to, isOpen }: RestorableTime): object {
  return { from, to, isOpen };
}

/** `2026-11-29T20:32:00Z to 2026-11-30T01:00:00Z` */
function timeText({ from, to }: RestorableTime): string {
  return `${zonedTime(from)} to ${zonedTime(to)}`;
}

/** The newest of them, so that years of days are still a line. */
function pointsText(points: readonly Date[]): string {
  const named = points.slice(-MAX_POINTS).map(zonedTime);
  return `${points.length > MAX_POINTS ? '…, ' : ''}${named.join(', ')}`;
}

function describeAll(tables: readonly ArchivedTableSummary[]): Outcome {
  const sum = (of: (table: ArchivedTableSummary) => number): number => tables.reduce((all, each) => all + of(each), 0);
  const [changes, segments, changeBytes, storedBytes] = [
    sum((each) => each.changes),
    sum((each) => each.segments),
    sum((each) => each.changeBytes),
    sum((each) => each.storedBytes),
  ];
  return {
    result: { table: null, tables: tables.length, changes, segments, changeBytes, storedBytes },
    isSummary: true,
    lines: [`${count(changes, 'change')} of ${count(tables.length, 'table')}, ${size(storedBytes)}`],
  };
}
