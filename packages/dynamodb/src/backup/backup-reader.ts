import { isUtf8 } from 'node:buffer';
import { createHash } from 'node:crypto';
import { type FileHandle, open, stat } from 'node:fs/promises';
import { pipeline, Readable } from 'node:stream';
import { isNativeError } from 'node:util/types';
import { createGunzip } from 'node:zlib';
import { CorruptBackupError, InvalidLineError } from '../errors.ts';
import { exists, manifestOf } from './backup-files.ts';
import { explainFileError } from './durable-file.ts';
import type { BackupManifest } from './manifest.ts';

const NEWLINE = 0x0a;
const CARRIAGE_RETURN = 0x0d;
const SPACE = 0x20;
const TAB = 0x09;
const READ_SIZE = 256 * 1024;

/** An item has at most 400 KB; escapes in JSON can make six bytes of one. A longer line is no item's. */
const MAX_LINE_BYTES = 8 * 1024 * 1024;

/** Bytes of a typical item, to guess how many a file without a manifest has. */
const TYPICAL_LINE_BYTES = 1_000;

/** How often to look again where a backup is being replaced at the very moment of opening it. */
const OPEN_TRIES = 5;

/** A line of a backup file, with its number, counted from 1. */
export interface Line {
  readonly number: number;
  /** UTF-8, without the line break: a view, see {@link BackupReader.lines}. */
  readonly bytes: Buffer;
}

/** The size and SHA-256 of the bytes that a reading went through, as they are stored. */
export interface FileProof {
  readonly bytes: number;
  readonly sha256: string;
}

/**
 * An open backup file with the manifest that belongs to it. It can be read several times, and each time holds the same
 * file, also when another backup takes its name meanwhile.
 */
export class BackupReader {
  /** The path, or what stands for it in messages. */
  readonly name: string;
  readonly manifest: BackupManifest | undefined;
  /** Size in bytes as stored. */
  readonly size: number;
  readonly #file: FileHandle;
  readonly #gzip: boolean;

  private constructor(
    name: string,
    file: FileHandle,
    size: number,
    gzip: boolean,
    manifest: BackupManifest | undefined,
  ) {
    this.name = name;
    this.#file = file;
    this.size = size;
    this.#gzip = gzip;
    this.manifest = manifest;
  }

  /**
   * @param path of the data file, gzipped or not, which is told by its content
   * @param name what to call it in messages, if not by its path
   */
  static async open(path: string, name = path): Promise<BackupReader> {
    for (let tries = 1; ; tries += 1) {
      const file = await openFile(path);
      try {
        const manifest = await manifestOf(path);
        const { size, ino } = await file.stat();
        const replaced = (await exists(path)) && (await stat(path)).ino !== ino;
        if (replaced && tries < OPEN_TRIES) {
          await file.close();
          continue;
        }
        return new BackupReader(name, file, size, await isGzip(file), manifest);
      } catch (error) {
        await file.close();
        throw explainFileError(error, path);
      }
    }
  }

  /** How many items there will be: by the manifest, else by the size of a typical one. */
  get expectedItems(): number {
    return this.manifest?.items ?? Math.ceil(this.size / TYPICAL_LINE_BYTES);
  }

  async close(): Promise<void> {
    await this.#file.close();
  }

