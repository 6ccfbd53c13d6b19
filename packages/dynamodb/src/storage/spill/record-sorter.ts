import { NamelessFile } from './nameless-file.ts';

/** What is gathered before it is sorted and written, in bytes; and what all runs are read through together. */
const DEFAULT_MEMORY = 8 * 1024 * 1024;

/** The least and the most that is read of a run at once, in bytes. */
const MIN_READ = 8 * 1024;
const MAX_READ = 256 * 1024;

/** The lengths of key and note, before them. */
const HEADER_SIZE = 8;

/** Records that are handed over at once. */
const BATCH_SIZE = 512;

/** A record with the key by which it is sorted. */
export interface SortedRecord {
  /** As `byteOrder` gives it. */
  readonly key: string;
  readonly note: string;
}

/**
 * Sorts any number of records by their keys, in bounded memory: what is gathered is sorted and written to a private file without a name,
 * a run after the other, and the runs are merged as they are read. Records of one key come in the order in which they were added.
 *
 * @example
 * ```ts
 * import { byteOrder, RecordSorter } from '@cumulus/dynamodb/storage';
 *
 * const sorter = new RecordSorter();
 * await sorter.add(byteOrder('b.hdf'), 'granule-2');
 * await sorter.add(byteOrder('a.hdf'), 'granule-1');
 * for await (const records of sorter.sorted()) console.log(records.map(({ note }) => note)); // granule-1, granule-2
 * await sorter.close();
 * ```
 */
export class RecordSorter {
  readonly #memory: number;
  #gathered: Buffer;
  #filled = 0;
  #offsets: number[] = [];
  #file: NamelessFile | undefined;
  readonly #runs: Run[] = [];
  #count = 0;

  /** @param memory what is sorted at once, in bytes; 8 MB unless given */
  constructor(memory = DEFAULT_MEMORY) {
    this.#memory = memory;
    // Grows up to that: most lists are short.
    this.#gathered = Buffer.allocUnsafeSlow(Math.min(memory, MAX_READ));
  }

  /** How many records there are. */
  get count(): number {
    return this.#count;
  }

