import type { Storage } from '../../storage/storage.ts';
import {
  type ExportPlace,
  parseArchiveName,
  parsePrunedExportsName,
  prunedExportsName,
  prunedName,
  type ShardPlace,
} from '../format/names.ts';
import { type PrunedExportsNote, type PrunedNote, parsePruned, parsePrunedExports } from '../format/notes.ts';

/** What was removed of a stream; undefined if nothing was. */
export async function findPruned(storage: Storage, stream: Omit<ShardPlace, 'shard'>): Promise<PrunedNote | undefined> {
  return parsePruned((await storage.read(prunedName(stream)))?.toString('utf8') ?? '');
}

/** What was removed of a chain of exports; undefined if nothing was. */
async function findPrunedExports(storage: Storage, chain: ExportPlace): Promise<PrunedExportsNote | undefined> {
  return parsePrunedExports((await storage.read(prunedExportsName(chain)))?.toString('utf8') ?? '');
}

/** The backups of a table that its last pruning has removed, or was about to. */
export async function findGoing(storage: Storage, table: string, names: readonly string[]): Promise<readonly string[]> {
  const going: string[] = [];
  for (const name of names) {
    const said = parseArchiveName(name);
    if (said?.kind === 'pruned' && said.table === table) {
      going.push(...((await findPruned(storage, { table, label: said.stream }))?.going ?? []));
    }
    const chain = parsePrunedExportsName(name);
    if (chain?.table === table) {
      going.push(...((await findPrunedExports(storage, { table, tableId: chain.chain }))?.going ?? []));
    }
  }
  return going;
}
