import { type ArchivedTableSummary, listArchive, type RestorableTime } from '@cumulus/dynamodb/archive';
import type { Context, Outcome, Task } from '../../../command.ts';
import { count, duration, size, zonedTime } from '../../../output/format.ts';
import { chosenTables } from '../chosen-tables.ts';
import { requireArchive } from '../options.ts';
import type { ListOptions } from './options.ts';

export async function runList(options: ListOptions, { s3, abortSignal, onWarning }: Context): Promise<readonly Task[]> {
  const location = requireArchive(options);
  const run = async (): Promise<readonly Outcome[]> => {
    const tables = await listArchive(location, { s3, tables: chosenTables(options), abortSignal });
    if (tables.length === 0) onWarning(`There is no such table in the archive ${location}.`);
    return [...tables.map(describeTable), describeAll(tables)];
  };
  return [{ table: null, run }];
}

function describeTable(summary: ArchivedTableSummary): Outcome {
  const { table, restorable, bases, gaps, segments, changes, changeBytes, pointersToS3, late, lag, problem } = summary;
  return {
    result: {
      table,
      restorable: restorable.map(timeFields),
      bases: bases.map((base) => ({
        ...base,
        restorable: base.restorable === undefined ? null : timeFields(base.restorable),
      })),
      gaps: gaps.map(({ from, until }) => ({ from: from ?? null, until })),
      segments,
      changes,
      changeBytes,
      pointersToS3,
      late,
      lag: lag === undefined ? null : lag / 1000,
    },
    lines: [
      `${table}: ${restorable.length === 0 ? 'nothing to restore yet' : restorable.map(timeText).join('; ')}`,
      ...(lag === undefined ? [] : [`  ${duration(lag / 1000)} behind`]),
      ...bases.map(
        ({ file, items, bytes, restorable: own }) =>
          `  base ${file}: ${count(items, 'item')}, ${size(bytes)}${own === undefined ? '' : `, ${timeText(own)}`}`,
      ),
      ...gaps.flatMap(({ from, until }) =>
        from === undefined ? [] : [`  gap: ${zonedTime(from)} to ${zonedTime(until)}`],
      ),
      `  ${count(changes, 'change')} in ${count(segments, 'segment')}, ${size(changeBytes)}, ${late} late`,
      ...describePayloads(summary),
    ],
    failure: problem,
  };
}

/** That the archive does not have what changes and items point to; no line if they point to nothing. */
function describePayloads({ pointersToS3, bases }: ArchivedTableSummary): readonly string[] {
  const inBases = bases.map((base) => base.pointersToS3).filter((pointers) => pointers > 0);
  if (pointersToS3 === 0 && inBases.length === 0) return [];
  const places = [...inBases.map((pointers) => `${pointers} of a base`), `${pointersToS3} of changes`];
  return [`  pointers to objects in S3, which are not in it: ${places.join(', ')}`];
}

function timeFields({ from, to, isOpen }: RestorableTime): object {
  return { from, to, isOpen };
}

/** `2026-11-29T20:32:00Z to 2026-11-30T01:00:00Z` */
function timeText({ from, to }: RestorableTime): string {
  return `${zonedTime(from)} to ${zonedTime(to)}`;
}

function describeAll(tables: readonly ArchivedTableSummary[]): Outcome {
  const sum = (of: (table: ArchivedTableSummary) => number): number => tables.reduce((all, each) => all + of(each), 0);
  const [changes, segments, changeBytes] = [
    sum((each) => each.changes),
    sum((each) => each.segments),
    sum((each) => each.changeBytes),
  ];
  return {
    result: { table: null, tables: tables.length, changes, segments, changeBytes },
    isSummary: true,
    lines: [`${count(changes, 'change')} of ${count(tables.length, 'table')}, ${size(changeBytes)}`],
  };
}
