import { crc32 } from 'node:zlib';

/** Before each entry: the hash of its key and its size, four bytes each. */
const HEAD = 8;
const SIZE = 4;

const INITIAL_SIZE = 131_072;

/** A character of JavaScript takes at most three bytes of UTF-8. */
const BYTES_PER_CHARACTER = 3;

/** The text of an entry: a key without line breaks or tabs, as JSON text is, and a note without line breaks. */
export function entryText(key: string, note: string): string {
  return `${key}\t${note}\n`;
}

/** Puts entries of `KeyPartitions` into one piece of memory, which a thread can hand over to another. */
export class EntryPacker {
  #memory = Buffer.allocUnsafeSlow(INITIAL_SIZE);
  #filled = 0;

  add(key: string, note: string): void {
    const text = entryText(key, note);
    this.#reserve(HEAD + text.length * BYTES_PER_CHARACTER);
    const start = this.#filled;
    const size = this.#memory.write(text, start + HEAD);
    this.#memory.writeUInt32LE(crc32(key), start);
    this.#memory.writeUInt32LE(size, start + SIZE);
    this.#filled = start + HEAD + size;
  }

  /** The entries since it was cleared: a view, which is valid until then. */
  get packed(): Buffer {
    return this.#memory.subarray(0, this.#filled);
  }

  clear(): void {
    this.#filled = 0;
  }

  #reserve(size: number): void {
    if (this.#filled + size <= this.#memory.length) return;
    const larger = Buffer.allocUnsafeSlow(2 * (this.#filled + size));
    this.#memory.copy(larger, 0, 0, this.#filled);
    this.#memory = larger;
  }
}

/** Goes through packed entries, one after the other. */
export class PackedEntries {
  readonly #packed: Buffer;
  /** `crc32` of the entry's key. */
  hash = 0;
  /** Where the entry's text begins and ends in the memory. */
  start = 0;
  end = 0;

  constructor(packed: Buffer) {
    this.#packed = packed;
  }

  /** @returns whether there is one more */
  next(): boolean {
    const at = this.end;
    if (at >= this.#packed.length) return false;
    this.hash = this.#packed.readUInt32LE(at);
    this.start = at + HEAD;
    this.end = this.start + this.#packed.readUInt32LE(at + SIZE);
    return true;
  }
}
