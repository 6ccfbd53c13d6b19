import { createHash } from 'node:crypto';
import { readLines } from '../../backup/format/lines.ts';
import { gunzip } from '../../storage/gunzip.ts';
import type { Storage } from '../../storage/storage.ts';
import { ArchiveDamagedError } from '../errors.ts';
import { type Change, parseChange } from '../format/segment.ts';

/** What the first line of a file of changes says of the others. */
export interface ChangesHeader {
  readonly changes: number;
  /** The SHA-256 of the lines after it. */
  readonly sha256: string;
}

/** A file of changes that was read to its end, and is what it was when it was written, as far as it says itself. */
export interface ReadChangesFile<Header extends ChangesHeader> {
  readonly name: string;
  readonly header: Header;
  /** The first line, without its end. */
  readonly headerText: string;
  /** Bytes as they are stored, and their SHA-256 in hexadecimal. */
  readonly bytes: number;
  readonly sha256: string;
}

interface ReadChangesFileOptions<Header extends ChangesHeader> {
  readonly storage: Storage;
  readonly name: string;
  /** @returns why the text is no header, in words, if it is not */
  readonly parseHeader: (text: string) => Header | string;
  /** Takes a change with its line, and the line's number. What it returns is awaited before the next one. */
  readonly take: (change: Change, line: Buffer, number: number) => Promise<void> | undefined;
  readonly abortSignal?: AbortSignal | undefined;
}

/**
 * Reads a file of changes to its end, and proves its lines by their number and the SHA-256 in its first line. What was taken before the end
 * is proved only once this has returned.
 * @throws ArchiveDamagedError; FileError, StorageError
 */
export async function readChangesFile<Header extends ChangesHeader>({
  storage,
  name,
  parseHeader,
  take,
  abortSignal,
}: ReadChangesFileOptions<Header>): Promise<ReadChangesFile<Header>> {
  const path = storage.pathOf(name);
  const file = await storage.open(name);
  const stored = createHash('sha256');
  const body = createHash('sha256');
  let first: { readonly header: Header; readonly text: string } | undefined;
  let changes = 0;
  const measured = async function* (): AsyncGenerator<Buffer, void> {
    for await (const chunk of file.chunks(false)) {
      abortSignal?.throwIfAborted();
      stored.update(chunk);
      yield chunk;
    }
  };
  try {
    for await (const lines of readLines(gunzip(measured()), path)) {
      for (const { bytes } of lines) {
        if (first === undefined) {
          first = firstLineOf(path, bytes.toString('utf8'), parseHeader);
          continue;
        }
        body.update(bytes).update('\n');
        const change = parseChange(bytes.toString('utf8'));
        changes += 1;
        if (change === undefined) throw new ArchiveDamagedError(path, `line ${changes + 1} is not a change`);
        await take(change, bytes, changes + 1);
      }
    }
  } catch (error) {
    throw explainUnpacking(path, error);
  } finally {
    await file.close();
  }
  if (first === undefined) throw new ArchiveDamagedError(path, 'it is empty');
  const { header, text: headerText } = first;
  if (body.digest('hex') !== header.sha256 || changes !== header.changes) {
    throw new ArchiveDamagedError(path, 'its changes are not those that its first line says');
  }
  return { name, header, headerText, bytes: file.status.size, sha256: stored.digest('hex') };
}

/**
 * Reads the first line of a file of changes alone.
 * @throws ArchiveDamagedError; FileError, StorageError
 */
export async function readFirstLine<Header>(
  storage: Storage,
  name: string,
  parseHeader: (text: string) => Header | string,
): Promise<{ readonly header: Header; readonly text: string; readonly bytes: number }> {
  const path = storage.pathOf(name);
  const file = await storage.open(name);
  try {
    for await (const lines of readLines(gunzip(file.chunks(false)), path)) {
      for (const line of lines) {
        const text = line.bytes.toString('utf8');
        return { ...firstLineOf(path, text, parseHeader), bytes: file.status.size };
      }
    }
  } catch (error) {
    throw explainUnpacking(path, error);
  } finally {
    await file.close();
  }
  throw new ArchiveDamagedError(path, 'it is empty');
}

function firstLineOf<Header>(
  path: string,
  text: string,
  parseHeader: (text: string) => Header | string,
): { readonly header: Header; readonly text: string } {
  const header = parseHeader(text);
  if (typeof header === 'string') throw new ArchiveDamagedError(path, header);
  return { header, text };
}

function explainUnpacking(path: string, error: unknown): unknown {
  if (!(error as NodeJS.ErrnoException).code?.startsWith('Z_')) return error;
  return new ArchiveDamagedError(path, `it cannot be unpacked (${(error as Error).message})`, error);
}
