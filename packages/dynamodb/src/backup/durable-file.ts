import { copyFile, link, open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { isNativeError } from 'node:util/types';
import { FileError } from '../errors.ts';

/** Files that hold data, or tell of it, are for their owner alone. */
export const PRIVATE_FILE = 0o600;
export const PRIVATE_DIRECTORY = 0o700;

/**
 * Writes a small file so that its name never stands for half a content: temporary file, flush to disk, rename. What a
 * killed process leaves of the temporary file is overwritten by the next to write. One process at a time may.
 */
export async function writeDurably(path: string, content: string): Promise<void> {
  const temporary = `${path}.tmp`;
  try {
    const file = await open(temporary, 'w', PRIVATE_FILE);
    try {
      await file.writeFile(content);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
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

/** Gives a file a second name, or a copy where the file system has no hard links. An earlier holder of the name stays. */
export async function linkOrCopy(from: string, to: string): Promise<void> {
  try {
    await link(from, to);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST') return;
    if (code !== 'EPERM' && code !== 'ENOTSUP' && code !== 'EOPNOTSUPP' && code !== 'ENOSYS') throw error;
    const temporary = `${to}.tmp`;
    await copyFile(from, temporary);
    await rename(temporary, to);
  }
}

const PROBLEMS: Readonly<Record<string, readonly [problem: string, advice: string]>> = {
  EACCES: ['no permission', 'Choose another place, or change its permissions.'],
  EPERM: ['not permitted', 'Choose another place, or change its permissions.'],
  EROFS: ['the file system is read-only', 'Choose another place.'],
  ENOENT: ['no such file or directory', 'Check the path.'],
  ENOTDIR: ['a part of the path is no directory', 'Check the path.'],
  EISDIR: ['it is a directory', 'Name a file.'],
  EEXIST: ['it exists already', 'Choose another place.'],
  ENOSPC: ['no space left on the device', 'Make room, then continue with --resume.'],
  EDQUOT: ['the disk quota is used up', 'Make room, then continue with --resume.'],
  EIO: ['the device failed', 'Check the disk.'],
};

/** Turns an error of the file system into one that says what to do; any other error comes back as it is. */
export function explainFileError(error: unknown, path: string): unknown {
  if (!isNativeError(error)) return error;
  const { code, syscall } = error as NodeJS.ErrnoException;
  if (code === undefined || syscall === undefined) return error;
  const [problem, advice] = PROBLEMS[code] ?? [error.message, ''];
  return new FileError(`${path}: ${problem} (${code}).`, advice === '' ? [] : [advice], error);
}
