import { type FileHandle, open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { explainFileError } from './errors.ts';
import { createTemporaryFile } from './temporary-file.ts';

/**
 * Writes a file so that its name never stands for half a content: temporary file, flush to disk, rename. A link of that name is
 * replaced, and what it leads to stays as it is. Its owner alone may read it, unless `write` changes that.
 * @param write writes the content to the temporary file
 * @throws FileError; what `write` throws
 * @example
 * ```ts
 * import { replaceFile } from '@cumulus/dynamodb/storage';
 *
 * await replaceFile('numbers.txt', (file) => file.writeFile('42'));
 * ```
 */
export async function replaceFile(path: string, write: (file: FileHandle) => Promise<void>): Promise<void> {
  let temporary: string | undefined;
  try {
    const created = await createTemporaryFile(dirname(path));
    temporary = created.path;
    try {
      await write(created.file);
      await created.file.sync();
    } finally {
      await created.file.close();
    }
    await rename(temporary, path);
  } catch (error) {
    if (temporary !== undefined) await rm(temporary, { force: true });
    throw explainFileError(error, path);
  }
}

/** Makes the renames in a directory last through a loss of power. Some file systems know no such thing; they ignore it. */
export async function syncDirectoryOf(path: string): Promise<void> {
  try {
    const directory = await open(dirname(path), 'r');
    await directory.sync().finally(() => directory.close());
  } catch {
    // Windows and some network file systems cannot open or flush a directory.
  }
}
