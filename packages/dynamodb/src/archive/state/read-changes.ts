import type { Storage } from '../../storage/storage.ts';
import { ArchiveDamagedError } from '../errors.ts';
import { segmentName } from '../format/names.ts';
import type { ProvedFile } from '../format/segment.ts';
import { type ReadSegment, readSegment, type TakeChange } from '../read/read-segment.ts';
import type { ShardArchive, StreamArchive } from '../read/stream-archive.ts';

export interface ReadChangesOptions {
  /** Only shards that have a change at this time or later, or follow one that has; in milliseconds since 1970. */
  readonly since: number;
  /** Only changes of this time or earlier; in milliseconds since 1970. */
  readonly until: number;
  /** Secret keys of age for segments that are encrypted. */
  readonly identities?: readonly string[] | undefined;
  readonly abortSignal?: AbortSignal | undefined;
}

/**
 * Reads the changes of a stream: those of one item in their order. Each segment is proved, and that it follows the one before it.
 * @returns how many changes the segments have, those after the time included
 * @throws ArchiveDamagedError for a segment that is missing, altered, or follows another one; FileError, StorageError
 */
export async function readChanges(
  storage: Storage,
  stream: StreamArchive,
  { since, until, identities, abortSignal }: ReadChangesOptions,
  take: TakeChange,
): Promise<number> {
  let changes = 0;
  const lastSecond = Math.floor(until / 1000);
  const within: TakeChange = (change, line) => (change.time <= lastSecond ? take(change, line) : undefined);
  for (const shard of shardsBetween(stream, since, until)) {
    for await (const { header } of provedSegments({ storage, stream, shard, identities, abortSignal }, within)) {
      changes += header.changes;
    }
  }
  return changes;
}

function shardsBetween(stream: StreamArchive, since: number, until: number): readonly ShardArchive[] {
  const needed = shardsSince(stream, since);
  return stream.shards.filter(({ id, head }) => {
    const earliest = head?.header.earliest ?? null;
    return needed.has(id) && earliest !== null && earliest * 1000 <= until;
  });
}

/**
 * The shards with changes since a time, and all that follow them, so that no change is read without those of its item before it.
 * @param since in milliseconds since 1970
 * @returns their ids
 */
export function shardsSince({ shards }: StreamArchive, since: number): ReadonlySet<string> {
  const needed = new Set<string>();
  for (const { id, parent, head } of shards) {
    const latest = head?.header.latest ?? null;
    const isFollowing = parent !== null && needed.has(parent);
    if (isFollowing || (latest !== null && latest >= Math.floor(since / 1000))) needed.add(id);
  }
  return needed;
}

export interface ShardToRead {
  readonly storage: Storage;
  readonly stream: StreamArchive;
  readonly shard: ShardArchive;
  /** Secret keys of age for segments that are encrypted. */
  readonly identities?: readonly string[] | undefined;
  readonly abortSignal?: AbortSignal | undefined;
}

/**
 * The segments of a shard, each once it is read to its end and proved, and that it follows the one before it.
 * @throws ArchiveDamagedError
 */
export async function* provedSegments(
  { storage, stream, shard: { id, head }, identities, abortSignal }: ShardToRead,
  take: TakeChange,
): AsyncGenerator<ReadSegment, void> {
  const place = { table: stream.table.name, label: stream.stream.label, shard: id };
  let before: ProvedFile | undefined;
  for (let number = 1; number <= (head?.header.segment ?? 0); number += 1) {
    const name = segmentName(place, number);
    if ((await storage.find(name)) === undefined) throw new ArchiveDamagedError(storage.pathOf(name), 'it is missing');
    const segment = await readSegment(storage, name, { take, identities, abortSignal });
    const { previous, segment: said } = segment.header;
    const expected = number === 1 ? parentEndOf(storage, stream, previous) : before;
    if (said !== number || previous?.sha256 !== expected?.sha256) {
      throw new ArchiveDamagedError(storage.pathOf(name), 'it does not follow the segment before it');
    }
    before = segment;
    yield segment;
  }
}

/** The last segment of the parent as it is there. Without it, changes of the shard's keys would be missing. */
function parentEndOf(
  storage: Storage,
  { shards, pruned }: StreamArchive,
  previous: ProvedFile | null,
): ProvedFile | undefined {
  if (previous === null) return undefined;
  const isIt = (end: ProvedFile | undefined): boolean => end?.name === previous.name;
  const end = shards.find(({ head }) => isIt(head))?.head ?? pruned?.ends.find(isIt);
  if (end === undefined) throw new ArchiveDamagedError(storage.pathOf(previous.name), 'it is missing');
  return end;
}
