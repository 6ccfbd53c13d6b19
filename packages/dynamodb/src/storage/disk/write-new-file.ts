import { link, lstat, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { explainFileError, isNoSuchFile } from './errors.ts';
import { DiskLease } from './lease.ts';
import { syncDirectoryOf } from './replace-file.ts';
import { createTemporaryFile } from './temporary-file.ts';

/** What file systems without hard links answer to `link`. */
const WITHOUT_LINKS = new Set<string | undefined>(['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS']);

/**
 * Writes a file where nothing has its name: temporary file, flush to disk, hard link. A link is refused where the name is
 * taken, which a rename is not.
 * @returns false if something has the name
 * @throws FileError
 */
export async function writeNewFile(path: string, content: Uint8Array): Promise<boolean> {
  let temporary: string | undefined;
  try {
    const created = await createTemporaryFile(dirname(path));
    temporary = created.path;
    try {
      await created.file.writeFile(content);
      await created.file.sync();
    } finally {
      await created.file.close();
    }
    const isNew = await giveName(temporary, path);
    if (isNew) await syncDirectoryOf(path);
    return isNew;
  } catch (error) {
    throw explainFileError(error, path);
  } finally {
    if (temporary !== undefined) await rm(temporary, { force: true });
  }
}

async function giveName(temporary: string, path: string): Promise<boolean> {
  try {
    await link(temporary, path);
    return true;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST') return false;
    if (!WITHOUT_LINKS.has(code)) throw error;
    return renameUnderLease(temporary, path);
  }
}

/** Where there are no hard links, a lease keeps two writers from giving the name at once. */
async function renameUnderLease(temporary: string, path: string): Promise<boolean> {
  const lease = await DiskLease.take(path);
  try {
    if (await isThere(path)) return false;
    await rename(temporary, path);
    return true;
  } finally {
    await lease.release();
  }
}

async function isThere(path: string): Promise<boolean> {
  try {
    await lstat(path);
    return true;
  } catch (error) {
    if (isNoSuchFile(error)) return false;
    throw error;
  }
}
