import { createHash, type Hash } from 'node:crypto';
import { promisify } from 'node:util';
import { gzip as gzipCallback } from 'node:zlib';
import { encryptionTo } from '../../backup/format/manifest.ts';
import { AgeWriter } from '../../storage/encryption/age-writer.ts';
import { NamelessFile } from '../../storage/spill/nameless-file.ts';
import type { NewFile, Storage } from '../../storage/storage.ts';
import { formatMergedHeader, headerSha256, type NewMergedHeader } from '../format/merged.ts';
import { type Change, type ProvedFile, STORED } from '../format/segment.ts';
import { readMerged } from '../read/merged-changes.ts';
import type { ArchiveSource } from './plan-state.ts';
import { changeAt, SortedKeys } from './sorted-keys.ts';

const gzip = promisify(gzipCallback);

/** What is gathered before it is packed, and what is copied at once, in bytes. */
const CHUNK_SIZE = 1024 * 1024;

export interface WriteMergedOptions {
  readonly storage: Storage;
  readonly name: string;
  /** Whose changes are merged; its base is not read. */
  readonly source: ArchiveSource;
  /** The last second, in milliseconds since 1970. */
  readonly at: number;
  /** What the first line says besides what is counted. */
  readonly header: Omit<NewMergedHeader, 'changes' | 'bytes' | 'encryption' | 'sha256' | 'at'>;
  /** Secret keys of age for what is encrypted. */
  readonly identities?: readonly string[] | undefined;
  /** Public keys of age to encrypt the changes to; they are not encrypted unless given. */
  readonly recipients?: readonly string[] | undefined;
  readonly abortSignal?: AbortSignal | undefined;
}

/**
 * Writes the last change of each key into a file, in bounded memory, and reads that again.
 * @returns the file, as others name it
 */
export async function writeMerged(options: WriteMergedOptions): Promise<ProvedFile> {
  const { storage, name, source, at, identities, recipients, abortSignal } = options;
  const lines = await PackedLines.create(recipients);
  try {
    const sorted = await SortedKeys.read({ storage, source, until: at, identities, abortSignal });
    try {
      for await (const history of sorted.keys()) {
        abortSignal?.throwIfAborted();
        const change = changeAt(history, at / 1000);
        if (change !== undefined) await lines.add(change);
      }
    } finally {
      await sorted.close();
    }
    await lines.finish();
    const { changes, bytes, sha256 } = lines;
    const header = {
      ...options.header,
      at: new Date(at).toISOString(),
      changes,
      bytes,
      encryption: encryptionTo(recipients),
      sha256,
    };
    const text = formatMergedHeader(header);
    const written = { name, sha256: headerSha256(text) };
    await store(options, text, lines);
    await readMerged(storage, written, { abortSignal });
    return written;
  } finally {
    await lines.close();
  }
}

/** Two gzip members or more: the first line, and the changes. */
async function store(
  { storage, name, abortSignal }: WriteMergedOptions,
  text: string,
  lines: PackedLines,
): Promise<void> {
  const first = await gzip(`${text}\n`);
  const file = await storage.create(name, {
    contentType: 'application/gzip',
    metadata: { 'cumulus-first-line': headerSha256(text) },
    expectedBytes: first.length + lines.packedBytes,
    abortSignal,
  });
  try {
    await file.append(first);
    await lines.copyTo(file);
    await file.finish();
    await file.publish();
  } finally {
    await file.close();
  }
}

/** Lines that are packed and held on disk, since the first line of the file says what they are. */
class PackedLines {
  readonly #file: NamelessFile;
  readonly #hash: Hash = createHash('sha256');
  readonly #recipients: readonly string[] | undefined;
  /** Made with the first change: without any, nothing is encrypted. */
  #encrypting: AgeWriter | undefined;
  #gathered: string[] = [];
  #size = 0;
  changes = 0;
  /** Of the text. */
  bytes = 0;

  private constructor(file: NamelessFile, recipients: readonly string[] | undefined) {
    this.#file = file;
    this.#recipients = recipients;
  }

  static async create(recipients: readonly string[] | undefined): Promise<PackedLines> {
    return new PackedLines(await NamelessFile.create(), recipients);
  }

  get sha256(): string {
    return this.#hash.copy().digest('hex');
  }

  get packedBytes(): number {
    return this.#file.bytes;
  }

  async add(change: Change): Promise<void> {
    const line = `${JSON.stringify(change)}\n`;
    this.#gathered.push(line);
    this.#size += line.length;
    this.changes += 1;
    if (this.#size >= CHUNK_SIZE) await this.#flush();
  }

  async finish(): Promise<void> {
    await this.#flush();
    await this.#encrypting?.finish();
  }

  async #flush(): Promise<void> {
    if (this.#size === 0) return;
    const text = Buffer.from(this.#gathered.join(''));
    this.#gathered = [];
    this.#size = 0;
    this.bytes += text.length;
    if (this.#recipients === undefined) {
      this.#hash.update(text);
      await this.#file.append(await gzip(text));
      return;
    }
    this.#encrypting ??= await AgeWriter.create(this.#recipients, async (chunk) => {
      this.#hash.update(chunk);
      await this.#file.append(await gzip(chunk, STORED));
    });
    await this.#encrypting.append(await gzip(text));
  }

  async copyTo(file: NewFile): Promise<void> {
    const chunk = Buffer.allocUnsafe(CHUNK_SIZE);
    for (let position = 0; position < this.#file.bytes; ) {
      const read = await this.#file.read(chunk, position);
      await file.append(chunk.subarray(0, read));
      position += read;
    }
  }

  async close(): Promise<void> {
    await this.#encrypting?.abort();
    await this.#file.close();
  }
}
