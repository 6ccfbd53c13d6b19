import { randomBytes } from 'node:crypto';
import { type FileHandle, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { explainFileError, PRIVATE_FILE } from './durable-file.ts';

/** Entries that are held in memory at once when they are read back. */
const ENTRIES_PER_PARTITION = 5_000;
const MAX_PARTITIONS = 1024;

/** Text that is gathered for a partition before it is written, in characters. */
const WRITE_SIZE = 8 * 1024;

/** What is remembered of an item: its key, and a line of text about it. */
export interface KeyEntry {
  readonly key: string;
  readonly note: string;
}

/**
 * Brings together what has the same key, in bounded memory: entries go to temporary files by a hash of their key, and
 * come back a file at a time, in the order in which they came. The files are private and have no name any more while
 * they are used, so that nothing stays behind however the process ends.
 */
export class KeyPartitions {
  readonly #files: readonly FileHandle[];
  readonly #waiting: string[];

  private constructor(files: readonly FileHandle[]) {
    this.#files = files;
    this.#waiting = files.map(() => '');
  }

  /** @param expectedEntries about how many there will be; more only cost memory */
  static async create(expectedEntries: number): Promise<KeyPartitions> {
    const count = Math.min(Math.max(Math.ceil(expectedEntries / ENTRIES_PER_PARTITION), 1), MAX_PARTITIONS);
    const files: FileHandle[] = [];
    try {
      for (let index = 0; index < count; index += 1) files.push(await openNameless());
    } catch (error) {
      await Promise.all(files.map((file) => file.close()));
      throw explainFileError(error, tmpdir());
    }
    return new KeyPartitions(files);
  }

  /** @param key without line breaks or tabs, as JSON text is; @param note likewise without line breaks */
  add({ key, note }: KeyEntry): Promise<void> | undefined {
    const partition = crc32(key) % this.#files.length;
    const waiting = `${this.#waiting[partition]}${key}\t${note}\n`;
    this.#waiting[partition] = waiting;
    return waiting.length >= WRITE_SIZE ? this.#flush(partition) : undefined;
  }

  /** All entries, a partition at a time: entries of one key are in the same one, in the order in which they were added. */
  async *partitions(): AsyncGenerator<readonly KeyEntry[]> {
    for (const [partition, file] of this.#files.entries()) {
      await this.#flush(partition);
      const { size } = await file.stat();
      const { buffer } = await file.read(Buffer.alloc(size), 0, size, 0);
      const lines = buffer.toString('utf8').split('\n');
      lines.pop();
      yield lines.map((line) => {
        const tab = line.indexOf('\t');
        return { key: line.slice(0, tab), note: line.slice(tab + 1) };
      });
    }
  }

  async close(): Promise<void> {
    await Promise.all(this.#files.map((file) => file.close()));
  }

  async #flush(partition: number): Promise<void> {
    const text = this.#waiting[partition];
    if (text === undefined || text === '') return;
    this.#waiting[partition] = '';
    try {
      await this.#files[partition]?.appendFile(text);
    } catch (error) {
      throw explainFileError(error, tmpdir());
    }
  }
}

async function openNameless(): Promise<FileHandle> {
  const path = join(tmpdir(), `cumulus-keys-${randomBytes(12).toString('hex')}`);
  const file = await open(path, 'wx+', PRIVATE_FILE);
  await rm(path);
  return file;
}
