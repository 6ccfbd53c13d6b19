import type { BackupManifest } from '../../backup/format/manifest.ts';
import { TimeNotArchivedError } from '../errors.ts';
import { type ChainedExport, type ExportRun, endOf } from '../read/export-chain.ts';
import type { ArchivedPoint } from '../read/points.ts';
import type { ArchivedRange, TableArchive } from '../read/table-archive.ts';

/** Why seconds between others are missing. */
export const ENDS_OF_WINDOWS = 'Of exports, the archive reaches only the ends of windows.';

/**
 * What a stream, or a pruning of it, gives the state of a table by.
 *
 * - `range`: a start, which is a base and merged changes, and the changes of a stream after it
 * - `state`: what a pruning has kept of that second alone: a backup, and merged changes
 */
export type StreamSource =
  | { readonly kind: 'range'; readonly range: ArchivedRange }
  | { readonly kind: 'state'; readonly point: ArchivedPoint };

/** A full export, and incremental ones whose last one ends at the second in question. */
export interface ExportSource {
  readonly kind: 'exports';
  readonly full: ChainedExport;
  readonly increments: readonly ChainedExport[];
}

/** What gives the state of a table at a second. */
export type ArchiveSource = StreamSource | ExportSource;

/** What a state begins with: a backup, or a full export. */
export interface Beginning {
  /** The name of a data file, or of an export's folder. */
  readonly name: string;
  /** Of the data file, or of the export's manifest-summary.json. */
  readonly sha256: string;
  readonly items: number;
  /** As they are stored. */
  readonly bytes: number;
  readonly table: BackupManifest['table'];
}

export function beginningOf(source: ArchiveSource): Beginning {
  if (source.kind === 'exports') {
    const { export: exported, settings } = source.full.note;
    const { folder, manifests, items, bytes } = exported;
    // A full export without settings is broken, and no source.
    return { name: folder, sha256: manifests.summary, items, bytes, table: settings as BackupManifest['table'] };
  }
  const { name, manifest } = source.kind === 'range' ? source.range.base : source.point.base;
  const { file, items, table } = manifest;
  return { name, sha256: file.sha256, items, bytes: file.bytes, table };
}

/**
 * What gives the state of a table at a second. Of several bases it is the newest one, which has the fewest changes after it. A state that was
 * kept is the last choice, since it lacks changes that came late. Exports give the ends of their windows.
 * @param at in milliseconds since 1970, a whole second
 * @throws TimeNotArchivedError
 */
export function sourceAt(archive: TableArchive, at: number): ArchiveSource {
  const range = archive.ranges.findLast(({ from, to }) => from <= at && at <= to);
  if (range !== undefined) return { kind: 'range', range };
  const exported = exportsAt(archive, at);
  if (exported !== undefined) return exported;
  const point = pointAt(archive, at);
  if (point !== undefined) return { kind: 'state', point };
  throw notArchivedAt(archive, at);
}

/** What gives the states of a table at two seconds, without a gap between them; undefined if nothing does. */
export function sourceOver(archive: TableArchive, from: number, to: number): ArchiveSource | undefined {
  const range = archive.ranges.findLast((each) => each.from <= from && to <= each.to);
  if (range !== undefined) return { kind: 'range', range };
  const runs = archive.exports.flatMap((chain) => unbroken(chain.runs));
  const run = runs.findLast((each) => {
    const points = [each.full, ...each.increments].map(endOf);
    return points.includes(from) && points.includes(to);
  });
  if (run === undefined) return undefined;
  return { kind: 'exports', full: run.full, increments: run.increments.filter((each) => endOf(each) <= to) };
}

/** Each run with the changes of those after it, as long as the next full export is of the instant at which the changes before it end. */
function unbroken(runs: readonly ExportRun[]): readonly ExportRun[] {
  return runs.map((run, index) => {
    const increments = [...run.increments];
    for (const next of runs.slice(index + 1)) {
      const isNext = next.full.note.gap === null && endOf(next.full) === endOf(increments.at(-1) ?? run.full);
      if (!isNext) break;
      increments.push(...next.increments);
    }
    return { full: run.full, increments };
  });
}

/** Of several full exports the newest one, which has the fewest incremental ones after it. */
export function exportsAt({ exports }: Pick<TableArchive, 'exports'>, at: number): ExportSource | undefined {
  for (const { full, increments } of exports.flatMap(({ runs }) => runs).reverse()) {
    if (endOf(full) === at) return { kind: 'exports', full, increments: [] };
    const last = increments.findIndex((each) => endOf(each) === at);
    if (last >= 0) return { kind: 'exports', full, increments: increments.slice(0, last + 1) };
  }
  return undefined;
}

/** The instants of which exports give the state, in milliseconds since 1970. */
export function exportPointsOf({ exports }: Pick<TableArchive, 'exports'>): readonly number[] {
  return exports.flatMap(({ runs }) => runs.flatMap(({ full, increments }) => [full, ...increments].map(endOf)));
}

/** What is stored of a second; of several the one with the fewest merged changes. */
function pointAt({ points }: Pick<TableArchive, 'points'>, at: number): ArchivedPoint | undefined {
  const [first, ...others] = points.filter((point) => point.at === at);
  return others.reduce((least, each) => {
    return least !== undefined && least.increments.length <= each.increments.length ? least : each;
  }, first);
}

/** Seconds that can be restored, but not the seconds around them: in milliseconds since 1970, in order. */
export function pointsOf(archive: TableArchive): readonly number[] {
  const { ranges, points } = archive;
  const isAlone = (at: number): boolean => !ranges.some(({ from, to }) => from <= at && at <= to);
  const all = [...points.map(({ at }) => at), ...exportPointsOf(archive)];
  return [...new Set(all)].filter(isAlone).sort((a, b) => a - b);
}

/** Why a second cannot be restored, with the nearest ones that can. */
export function notArchivedAt(archive: TableArchive, at: number): TimeNotArchivedError {
  const { table, ranges } = archive;
  const points = pointsOf(archive);
  if (ranges.length === 0 && points.length === 0) {
    return new TimeNotArchivedError(table, `The archive has no second yet at which table ${table} is known.`, [
      'It has one once a base is made, and the changes after it are archived; or once an export is complete.',
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
    archive.exports.length === 0
      ? ['Name one of these, or another second of the archive.']
      : [ENDS_OF_WINDOWS, 'Name one of these, or another second of the archive.'],
  );
}
