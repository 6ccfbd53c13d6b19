import type { Storage } from '../../storage/storage.ts';
import { prunedName, type ShardPlace } from '../format/names.ts';
import { type PrunedNote, parsePruned } from '../format/notes.ts';

/** What was removed of a stream; undefined if nothing was. */
export async function findPruned(storage: Storage, stream: Omit<ShardPlace, 'shard'>): Promise<PrunedNote | undefined> {
  return parsePruned((await storage.read(prunedName(stream)))?.toString('utf8') ?? '');
}