  /**
   * @param key as `byteOrder` gives it
   * @returns undefined if there was nothing to wait for; calls that are waited for must not overlap
   * @throws FileError for a full disk
   */
  add(key: string, note: string): Promise<void> | undefined {
    const size = HEADER_SIZE + key.length + Buffer.byteLength(note);
    if (this.#filled + size > this.#gathered.length && !this.#grow(this.#filled + size))
      return this.#writeRun().then(() => this.#put(key, note, size));
    this.#put(key, note, size);
    return undefined;
  }

  /** All records by their keys, some at once; nothing is added any more. @throws FileError */
  async *sorted(): AsyncGenerator<readonly SortedRecord[], void> {
    if (this.#runs.length === 0) {
      yield* batchesOf(this.#inMemory());
      return;
    }
    if (this.#offsets.length > 0) await this.#writeRun();
    this.#gathered = Buffer.alloc(0);
    yield* this.#merged(this.#file as NamelessFile);
  }

  async close(): Promise<void> {
    this.#gathered = Buffer.alloc(0);
    this.#offsets = [];
    await this.#file?.close();
  }

  #put(key: string, note: string, size: number): void {
    if (size > this.#gathered.length) this.#gathered = Buffer.allocUnsafeSlow(size);
    const at = this.#filled;
    this.#gathered.writeUInt32LE(key.length, at);
    this.#gathered.writeUInt32LE(size - HEADER_SIZE - key.length, at + 4);
    this.#gathered.write(key, at + HEADER_SIZE, 'latin1');
    this.#gathered.write(note, at + HEADER_SIZE + key.length, 'utf8');
    this.#offsets.push(at);
    this.#filled += size;
    this.#count += 1;
  }

  /** @returns false where all memory is in use, or nothing would be gained */
  #grow(wanted: number): boolean {
    const size = Math.min(this.#memory, Math.max(this.#gathered.length * 2, wanted));
    if (wanted > size || size <= this.#gathered.length) return false;
    const larger = Buffer.allocUnsafeSlow(size);
    this.#gathered.copy(larger, 0, 0, this.#filled);
    this.#gathered = larger;
    return true;
  }

  #inOrder(): Uint32Array {
    const buffer = this.#gathered;
    return Uint32Array.from(this.#offsets).sort((a, b) => {
      const [startA, startB] = [a + HEADER_SIZE, b + HEADER_SIZE];
      const endB = startB + buffer.readUInt32LE(b);
      return buffer.compare(buffer, startB, endB, startA, startA + buffer.readUInt32LE(a)) || a - b;
    });
  }

  *#inMemory(): Generator<SortedRecord> {
    for (const at of this.#inOrder()) yield recordAt(this.#gathered, at);
  }

  async #writeRun(): Promise<void> {
    const start = this.#file?.bytes ?? 0;
    this.#file ??= await NamelessFile.create();
    const chunk = Buffer.allocUnsafe(MAX_READ);
    let filled = 0;
    for (const at of this.#inOrder()) {
      const end = at + sizeAt(this.#gathered, at);
      if (filled + end - at > chunk.length) {
        await this.#file.append(chunk.subarray(0, filled));
        filled = 0;
      }
      if (end - at > chunk.length) await this.#file.append(this.#gathered.subarray(at, end));
      else filled += this.#gathered.copy(chunk, filled, at, end);
    }
    await this.#file.append(chunk.subarray(0, filled));
    this.#runs.push({ start, end: this.#file.bytes });
    this.#filled = 0;
    this.#offsets = [];
  }

  async *#merged(file: NamelessFile): AsyncGenerator<readonly SortedRecord[], void> {
    const size = Math.min(Math.max(Math.floor(this.#memory / this.#runs.length), MIN_READ), MAX_READ);
    const heap = new RunHeap();
    for (const [index, run] of this.#runs.entries()) {
      const reader = new RunReader(file, run, index, size);
      if (await reader.advance()) heap.add(reader);
    }
    let batch: SortedRecord[] = [];
    for (let first = heap.first; first !== undefined; first = heap.first) {
      batch.push(first.record);
      const isMore = first.advanceInMemory() ?? (await first.advance());
      heap.moved(isMore);
      if (batch.length < BATCH_SIZE) continue;
      yield batch;
      batch = [];
    }
    if (batch.length > 0) yield batch;
  }
}

/** Where the file has records in order. */
interface Run {
  readonly start: number;
  readonly end: number;
}

function sizeAt(buffer: Buffer, at: number): number {
  return HEADER_SIZE + buffer.readUInt32LE(at) + buffer.readUInt32LE(at + 4);
}

function recordAt(buffer: Buffer, at: number): SortedRecord {
  const keyEnd = at + HEADER_SIZE + buffer.readUInt32LE(at);
  return {
    key: buffer.toString('latin1', at + HEADER_SIZE, keyEnd),
    note: buffer.toString('utf8', keyEnd, at + sizeAt(buffer, at)),
  };
}

function* batchesOf(records: Iterable<SortedRecord>): Generator<readonly SortedRecord[]> {
  let batch: SortedRecord[] = [];
  for (const record of records) {
    batch.push(record);
    if (batch.length < BATCH_SIZE) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}

/** Reads one run, through a buffer of its own. */
class RunReader {
  readonly index: number;
  readonly #file: NamelessFile;
  readonly #end: number;
  /** Where in the file the buffer's content begins. */
  #start: number;
  #buffer: Buffer;
  #filled = 0;
  #at = 0;
  #record: SortedRecord | undefined;

  constructor(file: NamelessFile, { start, end }: Run, index: number, size: number) {
    this.#file = file;
    this.#start = start;
    this.#end = end;
    this.index = index;
    this.#buffer = Buffer.allocUnsafeSlow(size);
  }

  get record(): SortedRecord {
    return this.#record as SortedRecord;
  }

  /** @returns whether there is another record; undefined where it has to be read first */
  advanceInMemory(): boolean | undefined {
    const left = this.#filled - this.#at;
    if (left < HEADER_SIZE || left < sizeAt(this.#buffer, this.#at))
      return left === 0 && this.#start + this.#filled === this.#end ? false : undefined;
    this.#record = recordAt(this.#buffer, this.#at);
    this.#at += sizeAt(this.#buffer, this.#at);
    return true;
  }

  async advance(): Promise<boolean> {
    for (;;) {
      const isMore = this.advanceInMemory();
      if (isMore !== undefined) return isMore;
      await this.#fill();
    }
  }

  async #fill(): Promise<void> {
    const left = this.#filled - this.#at;
    const wanted = left < HEADER_SIZE ? HEADER_SIZE : sizeAt(this.#buffer, this.#at);
    const buffer = wanted > this.#buffer.length ? Buffer.allocUnsafeSlow(wanted) : this.#buffer;
    this.#buffer.copy(buffer, 0, this.#at, this.#filled);
    this.#buffer = buffer;
    this.#start += this.#at;
    this.#at = 0;
    const room = Math.min(buffer.length, this.#end - this.#start);
    this.#filled = left + (await this.#file.read(buffer.subarray(left, room), this.#start + left));
  }
}

/** Readers by their first records: a binary heap. */
class RunHeap {
  readonly #readers: RunReader[] = [];

  get first(): RunReader | undefined {
    return this.#readers[0];
  }

  add(reader: RunReader): void {
    this.#readers.push(reader);
    for (let at = this.#readers.length - 1; at > 0; ) {
      const parent = (at - 1) >> 1;
      if (!this.#isBefore(at, parent)) return;
      this.#swap(at, parent);
      at = parent;
    }
  }

  /** The first has another record, or none any more. */
  moved(isMore: boolean): void {
    if (!isMore) {
      const last = this.#readers.pop();
      if (this.#readers.length === 0 || last === undefined) return;
      this.#readers[0] = last;
    }
    for (let at = 0; ; ) {
      const [left, right] = [2 * at + 1, 2 * at + 2];
      const child = right < this.#readers.length && this.#isBefore(right, left) ? right : left;
      if (child >= this.#readers.length || !this.#isBefore(child, at)) return;
      this.#swap(at, child);
      at = child;
    }
  }

  #isBefore(one: number, other: number): boolean {
    const [a, b] = [this.#readers[one] as RunReader, this.#readers[other] as RunReader];
    return a.record.key === b.record.key ? a.index < b.index : a.record.key < b.record.key;
  }

  #swap(one: number, other: number): void {
    const reader = this.#readers[one] as RunReader;
    this.#readers[one] = this.#readers[other] as RunReader;
    this.#readers[other] = reader;
  }
}
