import type { S3Access } from '../../storage/open-storage.ts';
import { sortDirectory } from './sort-directory.ts';

/**
 * The data files in a directory that may be the newest backup of their table: those with the table's name alone, and the newest dated one.
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
  return (await sortDirectory(directory, () => true, s3)).backups;
}
