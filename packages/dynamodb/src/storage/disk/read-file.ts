import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { FileError } from '../errors.ts';
import { irregular } from './errors.ts';

/** The most that a manifest, checkpoint or lease may have, in bytes: most have a few thousand, the largest checkpoint some 20 million. */
const MAX_TEXT_BYTES = 64 * 1024 * 1024;

const READ_SIZE = 64 * 1024;

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
 * The content of a small file under a name that only this software gives, which is no link.
 * @throws FileError for anything but a regular file; what `open` throws
 */
export async function readOwnFile(path: string, maxBytes = MAX_TEXT_BYTES): Promise<Buffer> {
  return contentOf(await regular(await open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK), path), path, maxBytes);
}

/**
 * The text of a file, also where its name is a link.
 * @throws FileError for anything but a regular file of up to 64 MB; what `open` throws
 * @example
 * ```ts
 * import { readText } from '@cumulus/dynamodb/storage';
 *
 * const settings = JSON.parse(await readText('outputs.json'));
 * ```
 */
export async function readText(path: string): Promise<string> {
  return (await readFile(path)).toString('utf8');
}

/**
 * The content of a file that is to fit into memory, also where its name is a link.
 * @throws FileError for anything but a regular file of up to this size; what `open` throws
 */
export async function readFile(path: string, maxBytes = MAX_TEXT_BYTES): Promise<Buffer> {
  return contentOf(await regular(await openToRead(path), path), path, maxBytes);
}

async function regular(file: FileHandle, path: string): Promise<FileHandle> {
  if ((await file.stat()).isFile()) return file;
  await file.close();
  throw irregular(path);
}

async function contentOf(file: FileHandle, path: string, maxBytes: number): Promise<Buffer> {
  try {
    const { size } = await file.stat();
    const chunks: Buffer[] = [];
    let bytes = 0;
    // The read is limited: a file may grow, and one of /proc does not have its size.
    while (size <= maxBytes && bytes <= maxBytes) {
      const { buffer, bytesRead } = await file.read(Buffer.allocUnsafe(READ_SIZE), 0, READ_SIZE, bytes);
      if (bytesRead === 0) return Buffer.concat(chunks);
      chunks.push(buffer.subarray(0, bytesRead));
      bytes += bytesRead;
    }
    throw new FileError(
      `${path} has ${Math.max(size, bytes)} bytes; no manifest or checkpoint has more than ${maxBytes}.`,
      ['Nothing was changed. Remove it, or put the right one in its place.'],
    );
  } finally {
    await file.close();
  }
}
