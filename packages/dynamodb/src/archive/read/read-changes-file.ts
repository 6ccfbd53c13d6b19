import { createHash } from 'node:crypto';
import { LINE_BREAK, MAX_LINE_BYTES, readLines } from '../../backup/format/lines.ts';
import type { Encryption } from '../../backup/format/manifest.ts';
import { DECRYPTION_FAILED, decrypt } from '../../storage/encryption/decrypt.ts';
import { FileLockedError } from '../../storage/errors.ts';
import { gunzip } from '../../storage/gunzip.ts';
import type { Storage, StoredFile } from '../../storage/storage.ts';
import { ArchiveDamagedError } from '../errors.ts';
import { type Change, parseChange } from '../format/segment.ts';

/** What the first line of a file of changes says of the others. */
export interface ChangesHeader {
  readonly changes: number;
  /** Present if what follows is encrypted: a file of age, of the gzipped lines. Without changes nothing follows. */
  readonly encryption?: Encryption | undefined;
  /** The SHA-256 of what follows it, before it is compressed: the lines, or the encrypted file. */
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
  /** Whether the lines of an encrypted file need not be read if no secret key is given; then `take` gets none. */
  readonly mayStayLocked: boolean;
  /** Secret keys of age, of which one opens the file if it is encrypted. */
  readonly identities?: readonly string[] | undefined;
  readonly abortSignal?: AbortSignal | undefined;
}

/**
 * Reads a file of changes to its end, and proves its lines by their number and the SHA-256 in its first line. What was taken before the end
 * is proved only once this has returned.
 * @throws ArchiveDamagedError; FileError, StorageError
 */
export async function readChangesFile<Header extends ChangesHeader>(
  options: ReadChangesFileOptions<Header>,
): Promise<ReadChangesFile<Header>> {
  const { storage, name } = options;
  const path = storage.pathOf(name);
  const file = await storage.open(name);
  try {
    return await readOpened(file, path, options);
  } catch (error) {
    // That no key opens it may be since it is damaged.
    if (error instanceof FileLockedError && error.hasOtherKeys) {
      await readOpened(file, path, { ...options, identities: undefined, mayStayLocked: true });
    }
    throw explainUnpacking(path, error);
  } finally {
    await file.close();
  }
}

async function readOpened<Header extends ChangesHeader>(
  file: StoredFile,
  path: string,
  options: ReadChangesFileOptions<Header>,
): Promise<ReadChangesFile<Header>> {
  const { name, identities, mayStayLocked, abortSignal } = options;
  const stored = createHash('sha256');
  const body = createHash('sha256');
  const measured = async function* (): AsyncGenerator<Buffer, void> {
    for await (const chunk of file.chunks(false)) {
      abortSignal?.throwIfAborted();
      stored.update(chunk);
      yield chunk;
    }
  };
  const { line, rest } = await cutFirstLine(gunzip(measured()), path);
  const { header, text: headerText } = firstLineOf(path, line.toString('utf8'), options.parseHeader);
  const hashed = async function* (): AsyncGenerator<Buffer, void> {
    for await (const chunk of rest) {
      body.update(chunk);
      yield chunk;
    }
  };
  const isLocked = header.encryption !== undefined && identities === undefined && mayStayLocked;
  const changes = isLocked ? await passOver(hashed(), header) : await takeChanges(hashed(), header, path, options);
  if (body.digest('hex') !== header.sha256 || changes !== header.changes) {
    throw new ArchiveDamagedError(path, 'its changes are not those that its first line says');
  }
  return { name, header, headerText, bytes: file.status.size, sha256: stored.digest('hex') };
}

/** @returns how many changes there have to be, none of which was looked at */
async function passOver(body: AsyncIterable<Buffer>, { changes }: ChangesHeader): Promise<number> {
  for await (const _chunk of body);
  return changes;
}

/** @returns how many changes there are */
async function takeChanges<Header extends ChangesHeader>(
  body: AsyncGenerator<Buffer, void>,
  header: Header,
  path: string,
  { take, identities }: ReadChangesFileOptions<Header>,
): Promise<number> {
  let changes = 0;
  for await (const lines of readLines(textOf(body, header, path, identities), path, 1)) {
    for (const { bytes } of lines) {
      const change = parseChange(bytes.toString('utf8'));
      changes += 1;
      if (change === undefined) throw new ArchiveDamagedError(path, `line ${changes + 1} is not a change`);
      await take(change, bytes, changes + 1);
    }
  }
  return changes;
}

/** The lines of changes. A file without changes has nothing that is encrypted. */
async function* textOf(
  body: AsyncGenerator<Buffer, void>,
  { encryption }: ChangesHeader,
  path: string,
  identities: readonly string[] | undefined,
): AsyncGenerator<Buffer, void> {
  const first = await body.next();
  if (first.done) return;
  const whole = joined(first.value, body);
  if (encryption === undefined) yield* whole;
  else yield* gunzip(decrypt(whole, { name: path, identities, recipients: encryption.recipients }));
}

async function* joined(first: Buffer, rest: AsyncIterable<Buffer>): AsyncGenerator<Buffer, void> {
  if (first.length > 0) yield first;
  yield* rest;
}

/**
 * Cuts a text after its first line.
 * @throws ArchiveDamagedError if it has none
 */
async function cutFirstLine(
  text: AsyncGenerator<Buffer, void>,
  path: string,
): Promise<{ readonly line: Buffer; readonly rest: AsyncGenerator<Buffer, void> }> {
  const begun: Buffer[] = [];
  for (let bytes = 0; bytes <= MAX_LINE_BYTES; ) {
    const next = await text.next();
    if (next.done) break;
    const chunk = next.value;
    const end = chunk.indexOf(LINE_BREAK);
    bytes += chunk.length;
    if (end < 0) {
      begun.push(chunk);
      continue;
    }
    const line = Buffer.concat([...begun, chunk.subarray(0, end)]);
    return { line, rest: joined(chunk.subarray(end + 1), text) };
  }
  throw new ArchiveDamagedError(path, begun.length === 0 ? 'it is empty' : 'its first line has no end');
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
    const { line, rest } = await cutFirstLine(gunzip(file.chunks(false)), path);
    await rest.return();
    return { ...firstLineOf(path, line.toString('utf8'), parseHeader), bytes: file.status.size };
  } catch (error) {
    throw explainUnpacking(path, error);
  } finally {
    await file.close();
  }
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
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === DECRYPTION_FAILED) {
    return new ArchiveDamagedError(path, `it is not as it was encrypted (${message})`, error);
  }
  if (!code?.startsWith('Z_')) return error;
  return new ArchiveDamagedError(path, `it cannot be unpacked (${message})`, error);
}
