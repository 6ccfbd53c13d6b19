import { datedFileName } from '../../backup/format/file-names.ts';
import { mergedName } from '../format/names.ts';
import type { ProvedFile } from '../format/segment.ts';
import type { MergedChanges } from '../read/merged-changes.ts';
import { type ArchivedPoint, provedBase, type Start, timeOf } from '../read/points.ts';
import type { ArchivedRange, TableArchive } from '../read/table-archive.ts';
import { type ExportSource, exportsAt, type StreamSource } from '../state/plan-state.ts';

/** A file that is to be written, so that a second stays. */
export interface PlannedFile {
  readonly name: string;
  readonly at: number;
  /** What it is made of. Of merged changes the base is left out. */
  readonly source: StreamSource | ExportSource;
  /** The second after which its changes begin, in milliseconds since 1970; undefined for a backup, which has everything. */
  readonly after: number | undefined;
  /** The kept second whose state merged changes are applied to; undefined if that is the base of the source. */
  readonly previous: number | undefined;
  /** The label of the stream that it belongs to; undefined if exports gave it. */
  readonly label: string | undefined;
  /** What merged changes that are there already name as their previous ones, and this is put in place of. */
  replaces: ProvedFile | null;
}

/** What each kept second is given by. */
export interface PointsPlan {
  /** To be written, in this order. */
  readonly writes: readonly PlannedFile[];
  /** The seconds with what is there for them already, and stays. */
  readonly present: ReadonlyMap<number, PresentFile>;
  /** Backups that merged changes are applied to. */
  readonly roots: readonly PresentFile[];
}

export interface PresentFile extends ProvedFile {
  /** The label of the stream that it belongs to. */
  readonly label: string | undefined;
  /** What it is in the place of. */
  readonly replaces: ProvedFile | null;
}

/** What gives a second: what is stored of it, or a range with the changes of its stream. */
interface Candidate {
  readonly start: Start;
  readonly range: ArchivedRange | undefined;
}

/** How the state of a second is made out of an earlier one. */
interface Link {
  /** The kept second before it; undefined if it is made out of the base. */
  readonly previous: number | undefined;
  /** What comes after that. */
  readonly source: StreamSource;
  /** All of that, if it is one file which is there. */
  readonly single: MergedChanges | undefined;
}

/** A backup takes the place of merged changes that follow another one once these have more than this share of its bytes. */
const MAX_INCREMENT = 0.5;

/**
 * Plans how each of some seconds is kept: by merged changes since the kept second before it, if no gap lies between the two. The first ones
 * follow a base. What is there already stays where it fits. A second that only exports give is kept by a backup.
 * @param seconds in milliseconds since 1970, in order
 */
export function planPoints(archive: TableArchive, seconds: readonly number[]): PointsPlan {
  const planner = new PointsPlanner(archive);
  for (const at of seconds) planner.keep(at);
  return planner;
}

class PointsPlanner implements PointsPlan {
  readonly writes: PlannedFile[] = [];
  readonly present = new Map<number, PresentFile>();
  readonly #archive: TableArchive;
  readonly #roots = new Map<string, PresentFile>();
  readonly #earlier: number[] = [];

  constructor(archive: TableArchive) {
    this.#archive = archive;
  }

