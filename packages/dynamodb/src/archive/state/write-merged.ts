import { createHash, type Hash } from 'node:crypto';
import { promisify } from 'node:util';
import { gzip as gzipCallback } from 'node:zlib';
import { NamelessFile } from '../../storage/spill/nameless-file.ts';
import type { NewFile, Storage } from '../../storage/storage.ts';
import { formatMergedHeader, headerSha256, type NewMergedHeader } from '../format/merged.ts';
import type { Change, ProvedFile } from '../format/segment.ts';
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
  readonly header: Omit<NewMergedHeader, 'changes' | 'bytes' | 'sha256' | 'at'>;
  readonly abortSignal?: AbortSignal | undefined;
}

/**
 * Writes the last change of each key into a file, in bounded memory, and reads that again.
 * @returns the file, as others name it
 */
export async function writeMerged(options: WriteMergedOptions): Promise<ProvedFile> {
  const { storage, name, source, at, abortSignal } = options;
  const lines = await PackedLines.create();
  try {
    const sorted = await SortedKeys.read({ storage, source, until: at, abortSignal });
    try {
      for await (const history of sorted.keys()) {
        abortSignal?.throwIfAborted();
        const change = changeAt(history, at / 1000);
        if (change !== undefined) await lines.add(change);
      }
    } finally {
      await sorted.close();
    }
    await lines.flush();
    const { changes, bytes, sha256 } = lines;
    const header = { ...options.header, at: new Date(at).toISOString(), changes, bytes, sha256 };
    const text = formatMergedHeader(header);
    const written = { name, sha256: headerSha256(text) };
    await store(options, text, lines);
    await readMerged(storage, written, undefined, abortSignal);
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
  #gathered: string[] = [];
  #size = 0;
  changes = 0;
  /** Of the text. */
  bytes = 0;

  private constructor(file: NamelessFile) {
    this.#file = file;
  }

  static async create(): Promise<PackedLines> {
    return new PackedLines(await NamelessFile.create());
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
    if (this.#size >= CHUNK_SIZE) await this.flush();
  }

  async flush(): Promise<void> {
    if (this.#size === 0) return;
    const text = Buffer.from(this.#gathered.join(''));
    this.#gathered = [];
    this.#size = 0;
    this.#hash.update(text);
    this.bytes += text.length;
    await this.#file.append(await gzip(text));
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
    await this.#file.close();
  }
}
