import { parseArchiveName } from '../format/names.ts';
import type { ProvedFile } from '../format/segment.ts';
import type { ShardArchive, StreamArchive } from '../read/stream-archive.ts';
import { shardsSince } from '../state/read-changes.ts';

/** Shards of a stream that go. */
export interface PrunedStream {
  readonly stream: StreamArchive;
  readonly shards: readonly ShardArchive[];
  /** The last segments that shards which stay follow. */
  readonly ends: readonly ProvedFile[];
  /** Up to when their changes go: in milliseconds since 1970. */
  readonly until: number;
}

/**
 * The shards of a stream that nothing needs any more. One whose children have nothing yet stays, since it says how far they were read.
 * @param since changes of this time and later are needed, in milliseconds since 1970; undefined if none are
 * @param isOver whether nothing comes into the stream any more, so that all of its shards may go
 */
export function prunableShards(
  stream: StreamArchive,
  since: number | undefined,
  isOver: boolean,
): readonly ShardArchive[] {
  if (since === undefined) return isOver ? stream.shards : [];
  const needed = shardsSince(stream, since);
  return stream.shards.filter(
    (shard) => !needed.has(shard.id) && shard.head?.header.ended === true && isFollowed(stream, shard),
  );
}

/** Whether all children of a shard are archived, those that are only listed too. */
function isFollowed({ shards, present = [] }: StreamArchive, { id }: ShardArchive): boolean {
  const archived = new Set(shards.filter(({ head }) => head !== undefined).map((shard) => shard.id));
  const children = [
    ...shards.filter(({ parent }) => parent === id).map((shard) => shard.id),
    ...present.filter(({ parentId }) => parentId === id).map((shard) => shard.id),
  ];
  return children.length > 0 && children.every((child) => archived.has(child));
}

/** What a note of the removal says. */
export function describePruned(stream: StreamArchive, shards: readonly ShardArchive[]): PrunedStream {
  const gone = new Set(shards.map(({ id }) => id));
  const followed = new Set(stream.shards.filter(({ id }) => !gone.has(id)).map(({ parent }) => parent));
  const isNeeded = ({ name }: ProvedFile): boolean => followed.has(parseArchiveName(name)?.shard ?? '');
  const heads = shards.flatMap(({ head }) => (head === undefined ? [] : [{ name: head.name, sha256: head.sha256 }]));
  const latest = Math.max(-1, ...shards.map(({ head }) => head?.header.latest ?? -1));
  const before = stream.pruned === undefined ? 0 : Date.parse(stream.pruned.until);
  return {
    stream,
    shards,
    ends: [...(stream.pruned?.ends ?? []), ...heads].filter(isNeeded),
    until: Math.max(before, (latest + 1) * 1000),
  };
}
