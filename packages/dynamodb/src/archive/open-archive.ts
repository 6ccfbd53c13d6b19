import { FileError } from '../storage/errors.ts';
import { openStorage, type StorageOptions } from '../storage/open-storage.ts';
import type { Storage } from '../storage/storage.ts';
import { archiveNames } from './read/stream-archive.ts';
import { readTableArchive } from './read/table-archive.ts';
import { type ArchiveSource, sourceAt } from './state/plan-state.ts';

/** Where an archive is, and which table of it is in question. */
export interface ArchivedTableOptions extends StorageOptions {
  /** A directory, or `s3://BUCKET/PREFIX`. */
  readonly archive: string;
  readonly table: string;
}

export async function openArchive(location: string, options: StorageOptions): Promise<Storage> {
  const storage = await openStorage(location, options);
  if ((await storage.list('')) !== undefined) return storage;
  throw new FileError(`${location}: no such file or directory.`, ['Check the path.']);
}

/** The tables of which an archive has changes, in the order of their names. */
export async function tablesOf(
  storage: Storage,
  isWanted: (table: string) => boolean = () => true,
): Promise<readonly string[]> {
  const names = (await storage.list('')) ?? [];
  return [...new Set(archiveNames(names).map(({ said }) => said.table))].filter(isWanted).sort();
}

/** What gives a table's state at a time, and the time as a whole second. */
export interface OpenedSource {
  readonly storage: Storage;
  readonly source: ArchiveSource;
  /** In milliseconds since 1970, rounded down to the second. */
  readonly at: number;
}

/** @throws TimeNotArchivedError, ArchiveDamagedError, FileError, StorageError */
export async function openSource(options: ArchivedTableOptions, time: Date): Promise<OpenedSource> {
  const storage = await openArchive(options.archive, options);
  const at = Math.floor(time.getTime() / 1000) * 1000;
  const archive = await readTableArchive(storage, options.table, options.abortSignal);
  return { storage, source: sourceAt(archive, at), at };
}
