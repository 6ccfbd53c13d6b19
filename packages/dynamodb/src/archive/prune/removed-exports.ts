import { forEachAtOnce } from '../../aws/workers.ts';
import { FILES_MANIFEST, MANIFEST_NAMES } from '../../backup/read/export-manifest.ts';
import type { Lease } from '../../storage/lease.ts';
import type { StorageOptions } from '../../storage/open-storage.ts';
import type { Storage } from '../../storage/storage.ts';
import { ArchiveDamagedError } from '../errors.ts';
import { prunedExportsName } from '../format/names.ts';
import { formatPrunedExports, type PrunedExportsNote } from '../format/notes.ts';
import { type ChainedExport, endOf } from '../read/export-chain.ts';
import { openExport } from '../read/open-export.ts';
import type { PresentFile } from './plan-points.ts';
import type { PrunedExports } from './prunable-exports.ts';

/** Files that are removed at once. */
const AT_ONCE = 16;

/** The files of an export, by their names in the archive. */
export interface RemovedExport {
  readonly folder: string;
  /** Removed first, so that as long as there is one, the manifest that names it is there. */
  readonly data: readonly string[];
  /** Removed then, in this order. */
  readonly others: readonly string[];
}

/**
 * The files of all exports that go, by their manifests, which are those that were noted. What else is in the folders of exports is not
 * among them.
 * @throws ArchiveDamagedError, CorruptBackupError, ManifestError where it cannot be known what belongs to an export
 */
export async function removedExports(
  storage: Storage,
  pruned: readonly PrunedExports[],
  options: StorageOptions,
): Promise<readonly RemovedExport[]> {
  const removed: RemovedExport[] = [];
  for (const { chain, exports } of pruned) {
    const [broken] = exports.length > 0 ? chain.broken : [];
    if (broken !== undefined) throw new ArchiveDamagedError(storage.pathOf(broken.name), broken.problem);
    for (const each of chain.left) removed.push(await filesOf(storage, each, true, options));
    for (const each of exports) removed.push(await filesOf(storage, each, false, options));
  }
  return removed;
}

async function filesOf(
  storage: Storage,
  chained: ChainedExport,
  isLeft: boolean,
  options: StorageOptions,
): Promise<RemovedExport> {
  const { folder } = chained.note.export;
  const manifests = MANIFEST_NAMES.map((name) => `${folder}/${name}`);
  // Its data has gone before the manifest that names it.
  const isEmpty = isLeft && (await storage.find(`${folder}/${FILES_MANIFEST}`)) === undefined;
  const others = [...manifests, chained.name];
  return { folder, data: isEmpty ? [] : await dataOf(storage, chained, options), others };
}

async function dataOf(storage: Storage, chained: ChainedExport, options: StorageOptions): Promise<readonly string[]> {
  const reader = await openExport(storage, chained, options);
  const { folder } = chained.note.export;
  const shared = folder.slice(0, folder.lastIndexOf('/'));
  await reader.close();
  return reader.description.files.map(({ path, isShared }) => `${isShared ? shared : folder}/${path}`);
}

/**
 * Notes of each chain which exports and backups go, and which files stay.
 * @param kept all files that stay
 * @param going the backups of the table that go
 */
export async function writeExportNotes(
  storage: Storage,
  table: string,
  pruned: readonly PrunedExports[],
  kept: readonly PresentFile[],
  going: readonly string[],
): Promise<void> {
  const ofExports = kept.filter(({ label }) => label === undefined);
  for (const { chain, exports } of pruned) {
    const note = noteOf(chain.pruned, exports.at(-1), ofExports, going);
    const before = chain.pruned === undefined ? '' : formatPrunedExports(chain.pruned);
    if (note === undefined || formatPrunedExports(note) === before) continue;
    await storage.write(prunedExportsName({ table, tableId: chain.chain }), formatPrunedExports(note));
  }
}

/** @returns undefined if nothing of the chain goes, and nothing was removed earlier */
function noteOf(
  before: PrunedExportsNote | undefined,
  last: ChainedExport | undefined,
  files: readonly PresentFile[],
  going: readonly string[],
): PrunedExportsNote | undefined {
  const kept = files.map(({ name, sha256 }) => ({ name, sha256 }));
  if (last === undefined) return before && { ...before, kept, going };
  const { name, sha256, note } = last;
  return { number: note.number, last: { name, sha256 }, until: new Date(endOf(last)).toISOString(), kept, going };
}

/**
 * Removes exports: data, manifests, and the note at last. Where it is interrupted, the next pruning goes on with the same.
 * @returns how many files the bucket keeps as earlier versions
 */
export async function removeExports(
  storage: Storage,
  removed: readonly RemovedExport[],
  lease: Lease,
  abortSignal: AbortSignal | undefined,
): Promise<number> {
  let keptAsVersions = 0;
  const remove = async (name: string): Promise<void> => {
    if (await storage.remove(name)) keptAsVersions += 1;
  };
  for (const { data, others } of removed) {
    await lease.check();
    await forEachAtOnce(data, AT_ONCE, abortSignal, remove);
    for (const name of others) if ((await storage.find(name)) !== undefined) await remove(name);
  }
  return keptAsVersions;
}
