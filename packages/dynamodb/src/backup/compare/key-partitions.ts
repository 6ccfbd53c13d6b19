import { crc32 } from 'node:zlib';
import { SerialQueue } from '../../aws/serial-queue.ts';
import { NamelessFile } from '../../storage/spill/nameless-file.ts';
import { entryText, PackedEntries } from './packed-entries.ts';

/** Entries that are held in memory at once when they are read back, about; and the most bytes of them. */
const ENTRIES_PER_PARTITION = 1_000;
const MAX_PARTITION_BYTES = 4 * 1024 * 1024;
const MAX_PARTITIONS = 1024;

/** What a partition that is too large to be read back at once is divided into, in bytes. */
const DIVIDED_BYTES = 512 * 1024;

/** Bytes that all partitions gather together before they are written, and what one of them gathers at the least and at the most. */
const GATHERED_BYTES = 8 * 1024 * 1024;
const MIN_WRITE_SIZE = 8 * 1024;
const MAX_WRITE_SIZE = 256 * 1024;

/** How many values `crc32` has. */
const HASHES = 2 ** 32;

/** A character of JavaScript takes at most three bytes of UTF-8. */
const BYTES_PER_CHARACTER = 3;

/** What is remembered of an item: its key, and a line of text about it. */
export interface KeyEntry {
  readonly key: string;
  readonly note: string;
}

/**
 * Groups entries by their key, in bounded memory: entries are gathered by a hash of their key, and come back a group at a
 * time, in the order in which they came. What does not fit into a few megabytes goes to a temporary file. It is private,
 * encrypted with a key in memory, and has no name any more while it is used, so that nothing stays behind however the
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
  readonly #spill = new Spill();
  readonly #partitions: readonly Partition[];
  /** By how many the keys were divided already. */
  readonly #divisor: number;

  private constructor(count: number, divisor = 1) {
    const writeSize = Math.min(Math.max(Math.floor(GATHERED_BYTES / count), MIN_WRITE_SIZE), MAX_WRITE_SIZE);
    this.#partitions = Array.from({ length: count }, () => new Partition(this.#spill, writeSize));
    this.#divisor = divisor;
  }

  /** @param expectedEntries about how many there will be; with more or fewer it takes longer */
  static create(expectedEntries: number): Promise<KeyPartitions> {
    return Promise.resolve(new KeyPartitions(partitionsFor(expectedEntries / ENTRIES_PER_PARTITION)));
  }

  /**
   * Adds a key without line breaks or tabs, as JSON text is, and a note without line breaks. Entries that are added at once
   * come back in either order.
   * @returns undefined if there was nothing to wait for
   */
  add({ key, note }: KeyEntry): Promise<void> | undefined {
    return this.#partitionOf(crc32(key)).add(entryText(key, note));
  }

  /** Adds entries that were packed. They have to stay as they are until the promise is settled. */
  async addPacked(packed: Uint8Array): Promise<void> {
    const bytes = Buffer.from(packed.buffer, packed.byteOffset, packed.length);
    const entries = new PackedEntries(bytes);
    while (entries.next()) {
      const added = this.#partitionOf(entries.hash).addBytes(bytes, entries.start, entries.end);
      if (added !== undefined) await added;
    }
  }

  /** All entries, a partition at a time: entries of one key are in the same one, in the order in which they were added. */
  async *partitions(): AsyncGenerator<readonly KeyEntry[]> {
    const divisor = this.#divisor * this.#partitions.length;
    for (const partition of this.#partitions) {
      // Keys of one hash stay together, however many they are.
      if (partition.bytes > MAX_PARTITION_BYTES && divisor < HASHES) yield* KeyPartitions.#divided(partition, divisor);
      else yield entriesOf(await partition.read());
    }
  }

  async close(): Promise<void> {
    await this.#spill.close();
  }

  #partitionOf(hash: number): Partition {
    return this.#partitions[Math.floor(hash / this.#divisor) % this.#partitions.length] as Partition;
  }

  /** The entries of a partition in smaller ones. */
  static async *#divided(partition: Partition, divisor: number): AsyncGenerator<readonly KeyEntry[]> {
    const parts = new KeyPartitions(partitionsFor(partition.bytes / DIVIDED_BYTES), divisor);
    try {
      for await (const text of partition.texts()) {
        for (const entry of entriesOf(text)) await parts.add(entry);
      }
      yield* parts.partitions();
    } finally {
      await parts.close();
    }
  }
}

