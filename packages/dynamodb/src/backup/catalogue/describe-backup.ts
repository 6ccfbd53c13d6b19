import { FileError } from '../../storage/errors.ts';
import { openStorageOf, type S3Access } from '../../storage/open-storage.ts';
import type { KnownSettings } from '../../tables/named-settings.ts';
import { isDataFile, tableOfFile } from '../format/file-names.ts';
import { type BackupManifest, settingsOfManifest } from '../format/manifest.ts';
import { type CataloguedBackup, type CatalogueProblem, findEntry, findProofs } from './catalogue-entry.ts';

/** All that is known of a backup without reading it. */
export interface DescribedBackup extends CataloguedBackup {
  /** What its manifest says; undefined if {@link CataloguedBackup.manifest} is not `present`. */
  readonly said: BackupManifest | undefined;
  /** The settings of the table that was read, as far as the manifest has them. */
  readonly settings: KnownSettings | undefined;
  /** What could not be read, and why. */
  readonly problems: readonly CatalogueProblem[];
}

/**
 * Describes a backup by its manifest and the notes of proofs.
 * @param file the data file: a path, or `s3://BUCKET/KEY`
 * @throws FileError where there is no such data file; StorageError, AccessDeniedError, ConnectionError, ThrottledError
 * @example
 * ```ts
 * import { describeBackup } from '@cumulus/dynamodb/backup';
 *
 * const { items, said, proofs } = await describeBackup('backups/prod-GranulesTable.json');
 * console.log(items, said?.table.arn, proofs.length);
 * ```
 */
export async function describeBackup(file: string, s3?: S3Access): Promise<DescribedBackup> {
  const { storage, name } = await openStorageOf(file, { s3 });
  if (!isDataFile(name)) {
    throw new FileError(`${file} is not named as a backup is, such as T.json, T.json.gz or T.json.gz.age.`, [
      'Name the data file of a backup.',
    ]);
  }
  const { notes, problems } = await findProofs(storage, tableOfFile(name));
  const entry = await findEntry(storage, name, notes);
  if (entry === undefined) throw new FileError(`There is no ${file}.`, ['Check the path.']);
  return {
    ...entry.backup,
    said: entry.found,
    settings: entry.found && settingsOfManifest(entry.found),
    problems: [...problems, ...entry.problems],
  };
}
