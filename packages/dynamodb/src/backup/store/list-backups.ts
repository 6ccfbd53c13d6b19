import { FileError } from '../../storage/errors.ts';
import { openStorage, type S3Access } from '../../storage/open-storage.ts';
import { isNewest } from '../format/file-names.ts';

/**
 * The data files in a directory that are the newest backup of their table.
 * @param directory a path, or `s3://BUCKET/PREFIX`
 * @param s3 how to ask S3, if it is there; with the usual settings unless given
 * @returns paths or URLs, in order
 * @throws FileError, StorageError
 * @example
 * ```ts
 * import { listBackups } from '@cumulus/dynamodb/backup';
 *
 * for (const file of await listBackups('backups')) console.log(file);
 * ```
 */
export async function listBackups(directory: string, s3?: S3Access): Promise<readonly string[]> {
  const storage = await openStorage(directory, { s3 });
  const names = await storage.list('');
  if (names === undefined) throw new FileError(`${directory}: no such file or directory.`, ['Check the path.']);
  const newest = names.filter(isNewest);
  await storage.requireFiles(newest);
  return newest.map((name) => storage.pathOf(name));
}