  get roots(): readonly PresentFile[] {
    return [...this.#roots.values()];
  }

  keep(at: number): void {
    const candidates = candidatesOf(this.#archive, at);
    const state = candidates.find(({ start, range }) => range === undefined && start.increments.length === 0);
    const exported = candidates.length === 0 ? exportsAt(this.#archive, at) : undefined;
    if (state !== undefined) this.present.set(at, presentBase(state.start));
    else if (exported !== undefined) this.writes.push(backupOf(this.#archive, at, exported));
    else this.#link(at, linkOf(candidates, this.#earlier) ?? linkToBase(candidates));
    this.#earlier.push(at);
  }

  #link(at: number, { previous, source, single }: Link): void {
    const { base, label } = startOf(source);
    const planned = this.writes.find((write) => write.at === previous);
    const before = previous === undefined ? undefined : this.present.get(previous);
    const isLinked = previous === undefined || planned !== undefined || isNamed(single?.header.previous, before);
    const ofStream = label ?? (source.kind === 'range' ? source.range.stream.stream.label : undefined) ?? '';
    let isBackup = false;
    if (single !== undefined && isLinked) {
      const { replaces } = single.header;
      this.present.set(at, { name: single.name, sha256: single.sha256, label: ofStream, replaces });
      if (planned !== undefined) planned.replaces = single.header.previous;
    } else {
      isBackup = previous === undefined && bytesOf(source) > base.manifest.file.bytes * MAX_INCREMENT;
      const after = isBackup ? undefined : (previous ?? beginningOf(source));
      const { table } = this.#archive;
      const name =
        after === undefined
          ? datedFileName(table, new Date(at), { gzip: true })
          : mergedName({ table, label: ofStream }, after, at);
      this.writes.push({ name, at, source, after, previous, label: ofStream, replaces: null });
    }
    if (previous === undefined && !isBackup)
      this.#roots.set(base.name, { ...presentBase(startOf(source)), label: ofStream });
  }
}

/** A second that only exports give, as a backup. */
function backupOf({ table }: TableArchive, at: number, source: ExportSource): PlannedFile {
  const name = datedFileName(table, new Date(at), { gzip: true });
  return { name, at, source, after: undefined, previous: undefined, label: undefined, replaces: null };
}

/** What is stored of a second, that with the fewest merged changes first; and ranges that have it, the newest first. */
function candidatesOf({ points, ranges }: TableArchive, at: number): readonly Candidate[] {
  const stored = points.filter((point) => point.at === at);
  const having = ranges.filter(({ from, to }) => from <= at && at <= to);
  return [
    ...stored.sort((a, b) => a.increments.length - b.increments.length).map((start) => ({ start, range: undefined })),
    ...having.reverse().map((range) => ({ start: range, range })),
  ];
}

/** The link to the nearest of some earlier seconds; undefined if there is none. */
function linkOf(candidates: readonly Candidate[], earlier: readonly number[]): Link | undefined {
  const first = Math.min(...candidates.map(firstSecondOf));
  for (let index = earlier.length - 1; index >= 0; index -= 1) {
    const previous = earlier[index] as number;
    if (previous < first) return undefined;
    const links = candidates.flatMap((candidate) => linkBetween(candidate, previous) ?? []);
    const link = links.find(({ single }) => single !== undefined) ?? links[0];
    if (link !== undefined) return link;
  }
  return undefined;
}

function firstSecondOf({ start, range }: Candidate): number {
  const stored = [timeOfBase(start), ...start.increments.map(timeOf)].filter((time) => time !== undefined);
  return Math.min(...stored, ...(range === undefined ? [] : [range.from]));
}

function linkBetween({ start, range }: Candidate, previous: number): Link | undefined {
  if (range !== undefined && range.from <= previous) {
    const after = previous / 1000;
    const rest = { ...range, increments: [], at: previous, since: previous + 1000, after };
    return { previous, source: { kind: 'range', range: rest }, single: undefined };
  }
  const { increments } = start;
  const index = timeOfBase(start) === previous ? 0 : increments.findIndex((each) => timeOf(each) === previous) + 1;
  const isOnTheWay = index > 0 || timeOfBase(start) === previous;
  return isOnTheWay ? { previous, ...restOf({ start, range }, increments.slice(index)) } : undefined;
}

/** The first candidate's. @throws RangeError if there is none */
function linkToBase([candidate]: readonly Candidate[]): Link {
  if (candidate === undefined) throw new RangeError('A second is to stay that cannot be restored.');
  return { previous: undefined, ...restOf(candidate, candidate.start.increments) };
}

function restOf({ start, range }: Candidate, increments: readonly MergedChanges[]): Pick<Link, 'source' | 'single'> {
  if (range !== undefined) return { source: { kind: 'range', range: { ...range, increments } }, single: undefined };
  const point = { ...(start as ArchivedPoint), increments };
  return { source: { kind: 'state', point }, single: increments.length === 1 ? increments[0] : undefined };
}

function startOf(source: StreamSource): Start {
  return source.kind === 'range' ? source.range : source.point;
}

/** The second that a backup is the state of, in milliseconds since 1970; undefined if it was read from the live table. */
function timeOfBase({ base }: Start): number | undefined {
  const { fromArchive, scan } = base.manifest;
  return fromArchive === undefined ? undefined : Date.parse(scan.endedAt);
}

/** The second after which the changes of a source count, in milliseconds since 1970. */
function beginningOf(source: StreamSource): number {
  const start = startOf(source);
  const [first] = start.increments;
  if (first !== undefined) return Date.parse(first.header.after);
  return source.kind === 'range' ? source.range.after * 1000 : source.point.at;
}

/** Bytes of merged changes, of which several are to become one. */
function bytesOf(source: StreamSource): number {
  return startOf(source).increments.reduce((sum, { bytes }) => sum + bytes, 0);
}

function presentBase({ base, label }: Start): PresentFile {
  return { ...provedBase(base), label, replaces: base.manifest.fromArchive?.replaces ?? null };
}

function isNamed(previous: ProvedFile | undefined, file: PresentFile | undefined): boolean {
  return [file, file?.replaces].some((each) => each?.name === previous?.name && each?.sha256 === previous?.sha256);
}
