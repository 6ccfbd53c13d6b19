import { parseArchiveName } from '../format/names.ts';
import type { ProvedFile } from '../format/segment.ts';
import type { ShardArchive, StreamArchive } from '../read/stream-archive.ts';
import type { ArchiveBase, ArchivedRange, TableArchive } from '../read/table-archive.ts';
import { timeOfState } from '../state/plan-state.ts';
import { shardsSince } from '../state/read-changes.ts';
import type { KeepOptions } from './options.ts';

/** What is to become of a table's archive. */
export interface PrunePlan {
  /** Seconds whose states are to be written into backups, in milliseconds since 1970, in order. */
  readonly points: readonly number[];
  /** Backups that go: bases and states that are kept no longer. */
  readonly backups: readonly ArchiveBase[];
  readonly streams: readonly PrunedStream[];
}

/** Shards of a stream that go. */
export interface PrunedStream {
  readonly stream: StreamArchive;
  readonly shards: readonly ShardArchive[];
  /** The last segments that shards which stay follow. */
  readonly ends: readonly ProvedFile[];
  /** Up to when their changes go: in milliseconds since 1970. */
  readonly until: number;
}

const DAY = 86_400_000;

/**
 * Plans what stays: every second of the last `within`, counted from the last second that can be restored; and of so many days and months
 * before, the last second of each. Undefined if there is nothing to count from.
 */
export function planPrune(archive: TableArchive, keep: KeepOptions): PrunePlan | undefined {
  const { ranges, bases, states, streams } = archive;
  const last = Math.max(...ranges.map(({ to }) => to));
  if (ranges.length === 0) return undefined;
  const keptRanges = rangesSince(ranges, last - keep.within);
  const keptFrom = Math.min(...keptRanges.map(({ from }) => from));
  const kept = new Set(keptRanges.map(({ base }) => base.name));
  const newest = bases.at(-1)?.name;
  const wanted = pointsOf(ranges, states, keep);
  const existing = new Set(states.map(timeOfState));
  const points = [...wanted].filter((at) => at < keptFrom && !existing.has(at)).sort((a, b) => a - b);
  const isOld = (base: ArchiveBase): boolean =>
    !kept.has(base.name) && base.name !== newest && Date.parse(base.manifest.scan.endedAt) < keptFrom;
  return {
    points,
    backups: [...bases.filter(isOld), ...states.filter((state) => !wanted.has(timeOfState(state)))],
    streams: streams.flatMap((stream) => prunedStream(stream, keptRanges) ?? []),
  };
}

/** Of the ranges that reach into the kept time, those that are needed for it: of several that cover its beginning the newest. */
function rangesSince(ranges: readonly ArchivedRange[], cutoff: number): readonly ArchivedRange[] {
  const reaching = ranges.filter(({ to }) => to >= cutoff);
  const covering = reaching.filter(({ from }) => from <= cutoff).at(-1);
  return reaching.filter((range) => range === covering || range.from > cutoff);
}

/** The last second of each of the last days and months that have any. */
function pointsOf(
  ranges: readonly ArchivedRange[],
  states: readonly ArchiveBase[],
  { daily = 0, monthly = 0 }: KeepOptions,
): ReadonlySet<number> {
  const days = new Map<string, number>();
  const months = new Map<string, number>();
  const add = (at: number): void => {
    const day = new Date(at).toISOString().slice(0, 10);
    const month = day.slice(0, 7);
    days.set(day, Math.max(days.get(day) ?? 0, at));
    months.set(month, Math.max(months.get(month) ?? 0, at));
  };
  for (const state of states) add(timeOfState(state));
  for (const { from, to } of ranges) {
    for (let day = from - (from % DAY); day <= to; day += DAY) add(Math.min(day + DAY - 1000, to));
  }
  const lastOf = (points: ReadonlyMap<string, number>, count: number): readonly number[] =>
    count === 0 ? [] : [...points.values()].sort((a, b) => a - b).slice(-count);
  return new Set([...lastOf(days, daily), ...lastOf(months, monthly)]);
}

/** Shards that no kept range reads. One whose child has nothing yet stays, since it says how far that was read. */
function prunedStream(stream: StreamArchive, ranges: readonly ArchivedRange[]): PrunedStream | undefined {
  const sinces = ranges
    .filter((range) => range.stream === stream)
    .map(({ base }) => Date.parse(base.manifest.scan.startedAt) - stream.settle);
  if (sinces.length === 0) return undefined;
  const needed = shardsSince(stream, Math.min(...sinces));
  const isReplaced = ({ id }: ShardArchive): boolean => {
    const children = stream.shards.filter(({ parent }) => parent === id);
    return children.length > 0 && children.every(({ head }) => head !== undefined);
  };
  const shards = stream.shards.filter(
    (shard) => !needed.has(shard.id) && shard.head?.header.ended === true && isReplaced(shard),
  );
  if (shards.length === 0 && stream.leftShards.length === 0) return undefined;
  const gone = new Set(shards.map(({ id }) => id));
  const followed = new Set(stream.shards.filter(({ id }) => !gone.has(id)).map(({ parent }) => parent));
  const isFollowed = ({ name }: ProvedFile): boolean => followed.has(parseArchiveName(name)?.shard ?? '');
  const heads = shards.flatMap(({ head }) => (head === undefined ? [] : [{ name: head.name, sha256: head.sha256 }]));
  const ends = [...(stream.pruned?.ends ?? []), ...heads].filter(isFollowed);
  const latest = Math.max(0, ...shards.map(({ head }) => head?.header.latest ?? 0));
  const before = stream.pruned === undefined ? 0 : Date.parse(stream.pruned.until);
  return { stream, shards, ends, until: Math.max(before, (latest + 1) * 1000) };
}
