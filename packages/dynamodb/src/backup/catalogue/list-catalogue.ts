import { forEachAtOnce } from '../../aws/workers.ts';
import { FileError } from '../../storage/errors.ts';
import { openStorage, type S3Access } from '../../storage/open-storage.ts';
import { isDataFile, manifestName, proofsName, tableOfFile } from '../format/file-names.ts';
import {
  type CataloguedBackup,
  type CatalogueEntry,
  type CatalogueProblem,
  type FoundProofs,
  findEntry,
  findProofs,
} from './catalogue-entry.ts';

/** Files of a folder whose manifests are read at once. */
const AT_ONCE = 16;

/** The backups of a table in a folder. */
export interface TableBackups {
  readonly table: string;
  /** By the start of their reading, the newest first; those of which that is unknown are the last. */
  readonly backups: readonly CataloguedBackup[];
  /** Manifests and notes of proofs that could not be read, and why. What they would say is unknown. */
  readonly problems: readonly CatalogueProblem[];
}

export interface ListCatalogueOptions {
  /** How to ask S3, if the folder is there; with the usual settings unless given. */
  readonly s3?: S3Access | undefined;
  /** Whether a table of this name is in question; all are unless given. */
  readonly tables?: ((table: string) => boolean) | undefined;
  readonly abortSignal?: AbortSignal | undefined;
}

/**
 * All backups of a folder, by tables. It reads manifests and notes of proofs, not data files. The one exception is on disk, after a
 * backup was killed while its manifest got its name: then the data file's hash decides which manifest it has.
 *
 * @param location a directory's path, or `s3://BUCKET/PREFIX`
 * @returns the tables, in the order of their names
 * @throws FileError where there is no such directory; StorageError, AccessDeniedError, ConnectionError, ThrottledError
 * @example
 * ```ts
 * import { listCatalogue } from '@cumulus/dynamodb/backup';
 *
 * for (const { table, backups } of await listCatalogue('s3://my-backups/prod')) {
 *   const proved = backups.find(({ proofs }) => proofs.length > 0);
 *   console.log(table, backups.length, proved?.startedAt);
 * }
 * ```
 */
export async function listCatalogue(
  location: string,
  { s3, tables = () => true, abortSignal }: ListCatalogueOptions = {},
): Promise<readonly TableBackups[]> {
  const storage = await openStorage(location, { s3, abortSignal });
  const names = await storage.list('');
  if (names === undefined) throw new FileError(`${location}: no such file or directory.`, ['Check the path.']);
  const all = new Set(names);
  const dataFiles = names.filter((name) => isBackup(name, all) && tables(tableOfFile(name)));
  const proofs = new Map<string, FoundProofs>();
  const withNotes = [...new Set(dataFiles.map(tableOfFile))].filter((table) => all.has(proofsName(table)));
  await forEachAtOnce(withNotes, AT_ONCE, abortSignal, async (table) => {
    proofs.set(table, await findProofs(storage, table));
  });
  const entries: CatalogueEntry[] = [];
  await forEachAtOnce(dataFiles, AT_ONCE, abortSignal, async (name) => {
    const entry = await findEntry(storage, name, proofs.get(tableOfFile(name))?.notes ?? []);
    if (entry !== undefined) entries.push(entry);
  });
  return [...byTable(entries)]
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([table, ofTable]) => ({
      table,
      backups: ofTable.map(({ backup }) => backup).sort(newestFirst),
      problems: [...(proofs.get(table)?.problems ?? []), ...ofTable.flatMap(({ problems }) => problems)],
    }));
}

function byTable(entries: readonly CatalogueEntry[]): ReadonlyMap<string, readonly CatalogueEntry[]> {
  const found = new Map<string, CatalogueEntry[]>();
  for (const entry of entries) {
    const ofTable = found.get(entry.backup.table);
    if (ofTable === undefined) found.set(entry.backup.table, [entry]);
    else ofTable.push(entry);
  }
  return found;
}

/** A hidden file, such as `._T.json` of macOS, is a backup only if it has a manifest. */
function isBackup(name: string, all: ReadonlySet<string>): boolean {
  return isDataFile(name) && (!name.startsWith('.') || all.has(manifestName(name)));
}

function newestFirst(one: CataloguedBackup, other: CataloguedBackup): number {
  const [time, otherTime] = [one.startedAt?.getTime() ?? -1, other.startedAt?.getTime() ?? -1];
  if (time !== otherTime) return otherTime - time;
  return one.file < other.file ? 1 : -1;
}
