import type { Storage } from '../../storage/storage.ts';
import { prunedName, reachName, shardsName, streamInNames } from '../format/names.ts';
import { formatPruned, type PrunedNote } from '../format/notes.ts';
import { findPruned } from '../read/find-pruned.ts';
import { archiveNames } from '../read/stream-archive.ts';
import type { PresentFile } from './plan-points.ts';
import type { PrunedStream } from './prunable-shards.ts';

const NOTHING: PrunedNote = { until: new Date(0).toISOString(), shards: [], ends: [], kept: [], going: [] };

/**
 * Notes of each stream which shards and backups go, and which files stay. Streams of which only such a note is left are among them.
 * @param kept all files that stay, of all streams
 * @param going the backups of the table that go
 */
export async function writeNotes(
  storage: Storage,
  table: string,
  streams: readonly PrunedStream[],
  kept: readonly PresentFile[],
  going: readonly string[],
): Promise<void> {
  const labels = new Map(streams.map((pruned) => [streamInNames(pruned.stream.stream.label), pruned]));
  const noted = archiveNames((await storage.list(`${table}.`)) ?? [])
    .filter(({ said }) => said.kind === 'pruned' && said.table === table)
    .map(({ said }) => said.stream);
  for (const label of new Set([...labels.keys(), ...noted])) {
    const name = prunedName({ table, label });
    const present = await findPruned(storage, { table, label });
    const ofStream = kept.filter((file) => streamInNames(file.label ?? '') === label);
    const note = { ...noteOf(present ?? NOTHING, labels.get(label), ofStream), going };
    const isEmpty = [note.shards, note.kept, going].every(({ length }) => length === 0) && present === undefined;
    if (!isEmpty && formatPruned(note) !== (present === undefined ? '' : formatPruned(present))) {
      await storage.write(name, formatPruned(note));
    }
  }
}

function noteOf(
  before: PrunedNote,
  pruned: PrunedStream | undefined,
  files: readonly PresentFile[],
): Omit<PrunedNote, 'going'> {
  const kept = files.map(({ name, sha256 }) => ({ name, sha256 }));
  if (pruned === undefined) return { ...before, kept };
  const { stream, shards, ends, until } = pruned;
  // A follower that finds such a shard in the stream still has to know that it is not to be read.
  const listed = new Set(stream.present?.map(({ id }) => id));
  const left = before.shards.filter((id) => listed.has(id) || stream.leftShards.some((shard) => shard.id === id));
  return {
    until: new Date(until).toISOString(),
    shards: [...new Set([...left, ...shards.map(({ id }) => id)])],
    ends,
    kept,
  };
}

/** Removes what else there is of shards that have gone, and of streams of which nothing is left. */
export async function removeShards(storage: Storage, table: string, streams: readonly PrunedStream[]): Promise<void> {
  for (const { stream, shards } of streams) {
    const { label } = stream.stream;
    for (const { id } of shards) await storage.remove(reachName({ table, label, shard: id }));
    if (shards.length > 0 && shards.length === stream.shards.length) await storage.remove(shardsName({ table, label }));
  }
}
