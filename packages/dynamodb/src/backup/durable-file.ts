import { constants } from 'node:fs';
import { copyFile, type FileHandle, link, lstat, open, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { isNativeError } from 'node:util/types';
import { FileError } from '../storage/errors.ts';
import { sha256Of } from './sha256-of.ts';
import { createTemporaryFile, temporaryName } from './temporary-file.ts';

export const PRIVATE_DIRECTORY = 0o700;

/** The most that a manifest, checkpoint or lock may have, in bytes: most have a few thousand, the largest checkpoint some 20 million. */
const MAX_TEXT_BYTES = 64 * 1024 * 1024;

// Windows knows neither. A file that is a pipe would keep its reader waiting for a writer.
const { O_RDONLY, O_RDWR, O_NOFOLLOW = 0, O_NONBLOCK = 0 } = constants;

/** Opens a file to read, also where its name is a link; one that is a pipe is opened without a wait. */
export async function openToRead(path: string): Promise<FileHandle> {
  return open(path, O_RDONLY | O_NONBLOCK);
}

/**
 * Opens a file to change it, under a name that only this software gives. Such a name is never a link, unless somebody planted one.
 * @throws FileError for anything but a regular file; what `open` throws
 */
export async function openOwnToChange(path: string): Promise<FileHandle> {
  return regular(await open(path, O_RDWR | O_NOFOLLOW | O_NONBLOCK), path);
}

/**
 * The text of a file under a name that only this software gives, which is no link.
 * @throws FileError for anything but a regular file; what `open` throws
 */
export async function readOwnText(path: string): Promise<string> {
  const file = await regular(await open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK), path);
  return (await contentOf(file, path, MAX_TEXT_BYTES)).toString('utf8');
}

/**
 * The text of a file, also where its name is a link.
 * @throws FileError for anything but a regular file; what `open` throws
 */
export async function readText(path: string): Promise<string> {
  return (await readSmallFile(path, MAX_TEXT_BYTES)).toString('utf8');
}

/**
 * The content of a file that is to fit into memory, also where its name is a link.
 * @throws FileError for anything but a regular file of up to this size; what `open` throws
 */
export async function readSmallFile(path: string, maxBytes: number): Promise<Buffer> {
  return contentOf(await regular(await openToRead(path), path), path, maxBytes);
}

async function regular(file: FileHandle, path: string): Promise<FileHandle> {
  if ((await file.stat()).isFile()) return file;
  await file.close();
  throw irregular(path);
}

/**
 * Makes sure that a name is that of a regular file, or of none, without opening it: a pipe in a folder of backups would keep its
 * reader waiting, and be kept in the place of a backup.
 * @throws FileError for anything else
 */
export async function requireRegularFile(path: string): Promise<void> {
  const found = await stat(path).catch(() => undefined);
  if (found !== undefined && !found.isFile()) throw irregular(path);
}

function irregular(path: string): FileError {
  return new FileError(`${path} is no regular file.`, ['Nothing was changed. Remove it, or choose another place.']);
}

async function contentOf(file: FileHandle, path: string, maxBytes: number): Promise<Buffer> {
  try {
    const { size } = await file.stat();
    const chunks: Buffer[] = [];
    let bytes = 0;
    if (size <= maxBytes) {
      // Not all that comes: a file may grow, and one of /proc does not tell its size.
      for await (const chunk of file.createReadStream({ end: maxBytes, autoClose: false })) {
        chunks.push(chunk as Buffer);
        bytes += (chunk as Buffer).length;
      }
      if (bytes <= maxBytes) return Buffer.concat(chunks);
    }
    throw new FileError(
      `${path} has ${Math.max(size, bytes)} bytes; no manifest or checkpoint has more than ${maxBytes}.`,
      ['Nothing was changed. Remove it, or put the right one in its place.'],
    );
  } finally {
    await file.close();
  }
}

/**
 * Writes a file so that its name never stands for half a content: temporary file, flush to disk, rename. A link of that name is
 * replaced, and what it leads to stays as it is.
 * @param write writes the content to the temporary file
 * @throws FileError; what `write` throws
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

/** Writes a small file, see {@link replaceFile}. */
export async function writeDurably(path: string, content: string): Promise<void> {
  await replaceFile(path, (file) => file.writeFile(content));
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

/**
 * Gives a file a second name, or a copy where the file system has no hard links. A file that has the name already stays if it is
 * this one, or was copied from it.
 * @throws FileError if something else has the name
 */
export async function linkOrCopy(from: string, to: string): Promise<void> {
  try {
    await link(from, to);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST') return checkSecondName(from, to);
    if (code !== 'EPERM' && code !== 'ENOTSUP' && code !== 'EOPNOTSUPP' && code !== 'ENOSYS') throw error;
    await copy(from, to);
  }
}

/** An interrupted run has given the name already. Whatever else bears it must not be taken for the file that is to stay. */
async function checkSecondName(from: string, to: string): Promise<void> {
  const [source, content, there] = await Promise.all([lstat(from), stat(from), lstat(to)]);
  if (there.ino === source.ino && there.dev === source.dev) return;
  const isCopy = there.isFile() && there.size === content.size && (await sha256Of(to)) === (await sha256Of(from));
  if (isCopy) return;
  throw new FileError(`${to} is there, and is not what ${from} has to be kept as.`, [
    'Nothing was replaced.',
    'Give it another name, then continue with --resume.',
  ]);
}

async function copy(from: string, to: string): Promise<void> {
  const temporary = join(dirname(to), await temporaryName());
  try {
    await copyFile(from, temporary, constants.COPYFILE_EXCL);
    const file = await open(temporary, 'r+');
    await file.sync().finally(() => file.close());
    await rename(temporary, to);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}

/** Whether there is no such file; with a name longer than the file system takes there cannot be one. */
export function isNoSuchFile(error: unknown): boolean {
  const { code } = error as NodeJS.ErrnoException;
  return code === 'ENOENT' || code === 'ENAMETOOLONG';
}

const PROBLEMS: Readonly<Record<string, readonly [problem: string, advice: string]>> = {
  EACCES: ['no permission', 'Choose another place, or change its permissions.'],
  EPERM: ['not permitted', 'Choose another place, or change its permissions.'],
  EROFS: ['the file system is read-only', 'Choose another place.'],
  ENOENT: ['no such file or directory', 'Check the path.'],
  ENOTDIR: ['a part of the path is no directory', 'Check the path.'],
  EISDIR: ['it is a directory', 'Name a file.'],
  EEXIST: ['it exists already', 'Choose another place.'],
  ENAMETOOLONG: [
    'the name is too long; most file systems take 255 bytes',
    'Give files and folders shorter names, or put the backup of such a table into S3.',
  ],
  ENOSPC: ['no space left on the device', 'Make room, then continue with --resume.'],
  EDQUOT: ['the disk quota is used up', 'Make room, then continue with --resume.'],
  ELOOP: ['it is a symbolic link, which is not followed here', 'Remove the link, or choose another place.'],
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