  /**
   * Reads the file from its start, in runs of lines, each to be gone through to its end before the next is asked for;
   * empty lines are passed over, but counted in the numbers. At the end it returns the proof of what was read.
   * @param keep whether the bytes of lines stay valid; else only until the next run is asked for, in memory used again
   * @throws InvalidLineError for a line that is too long or not UTF-8
   * @throws CorruptBackupError if a gzipped file is cut short or damaged
   */
  async *lines({ keep = false } = {}): AsyncGenerator<Iterable<Line>, FileProof> {
    const hash = createHash('sha256');
    let bytes = 0;
    // Gunzip is fed ahead of what it has done.
    const stored = this.#chunks(keep || this.#gzip, (chunk) => {
      hash.update(chunk);
      bytes += chunk.length;
    });
    const text = this.#gzip ? gunzip(stored) : stored;
    const splitter = new LineSplitter(this.name);
    try {
      for await (const chunk of text) yield splitter.take(chunk);
    } catch (error) {
      if (isNativeError(error) && (error as NodeJS.ErrnoException).code?.startsWith('Z_')) {
        throw new CorruptBackupError(`${this.name} is no whole gzip file: ${error.message}.`, CORRUPT_ADVICE, error);
      }
      throw explainFileError(error, this.name);
    }
    yield splitter.end();
    return { bytes, sha256: hash.digest('hex') };
  }

  /** The file's bytes as stored; each reading has its own position, so that there can be several. */
  async *#chunks(keep: boolean, measure: (chunk: Buffer) => void): AsyncGenerator<Buffer, void> {
    let memory = Buffer.allocUnsafe(READ_SIZE);
    for (let position = 0; ; ) {
      const { bytesRead } = await this.#file.read(memory, 0, READ_SIZE, position);
      if (bytesRead === 0) return;
      position += bytesRead;
      const chunk = memory.subarray(0, bytesRead);
      measure(chunk);
      yield chunk;
      if (keep) memory = Buffer.allocUnsafe(READ_SIZE);
    }
  }

  /** Reads the file to its end, without a look at its lines: much faster than {@link lines}. */
  async measure(abortSignal?: AbortSignal): Promise<FileProof> {
    const hash = createHash('sha256');
    let bytes = 0;
    for await (const chunk of this.#chunks(false, () => abortSignal?.throwIfAborted())) {
      hash.update(chunk);
      bytes += chunk.length;
    }
    return { bytes, sha256: hash.digest('hex') };
  }

  /** Whether what was read is, to the byte, the file that the manifest was written for. */
  isProvedBy({ bytes, sha256 }: FileProof): boolean {
    const file = this.manifest?.file;
    return file !== undefined && file.bytes === bytes && file.sha256 === sha256;
  }

  /** @throws CorruptBackupError if what was read is not what the manifest says; without a manifest all is taken */
  prove(proof: FileProof, items: number): void {
    if (this.manifest === undefined || (this.isProvedBy(proof) && items === this.manifest.items)) return;
    const { file, items: expectedItems } = this.manifest;
    const difference =
      proof.bytes !== file.bytes
        ? `it has ${proof.bytes} bytes, its manifest says ${file.bytes}`
        : proof.sha256 !== file.sha256
          ? `its SHA-256 is ${proof.sha256}, its manifest says ${file.sha256}`
          : `it has ${items} items, its manifest says ${expectedItems}`;
    throw new CorruptBackupError(`${this.name} is damaged: ${difference}.`, CORRUPT_ADVICE);
  }
}

const CORRUPT_ADVICE = ['Take an earlier backup (T.<UTC time>.json beside it) or another copy of this one.'];

async function openFile(path: string): Promise<FileHandle> {
  try {
    const file = await open(path, 'r');
    if ((await file.stat()).isFile()) return file;
    await file.close();
  } catch (error) {
    throw explainFileError(error, path);
  }
  throw new CorruptBackupError(`${path} is no regular file.`, ['Name a backup file.']);
}

async function isGzip(file: FileHandle): Promise<boolean> {
  const { buffer, bytesRead } = await file.read(Buffer.alloc(2), 0, 2, 0);
  return bytesRead === 2 && buffer[0] === 0x1f && buffer[1] === 0x8b;
}

function gunzip(stored: AsyncIterable<Buffer>): AsyncIterable<Buffer> {
  const gunzipped = createGunzip({ chunkSize: READ_SIZE });
  // What fails on the way comes out of the last stream of the pipeline, to whoever reads it.
  pipeline(Readable.from(stored), gunzipped, () => undefined);
  return gunzipped;
}

/** Cuts chunks of bytes into lines. */
class LineSplitter {
  readonly #name: string;
  #number = 0;
  #pending: Buffer[] = [];
  #pendingBytes = 0;

  constructor(name: string) {
    this.#name = name;
  }

  /** The lines that end in a chunk, each cut when it is asked for: a whole run of them would outlive its use. */
  *take(chunk: Buffer): Generator<Line, void> {
    let start = 0;
    for (let end = chunk.indexOf(NEWLINE); end >= 0; end = chunk.indexOf(NEWLINE, start)) {
      yield* this.#line(chunk.subarray(start, end));
      start = end + 1;
    }
    // A copy: the chunk's memory may be used again.
    if (start < chunk.length) this.#keep(Buffer.from(chunk.subarray(start)));
  }

  /** The last line, if the file does not end in a line break. */
  *end(): Generator<Line, void> {
    if (this.#pendingBytes > 0) yield* this.#line(Buffer.alloc(0));
  }

  #keep(rest: Buffer): void {
    this.#pending.push(rest);
    this.#pendingBytes += rest.length;
    if (this.#pendingBytes > MAX_LINE_BYTES) {
      throw new InvalidLineError(this.#name, this.#number + 1, `longer than ${MAX_LINE_BYTES} bytes, no item is`);
    }
  }

  *#line(end: Buffer): Generator<Line, void> {
    this.#number += 1;
    const bytes = this.#pendingBytes === 0 ? end : Buffer.concat([...this.#pending, end]);
    this.#pending = [];
    this.#pendingBytes = 0;
    if (!isUtf8(bytes)) throw new InvalidLineError(this.#name, this.#number, 'not UTF-8 text');
    if (!isBlank(bytes)) yield { number: this.#number, bytes };
  }
}

function isBlank(bytes: Buffer): boolean {
  return bytes.every((byte) => byte === SPACE || byte === TAB || byte === CARRIAGE_RETURN);
}
