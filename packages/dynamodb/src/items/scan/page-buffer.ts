/** What a buffer starts with, in bytes: a page of DynamoDB's 1 MB of items, and what typed JSON usually adds to it. */
const INITIAL_SIZE = 1_310_720;

/**
 * The largest response that is read, in bytes. DynamoDB ends a page at 1 MB by its own count, where an element of a list
 * counts two bytes at least; as typed JSON (`{"BOOL":false},`) that grows no more than eightfold.
 */
const MAX_SIZE = 33_554_432;

/** Room to spare when a buffer has to grow, so that slightly larger pages do not make it grow again. */
const GROWTH = 1.25;

/**
 * Memory that one scanning worker reads its pages into, used again for each page. It grows to the largest page met,
 * and no further than 32 MiB.
 */
export class PageBuffer {
  #memory = Buffer.allocUnsafeSlow(INITIAL_SIZE);
  #length = 0;

  /** The bytes of the page so far: a view, valid until {@link clear}. */
  get bytes(): Buffer {
    return this.#memory.subarray(0, this.#length);
  }

  /**
   * Forgets the page before.
   *
   * @param expected size of the page to come in bytes, where it is known
   * @throws RangeError if that is more than any page of DynamoDB has
   */
  clear(expected = 0): void {
    this.#length = 0;
    this.#reserve(expected);
  }

  /**
   * Copies a piece of the page behind those before it.
   *
   * @throws RangeError if the page is larger than any of DynamoDB's
   */
  append(piece: Uint8Array): void {
    this.#reserve(this.#length + piece.length);
    this.#memory.set(piece, this.#length);
    this.#length += piece.length;
  }

  #reserve(size: number): void {
    if (size <= this.#memory.length) return;
    if (size > MAX_SIZE) throw new RangeError(`a page of ${size} bytes or more, where ${MAX_SIZE} is the most`);
    const larger = Buffer.allocUnsafeSlow(Math.min(MAX_SIZE, Math.ceil(size * GROWTH)));
    larger.set(this.bytes);
    this.#memory = larger;
  }
}
