import { crc32 } from 'node:zlib';

/** Bits for a key: one key in a hundred that was not added counts as added. */
const BITS_PER_KEY = 10;
const HASHES = 5;
const MIN_BITS = 1 << 13;
/** 64 MB. With more keys than fit, more of the others count as added, which costs time and no memory. */
const MAX_BITS = 2 ** 29;

/** Which keys may have been added: a Bloom filter. A key that was added always counts as added. */
export class KeyFilter {
  readonly #bits: Uint32Array;
  readonly #size: number;
  #isEmpty = true;

  /** @param expectedKeys about how many there will be */
  constructor(expectedKeys: number) {
    this.#size = Math.min(Math.max(expectedKeys * BITS_PER_KEY, MIN_BITS), MAX_BITS);
    this.#bits = new Uint32Array(Math.ceil(this.#size / 32));
  }

  get isEmpty(): boolean {
    return this.#isEmpty;
  }

  add(key: string): void {
    this.#isEmpty = false;
    for (const bit of this.#bitsOf(key)) {
      this.#bits[bit >>> 5] = (this.#bits[bit >>> 5] ?? 0) | (1 << (bit & 31));
    }
  }

  mayHave(key: string): boolean {
    for (const bit of this.#bitsOf(key)) if (((this.#bits[bit >>> 5] ?? 0) & (1 << (bit & 31))) === 0) return false;
    return true;
  }

  /** Two hashes make all. */
  *#bitsOf(key: string): Generator<number> {
    const first = crc32(key);
    const second = fnv(key);
    for (let index = 0; index < HASHES; index += 1) yield (first + index * second) % this.#size;
  }
}

/** FNV-1a, in 32 bits; odd, so that the bits of a key differ. */
function fnv(text: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  }
  return (hash | 1) >>> 0;
}
