import { crc32 } from 'node:zlib';
import { NamelessFile } from '../../storage/spill/nameless-file.ts';

/** Entries that are held in memory at once when they are read back. */
const ENTRIES_PER_PARTITION = 1_000;
const MAX_PARTITIONS = 1024;

/** Bytes that all partitions gather together before they are written, and what one of them gathers at the least and at the most. */
const GATHERED_BYTES = 8 * 1024 * 1024;
const MIN_WRITE_SIZE = 8 * 1024;
const MAX_WRITE_SIZE = 256 * 1024;

/** A character of JavaScript takes at most three bytes of UTF-8. */
const BYTES_PER_CHARACTER = 3;

/** What is remembered of an item: its key, and a line of text about it. */
export interface KeyEntry {
  readonly key: string;
  readonly note: string;
}

/**
 * Groups entries by their key, in bounded memory: entries are gathered by a hash of their key, and come back a group at a
 * time, in the order in which they came. What does not fit into a few megabytes goes to temporary files. They are private,
 * encrypted with a key in memory, and have no name any more while they are used, so that nothing stays behind however the
 * process ends.
 *
 * @example
 * ```ts
 * import { KeyPartitions } from '@cumulus/dynamodb/backup';
 *
 * const partitions = await KeyPartitions.create(1_000_000);
 * await partitions.add({ key: 'granule-1', note: '1' });
 * for await (const entries of partitions.partitions()) console.log(entries.length);
 * await partitions.close();
 * ```
 */
export class KeyPartitions {
  readonly #partitions: readonly Partition[];

  private constructor(count: number, writeSize: number) {
    this.#partitions = Array.from({ length: count }, () => new Partition(writeSize));
  }

  /** @param expectedEntries about how many there will be; more only cost memory */
  static async create(expectedEntries: number): Promise<KeyPartitions> {
    const count = Math.min(Math.max(Math.ceil(expectedEntries / ENTRIES_PER_PARTITION), 1), MAX_PARTITIONS);
    const writeSize = Math.min(Math.max(Math.floor(GATHERED_BYTES / count), MIN_WRITE_SIZE), MAX_WRITE_SIZE);
    return new KeyPartitions(count, writeSize);
  }

  /**
   * Adds a key without line breaks or tabs, as JSON text is, and a note without line breaks. Entries that are added at once
   * come back in either order.
   * @returns undefined if there was nothing to wait for
   */
  add({ key, note }: KeyEntry): Promise<void> | undefined {
    const partition = this.#partitions[crc32(key) % this.#partitions.length];
    return partition?.add(`${key}\t${note}\n`);
  }

  /** All entries, a partition at a time: entries of one key are in the same one, in the order in which they were added. */
  async *partitions(): AsyncGenerator<readonly KeyEntry[]> {
    for (const partition of this.#partitions) {
      const lines = (await partition.read()).split('\n');
      lines.pop();
      yield lines.map((line) => {
        const tab = line.indexOf('\t');
        return { key: line.slice(0, tab), note: line.slice(tab + 1) };
      });
    }
  }

  async close(): Promise<void> {
    await Promise.all(this.#partitions.map((partition) => partition.close()));
  }
}

/** Entries in memory of their own, since long-lived strings would fill the heap; what does not fit goes to a file. */
class Partition {
  readonly #gathered: Buffer;
  #bytes = 0;
  #file: NamelessFile | undefined;
  /** Settles when all that was appended is in the file. */
  #appended = Promise.resolve();

  constructor(writeSize: number) {
    this.#gathered = Buffer.allocUnsafeSlow(writeSize);
  }

  /** @returns undefined if there was nothing to wait for */
  add(entry: string): Promise<void> | undefined {
    if (entry.length * BYTES_PER_CHARACTER > this.#gathered.length - this.#bytes) return this.#addAfterFlush(entry);
    this.#bytes += this.#gathered.write(entry, this.#bytes);
    return undefined;
  }

  async read(): Promise<string> {
    if (this.#file === undefined) return this.#gathered.toString('utf8', 0, this.#bytes);
    await this.#flush();
    const buffer = Buffer.allocUnsafe(this.#file.bytes);
    await this.#file.read(buffer, 0);
    return buffer.toString('utf8');
  }

  async close(): Promise<void> {
    await this.#file?.close();
  }

  async #addAfterFlush(entry: string): Promise<void> {
    await this.#flush();
    // Another one may have added something meanwhile, so that it may not fit again.
    if (entry.length * BYTES_PER_CHARACTER > this.#gathered.length) await this.#append(Buffer.from(entry));
    else await this.add(entry);
  }

  /** What is gathered until it returns may be added to at once: a copy goes to the file. */
  async #flush(): Promise<void> {
    const entries = Buffer.from(this.#gathered.subarray(0, this.#bytes));
    this.#bytes = 0;
    await this.#append(entries);
  }

  #append(entries: Buffer): Promise<void> {
    this.#appended = this.#appended.then(async () => {
      this.#file ??= await NamelessFile.create();
      await this.#file.append(entries);
    });
    return this.#appended;
  }
}