function partitionsFor(wanted: number): number {
  return Math.min(Math.max(Math.ceil(wanted), 1), MAX_PARTITIONS);
}

function entriesOf(text: string): readonly KeyEntry[] {
  const lines = text.split('\n');
  lines.pop();
  return lines.map((line) => {
    const tab = line.indexOf('\t');
    return { key: line.slice(0, tab), note: line.slice(tab + 1) };
  });
}

/** One file for what partitions do not hold in memory: however many they are, one file is open. */
class Spill {
  #file: NamelessFile | undefined;
  readonly #queue = new SerialQueue({ stopOnError: true });

  /** @returns where it is in the file */
  append(bytes: Buffer): Promise<number> {
    return this.#queue.run(async () => {
      this.#file ??= await NamelessFile.create();
      const position = this.#file.bytes;
      await this.#file.append(bytes);
      return position;
    });
  }

  async read(buffer: Buffer, position: number): Promise<void> {
    await this.#file?.read(buffer, position);
  }

  async close(): Promise<void> {
    await this.#file?.close();
  }
}

/** What a partition has in the file. */
interface Piece {
  readonly position: number;
  readonly size: number;
}

/** Entries in memory of their own, since long-lived strings would fill the heap; what does not fit goes to a file. */
class Partition {
  readonly #spill: Spill;
  readonly #gathered: Buffer;
  #filled = 0;
  readonly #pieces: Piece[] = [];
  #spilled = 0;

  constructor(spill: Spill, writeSize: number) {
    this.#spill = spill;
    this.#gathered = Buffer.allocUnsafeSlow(writeSize);
  }

  get bytes(): number {
    return this.#spilled + this.#filled;
  }

  /** @returns undefined if there was nothing to wait for */
  add(entry: string): Promise<void> | undefined {
    if (entry.length * BYTES_PER_CHARACTER > this.#gathered.length - this.#filled) {
      return this.#addAfterFlush(Buffer.from(entry));
    }
    this.#filled += this.#gathered.write(entry, this.#filled);
    return undefined;
  }

  /** Like {@link add}, for an entry that is in memory already. */
  addBytes(memory: Buffer, start: number, end: number): Promise<void> | undefined {
    if (end - start > this.#gathered.length - this.#filled) {
      // A copy: the memory may be shared, which not all can be done with.
      return this.#addAfterFlush(Buffer.from(memory.subarray(start, end)));
    }
    this.#filled += memory.copy(this.#gathered, this.#filled, start, end);
    return undefined;
  }

  /** All entries. */
  async read(): Promise<string> {
    let text = '';
    for await (const piece of this.texts()) text += piece;
    return text;
  }

  /** All entries, some at a time. */
  async *texts(): AsyncGenerator<string> {
    for (const { position, size } of this.#pieces) {
      const buffer = Buffer.allocUnsafe(size);
      await this.#spill.read(buffer, position);
      yield buffer.toString('utf8');
    }
    yield this.#gathered.toString('utf8', 0, this.#filled);
  }

  async #addAfterFlush(entry: Buffer): Promise<void> {
    await this.#flush();
    // Another one may have added something meanwhile, so that it may not fit again.
    if (entry.length > this.#gathered.length) await this.#append(entry);
    else await this.addBytes(entry, 0, entry.length);
  }

  /** What is gathered until it returns may be added to at once: a copy goes to the file. */
  async #flush(): Promise<void> {
    const entries = Buffer.from(this.#gathered.subarray(0, this.#filled));
    this.#filled = 0;
    await this.#append(entries);
  }

  async #append(entries: Buffer): Promise<void> {
    this.#pieces.push({ position: await this.#spill.append(entries), size: entries.length });
    this.#spilled += entries.length;
  }
}
