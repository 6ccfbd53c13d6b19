import { timeBefore } from '../../backup/catalogue/retention.ts';
import { kindOf } from '../../backup/format/file-names.ts';
import type { ArchiveBase } from '../read/points.ts';
import type { StreamArchive } from '../read/stream-archive.ts';
import type { ArchivedRange, TableArchive } from '../read/table-archive.ts';
import { exportPointsOf } from '../state/plan-state.ts';
import { keptSeconds } from './kept-seconds.ts';
import type { KeepSeconds } from './options.ts';
import { type PointsPlan, planPoints } from './plan-points.ts';
import { type PrunedExports, prunableExports } from './prunable-exports.ts';
import { describePruned, type PrunedStream, prunableShards } from './prunable-shards.ts';

/** What is to become of a table's archive. */
export interface PrunePlan {
  /** From here on every second stays, up to the last one: in milliseconds since 1970. */
  readonly wholeFrom: number;
  readonly to: number;
  /** The single seconds that stay, and why; in milliseconds since 1970, in order. */
  readonly seconds: readonly (readonly [at: number, reasons: readonly string[]])[];
  readonly points: PointsPlan;
  /** Backups and merged changes that go, those first that follow others. */
  readonly files: readonly RemovedFile[];
  readonly streams: readonly PrunedStream[];
  readonly exports: readonly PrunedExports[];
}

interface RemovedFile {
  readonly name: string;
  readonly isBackup: boolean;
}

/** After how long without a look at a stream nobody can read it any more, in milliseconds: twice the time for which it has its changes. */
const OVER_AFTER = 48 * 3_600_000;

/**
 * Plans what stays: every second of the last `within`, counted from the last second that can be restored, and single seconds before that.
 * Undefined if there is nothing to count from.
 * @param recent how much before the last second stays whole in any case, in milliseconds
 */
export function planPrune(archive: TableArchive, keep: KeepSeconds, recent: number): PrunePlan | undefined {
  const to = Math.max(...archive.ranges.map((range) => range.to), ...exportPointsOf(archive));
  if (!Number.isFinite(to)) return undefined;
  const spanned = keep.within === undefined ? to : timeBefore(new Date(to), keep.within).getTime();
  const cutoff = Math.floor(Math.min(spanned, to - recent) / 1000) * 1000;
  const reaching = rangesSince(archive.ranges, cutoff);
  const begun = reaching.map((range) => beginAt(range, cutoff, reaching));
  const exports = prunableExports(archive.exports, cutoff);
  const exported = exports.flatMap(({ stays }) => stays);
  const first = archive.ranges.length === 0 ? exported : exported.filter((at) => at >= cutoff);
  const wholeFrom = Math.min(...begun.map(({ from }) => from), ...first);
  const seconds = secondsToKeep(archive, keep, { cutoff, ranges: begun, exported: new Set(exported) });
  const points = planPoints(
    archive,
    seconds.map(([at]) => at),
  );
  return {
    ...{ wholeFrom, to, points },
    seconds: seconds.filter(([at]) => !isIn(begun, at)),
    files: filesToRemove(archive, points, { ranges: begun, cutoff }),
    streams: archive.streams.map((stream) => prunedStream(archive, stream, begun)),
    exports,
  };
}

/** The newest ranges that together have all seconds from a time on that any range has. */
function rangesSince(ranges: readonly ArchivedRange[], cutoff: number): readonly ArchivedRange[] {
  const chosen: ArchivedRange[] = [];
  for (const range of [...ranges].reverse()) {
    if (range.to >= cutoff && !isCovered(Math.max(range.from, cutoff), range.to, chosen)) chosen.push(range);
  }
  return chosen.reverse();
}

/** Whether some ranges have all seconds from one to another. */
function isCovered(from: number, to: number, ranges: readonly ArchivedRange[]): boolean {
  let next = from;
  for (const range of [...ranges].sort((a, b) => a.from - b.from)) {
    if (range.from <= next && range.to >= next) next = range.to + 1000;
  }
  return next > to;
}

