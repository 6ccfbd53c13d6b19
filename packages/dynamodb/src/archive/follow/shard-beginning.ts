import type { Storage } from '../../storage/storage.ts';
import { parseArchiveName, type ShardPlace } from '../format/names.ts';
import { findPruned } from '../read/find-pruned.ts';
import { readStreams } from '../read/stream-archive.ts';
import { findLastSegment } from '../store/shard-chain.ts';
import type { ShardBeginning } from './shard-archiver.ts';

/**
 * Where the archive of a shard begins that has no segment yet. Its parent has been read to its end, if it is still there. If it is gone, and
 * not archived to its end, changes may be missing.
 */
export async function beginningOf(
  storage: Storage,
  { table, label }: Omit<ShardPlace, 'shard'>,
  parentId: string | undefined,
): Promise<ShardBeginning> {
  const parent = parentId === undefined ? undefined : await findLastSegment(storage, { table, label, shard: parentId });
  if (parent?.header.ended) {
    const { sha256, header } = parent;
    const readTo = header.readTo === null ? undefined : Date.parse(header.readTo);
    const recipients = header.encryption?.recipients;
    return { parentEnd: { name: parent.name, sha256 }, readTo, gap: null, recipients };
  }
  const pruned = parentId === undefined ? undefined : await findPruned(storage, { table, label });
  const end = pruned?.ends.find(({ name }) => parseArchiveName(name)?.shard === parentId);
  if (end !== undefined) return { parentEnd: end, readTo: undefined, gap: null };
  const until = new Date().toISOString();
  const names = (await storage.list(`${table}.`)) ?? [];
  const archived = (await readStreams(storage, table, names)).find((each) => each.stream.label === label);
  const from = archived?.readTo === undefined ? null : new Date(archived.readTo).toISOString();
  return { parentEnd: null, readTo: archived?.readTo, gap: { from, until } };
}
