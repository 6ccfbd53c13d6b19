import { FileError } from '../storage/errors.ts';
import { openStorage, type StorageOptions } from '../storage/open-storage.ts';
import type { Storage } from '../storage/storage.ts';
import { TableNotArchivedError } from './errors.ts';
import { parseExportName } from './format/names.ts';
import { archiveNames } from './read/stream-archive.ts';
import { readTableArchive, recipientsOf, type TableArchive } from './read/table-archive.ts';
import { type ArchiveSource, sourceAt } from './state/plan-state.ts';

/** Where an archive is, and which table of it is in question. */
export interface ArchivedTableOptions extends StorageOptions {
  /** A directory, or `s3://BUCKET/PREFIX`. */
  readonly archive: string;
  readonly table: string;
  /** Secret keys of age for what is encrypted; `readIdentities` reads them from files. */
  readonly identities?: readonly string[] | undefined;
}

/**
 * The tables of which an archive has changes or exports, in the order of their names. In S3 that lists all of it.
 * @throws FileError where there is no such directory
 */
export async function tablesOf(
  storage: Storage,
  isWanted: (table: string) => boolean = () => true,
): Promise<readonly string[]> {
  const names = await storage.list('');
  if (names === undefined) throw new FileError(`${storage.location}: no such file or directory.`, ['Check the path.']);
  const tables = [
    ...archiveNames(names).map(({ said }) => said.table),
    ...names.flatMap((name) => parseExportName(name)?.table ?? []),
  ];
  return [...new Set(tables)].filter(isWanted).sort();
}

/**
 * The tables of which an archive has changes, in the order of their names.
 * @param location a directory, or `s3://BUCKET/PREFIX`
 * @throws FileError where there is no such directory; StorageError, AccessDeniedError, ConnectionError, ThrottledError
 * @example
 * ```ts
 * import { archivedTables } from '@cumulus/dynamodb/archive';
 *
 * for (const table of await archivedTables('s3://my-archive/prod')) console.log(table);
 * ```
 */
export async function archivedTables(location: string, options: StorageOptions = {}): Promise<readonly string[]> {
  return tablesOf(await openStorage(location, options));
}

/** What an archive has of a table. */
export interface OpenedTable {
  readonly storage: Storage;
  readonly archive: TableArchive;
}

/** @throws TableNotArchivedError, ArchiveDamagedError, FileError, StorageError */
export async function openTable(options: ArchivedTableOptions): Promise<OpenedTable> {
  const { table, archive: location, abortSignal } = options;
  const storage = await openStorage(location, options);
  const archive = await readTableArchive(storage, table, abortSignal);
  const { streams, bases, states, exports } = archive;
  if ([streams, bases, states, exports].some(({ length }) => length > 0)) return { storage, archive };
  throw new TableNotArchivedError(location, { table }, await tablesOf(storage));
}

/** What gives a table's state at a time, and the time as a whole second. */
export interface OpenedSource {
  readonly storage: Storage;
  readonly source: ArchiveSource;
  /** In milliseconds since 1970, rounded down to the second. */
  readonly at: number;
  /** The public keys that the archive is encrypted to; undefined if it is not encrypted. */
  readonly recipients: readonly string[] | undefined;
}

/** @throws TimeNotArchivedError, TableNotArchivedError, ArchiveDamagedError, FileError, StorageError */
export async function openSource(options: ArchivedTableOptions, time: Date): Promise<OpenedSource> {
  const at = Math.floor(time.getTime() / 1000) * 1000;
  const { storage, archive } = await openTable(options);
  return { storage, source: sourceAt(archive, at), at, recipients: recipientsOf(archive) };
}
