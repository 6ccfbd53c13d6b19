import type { Storage } from '../../storage/storage.ts';
import { ArchiveDamagedError } from '../errors.ts';
import { segmentName } from '../format/names.ts';
import { readSegment, type TakeChange } from '../read/read-segment.ts';
import type { ShardArchive, StreamArchive } from '../read/stream-archive.ts';

export interface ReadChangesOptions {
  /** Only shards that have a change at this time or later, or follow one that has; in milliseconds since 1970. */
  readonly since: number;
  /** Only changes of this time or earlier; in milliseconds since 1970. */
  readonly until: number;
  readonly abortSignal?: AbortSignal | undefined;
}

/**
 * Reads the changes of a stream: those of one item in their order. Each segment is proved, and that it follows the one before it.
 * @throws ArchiveDamagedError for a segment that is missing, altered, or follows another one; FileError, StorageError
 */
export async function readChanges(
  storage: Storage,
  stream: StreamArchive,
  { since, until, abortSignal }: ReadChangesOptions,
  take: TakeChange,
): Promise<void> {
  const lastSecond = Math.floor(until / 1000);
  const within: TakeChange = (change, line) => (change.time <= lastSecond ? take(change, line) : undefined);
  for (const shard of shardsBetween(stream, since, until)) {
    await readShardChanges(storage, stream, shard, within, abortSignal);
  }
}

/** Shards come after their parents. So if one is read, all that follow it are. */
export function shardsBetween({ shards }: StreamArchive, since: number, until: number): readonly ShardArchive[] {
  const read = new Set<string>();
  return shards.filter(({ id, parent, head }) => {
    const { earliest = null, latest = null } = head?.header ?? {};
    const isFollowing = parent !== null && read.has(parent);
    if (isFollowing || (latest !== null && latest >= Math.floor(since / 1000))) read.add(id);
    return read.has(id) && earliest !== null && earliest * 1000 <= until;
  });
}

async function readShardChanges(
  storage: Storage,
  { table, stream }: StreamArchive,
  { id, head }: ShardArchive,
  take: TakeChange,
  abortSignal: AbortSignal | undefined,
): Promise<void> {
  const place = { table: table.name, label: stream.label, shard: id };
  let before: { readonly name: string; readonly sha256: string } | undefined;
  for (let number = 1; number <= (head?.header.segment ?? 0); number += 1) {
    const name = segmentName(place, number);
    if ((await storage.find(name)) === undefined) throw new ArchiveDamagedError(storage.pathOf(name), 'it is missing');
    const { header, sha256 } = await readSegment(storage, name, take, abortSignal);
    const { previous } = header;
    if (header.segment !== number || (before !== undefined && previous?.sha256 !== before.sha256)) {
      throw new ArchiveDamagedError(storage.pathOf(name), 'it does not follow the segment before it');
    }
    before = { name, sha256 };
  }
}
