import { TimeNotArchivedError } from '../errors.ts';
import type { ArchiveBase, ArchivedPoint } from '../read/points.ts';
import type { ArchivedRange, TableArchive } from '../read/table-archive.ts';

/**
 * What gives the state of a table at a second.
 *
 * - `range`: a start, which is a base and merged changes, and the changes of a stream after it
 * - `state`: what a pruning has kept of that second alone: a backup, and merged changes
 */
export type ArchiveSource =
  | { readonly kind: 'range'; readonly range: ArchivedRange }
  | { readonly kind: 'state'; readonly point: ArchivedPoint };

/** The backup whose items a state begins with. */
export function baseOf(source: ArchiveSource): ArchiveBase {
  return source.kind === 'range' ? source.range.base : source.point.base;
}

/**
 * What gives the state of a table at a second. Of several bases it is the newest one, which has the fewest changes after it. A state that was
 * kept is the last choice, since it lacks changes that came late.
 * @param at in milliseconds since 1970, a whole second
 * @throws TimeNotArchivedError
 */
export function sourceAt(archive: TableArchive, at: number): ArchiveSource {
  const range = archive.ranges.findLast(({ from, to }) => from <= at && at <= to);
  if (range !== undefined) return { kind: 'range', range };
  const point = pointAt(archive, at);
  if (point !== undefined) return { kind: 'state', point };
  throw notArchivedAt(archive, at);
}

/** What is stored of a second; of several the one with the fewest merged changes. */
function pointAt({ points }: Pick<TableArchive, 'points'>, at: number): ArchivedPoint | undefined {
  const [first, ...others] = points.filter((point) => point.at === at);
  return others.reduce((least, each) => {
    return least !== undefined && least.increments.length <= each.increments.length ? least : each;
  }, first);
}

/** Seconds that can be restored, but not the seconds around them: in milliseconds since 1970, in order. */
export function pointsOf({ ranges, points }: TableArchive): readonly number[] {
  const isAlone = (at: number): boolean => !ranges.some(({ from, to }) => from <= at && at <= to);
  return [...new Set(points.map(({ at }) => at))].filter(isAlone).sort((a, b) => a - b);
}

/** Why a second cannot be restored, with the nearest ones that can. */
export function notArchivedAt(archive: TableArchive, at: number): TimeNotArchivedError {
  const { table, ranges } = archive;
  const points = pointsOf(archive);
  if (ranges.length === 0 && points.length === 0) {
    return new TimeNotArchivedError(table, `The archive has no second yet at which table ${table} is known.`, [
      'It has one once a base is made, and the changes after it are archived.',
    ]);
  }
  const before = Math.max(...[...ranges.map(({ to }) => to), ...points].filter((time) => time < at));
  const after = Math.min(...[...ranges.map(({ from }) => from), ...points].filter((time) => time > at));
  const nearest = [
    ...(Number.isFinite(before) ? [`the last second before it is ${new Date(before).toISOString()}`] : []),
    ...(Number.isFinite(after) ? [`the first after it is ${new Date(after).toISOString()}`] : []),
  ];
  return new TimeNotArchivedError(
    table,
    `The archive does not have the state of table ${table} at ${new Date(at).toISOString()}: ${nearest.join(', ')}.`,
    ['Name one of these, or another second of the archive.'],
  );
}
