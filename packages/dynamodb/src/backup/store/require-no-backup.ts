import { AccessDeniedError } from '../../aws/errors.ts';
import { FileError } from '../../storage/errors.ts';
import { openStorageOf, type StorageOptions } from '../../storage/open-storage.ts';
import { dataFileOfManifest, isDataFile, manifestName } from '../format/file-names.ts';

/**
 * Makes sure that a report or a list does not take the place of a backup or its manifest. In S3 it needs the permission to read;
 * without that, nothing is checked.
 * @param location where the file is to be written: a path, or `s3://BUCKET/KEY`
 * @throws FileError if a backup or its manifest has that name; StorageError
 * @example
 * ```ts
 * import { requireNoBackup } from '@cumulus/dynamodb/backup';
 *
 * await requireNoBackup('reports/rehearsal.json');
 * ```
 */
export async function requireNoBackup(location: string, options: StorageOptions = {}): Promise<void> {
  const { storage, name } = await openStorageOf(location, options);
  const other = dataFileOfManifest(name) ?? (isDataFile(name) ? manifestName(name) : undefined);
  if (other === undefined) return;
  try {
    const found = await Promise.all([storage.find(name), storage.find(other)]);
    if (found.includes(undefined)) return;
  } catch (error) {
    if (error instanceof AccessDeniedError) return;
    throw error;
  }
  throw new FileError(`${location} is a backup or the manifest of one, which would be replaced.`, [
    'Nothing was changed. Choose another file.',
  ]);
}