/** The range from a later second on, if shards can go then. That second is to be kept as a point. */
function beginAt(range: ArchivedRange, cutoff: number, all: readonly ArchivedRange[]): ArchivedRange {
  if (range.from >= cutoff) return range;
  const others = all.filter((each) => each !== range && each.stream === range.stream).map(({ since }) => since);
  const countSince = (since: number): number => prunableShards(range.stream, Math.min(since, ...others), false).length;
  const since = cutoff + 1000;
  if (countSince(since) <= countSince(range.since)) return range;
  return { ...range, from: cutoff, at: cutoff, since, after: cutoff / 1000 };
}

interface KeptTimes {
  readonly cutoff: number;
  readonly ranges: readonly ArchivedRange[];
  /** Seconds that exports give, which stay. */
  readonly exported: ReadonlySet<number>;
}

/** The seconds to be kept as points: by rules, all that are in the kept time, and those at which ranges begin. */
function secondsToKeep(
  archive: TableArchive,
  keep: KeepSeconds,
  { cutoff, ranges, exported }: KeptTimes,
): PrunePlan['seconds'] {
  const seconds = new Map<number, readonly string[]>();
  const stays = (at: number): boolean => isIn(ranges, at) || exported.has(at);
  const points = [...archive.points.map(({ at }) => at), ...exportPointsOf(archive)];
  for (const [at, reasons] of keptSeconds({ ranges: archive.ranges, points }, keep)) {
    if (!stays(at)) seconds.set(at, reasons);
  }
  for (const { at } of archive.points) {
    if (at >= cutoff && !stays(at)) seconds.set(at, [...(seconds.get(at) ?? []), 'within the kept time']);
  }
  for (const { at } of ranges) if (at !== undefined) seconds.set(at, ['every second after it stays']);
  return [...seconds].sort(([a], [b]) => a - b);
}

function isIn(ranges: readonly ArchivedRange[], at: number): boolean {
  return ranges.some(({ from, to }) => from <= at && at <= to);
}

function filesToRemove(
  { bases, states, merged }: TableArchive,
  { present, roots, writes }: PointsPlan,
  { ranges, cutoff }: Pick<KeptTimes, 'ranges' | 'cutoff'>,
): readonly RemovedFile[] {
  const kept = new Set([...present.values(), ...roots, ...writes].map(({ name }) => name));
  for (const { base, at } of ranges) if (at === undefined) kept.add(base.name);
  const wholeFrom = ranges.length === 0 ? cutoff : Math.min(...ranges.map(({ from }) => from));
  const newest = bases.at(-1)?.name;
  const isOld = ({ name, manifest }: ArchiveBase): boolean =>
    name !== newest && kindOf(name) === 'dated' && Date.parse(manifest.scan.endedAt) < wholeFrom;
  const going = [
    ...bases.filter(isOld).map(({ name, manifest }) => ({ name, isBackup: true, at: manifest.scan.startedAt })),
    ...states.map(({ name, manifest }) => ({ name, isBackup: true, at: manifest.scan.startedAt })),
    ...merged.map(({ name, header }) => ({ name, isBackup: false, at: header.at })),
  ].filter(({ name }) => !kept.has(name));
  return going.sort((a, b) => Date.parse(b.at) - Date.parse(a.at)).map(({ name, isBackup }) => ({ name, isBackup }));
}

function prunedStream(
  { streams, ranges: all }: TableArchive,
  stream: StreamArchive,
  ranges: readonly ArchivedRange[],
): PrunedStream {
  const sinces = ranges.filter((range) => range.stream === stream).map(({ since }) => since);
  const since = sinces.length === 0 ? undefined : Math.min(...sinces);
  return describePruned(stream, prunableShards(stream, since, isOver(streams, stream, all)));
}

/** Whether a stream was replaced by another one that can be restored from, and nobody can read it any more. */
function isOver(streams: readonly StreamArchive[], stream: StreamArchive, ranges: readonly ArchivedRange[]): boolean {
  const later = streams.slice(streams.indexOf(stream) + 1);
  const to = Math.max(...ranges.filter((range) => later.includes(range.stream)).map((range) => range.to));
  const isEnded = stream.shards.every(({ head }) => head?.header.ended === true);
  return Number.isFinite(to) && (isEnded || (stream.readTo ?? 0) < to - OVER_AFTER);
}
