import { TimeNotArchivedError } from '../errors.ts';
import type { ArchivedRange, TableArchive } from '../read/table-archive.ts';

/**
 * The base and stream that give the state of a table at a second. Of several it is the newest base, which has the fewest changes after it.
 * @param at in milliseconds since 1970
 * @throws TimeNotArchivedError
 */
export function rangeAt({ table, ranges }: TableArchive, at: number): ArchivedRange {
  const range = ranges.findLast(({ from, to }) => from <= at && at <= to);
  if (range !== undefined) return range;
  const time = new Date(at).toISOString();
  if (ranges.length === 0) {
    throw new TimeNotArchivedError(table, `The archive has no second yet at which table ${table} is known.`, [
      'It has one once a base is made, and the changes after it are archived.',
    ]);
  }
  const before = Math.max(...ranges.filter(({ to }) => to < at).map(({ to }) => to));
  const after = Math.min(...ranges.filter(({ from }) => from > at).map(({ from }) => from));
  const nearest = [
    ...(Number.isFinite(before) ? [`the last second before it is ${new Date(before).toISOString()}`] : []),
    ...(Number.isFinite(after) ? [`the first after it is ${new Date(after).toISOString()}`] : []),
  ];
  throw new TimeNotArchivedError(
    table,
    `The archive does not have the state of table ${table} at ${time}: ${nearest.join(', ')}.`,
    ['Name one of these, or another second of the archive.'],
  );
}
