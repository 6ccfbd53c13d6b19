import { FileError } from '../../storage/errors.ts';
import { openStorage, openStorageOf, type S3Access } from '../../storage/open-storage.ts';
import {
  belongsToBackup,
  dataFileOfManifest,
  dataFileOfNextManifest,
  isDataFile,
  kindOf,
  manifestName,
  newestFirst,
  tableOfFile,
} from '../format/file-names.ts';
import { findManifest, isOfBackup } from './find-manifest.ts';

/** A file of a directory that is no backup of the tables in question. */
export interface OtherFile {
  readonly name: string;
  /** Whether it has a manifest, and so is a backup of another table. */
  readonly hasManifest: boolean;
}

/** What a directory holds, by the names. */
export interface SortedDirectory {
  /**
   * The data files that may be the newest backup of their table: paths or URLs, in order. Those are the file with the table's
   * name alone, packed and not, and the newest dated one that has a manifest. A later one without says nothing of whether it is whole,
   * as one that is being copied: it is among them too, and nothing is passed over for it.
   */
  readonly backups: readonly string[];
  /** All else but what belongs to backups, such as manifests and earlier backups. */
  readonly others: readonly OtherFile[];
}

/**
 * Finds the backups in a directory that may hold other files too: of desktops, of editors, copies.
 *
 * A hidden file, such as `._T.json` of macOS, is a backup only if it has a manifest.
 * @param directory a path, or `s3://BUCKET/PREFIX`
 * @param isTable whether a table of this name is in question
 * @param s3 how to ask S3, if it is there; with the usual settings unless given
 * @throws FileError, StorageError
 * @example
 * ```ts
 * import { sortDirectory } from '@cumulus/dynamodb/backup';
 * import { parseTableName } from '@cumulus/dynamodb/tables';
 *
 * const { backups, others } = await sortDirectory('backups', (table) => parseTableName(table) !== undefined);
 * ```
 */
export async function sortDirectory(
  directory: string,
  isTable: (table: string) => boolean,
  s3?: S3Access,
): Promise<SortedDirectory> {
  const storage = await openStorage(directory, { s3 });
  const names = await storage.list('');
  if (names === undefined) throw new FileError(`${directory}: no such file or directory.`, ['Check the path.']);
  const all = new Set(names);
  const hasManifest = (name: string): boolean => all.has(manifestName(name));
  const isBackup = (name: string): boolean =>
    isDataFile(name) &&
    kindOf(name) !== 'kept' &&
    isTable(tableOfFile(name)) &&
    (!name.startsWith('.') || hasManifest(name));
  const candidates = names.filter(isBackup);
  const whole = new Set(names.flatMap((name) => dataFileOfManifest(name) ?? dataFileOfNextManifest(name) ?? []));
  const newest = newestDated(candidates, whole);
  const backups = candidates.filter((name) => kindOf(name) !== 'dated' || newest.has(name));
  await storage.requireFiles(backups);
  return {
    backups: backups.map((name) => storage.pathOf(name)),
    others: names
      .filter((name) => !isBackup(name) && !belongsToBackup(name))
      .map((name) => ({ name, hasManifest: hasManifest(name) })),
  };
}

/** Of the dated backups of each table the newest with a manifest, and all that are later. */
function newestDated(dataFiles: readonly string[], withManifest: ReadonlySet<string>): ReadonlySet<string> {
  const chosen = new Set<string>();
  const tables = new Set<string>();
  for (const name of dataFiles.filter((file) => kindOf(file) === 'dated').sort(newestFirst)) {
    const table = tableOfFile(name);
    if (tables.has(table)) continue;
    chosen.add(name);
    if (withManifest.has(name)) tables.add(table);
  }
  return chosen;
}

/**
 * When a backup was completed, by its manifest.
 * @param file the data file: a path, or `s3://BUCKET/KEY`
 * @returns undefined if it has no manifest, or one of a file of another size
 * @throws ManifestError if that cannot be read; FileError, StorageError
 * @example
 * ```ts
 * import { timeOfBackup } from '@cumulus/dynamodb/backup';
 *
 * const time = await timeOfBackup('backups/prod-GranulesTable.json');
 * ```
 */
export async function timeOfBackup(file: string, s3?: S3Access): Promise<Date | undefined> {
  const { storage, name } = await openStorageOf(file, { s3 });
  const status = await storage.find(name);
  const manifest = await findManifest(storage, name, status);
  return manifest === undefined || status === undefined || !isOfBackup(manifest, status)
    ? undefined
    : new Date(manifest.scan.endedAt);
}
