/** A set of line numbers: one bit for each line up to the last one added. */
export class LineSet {
  #bits = new Uint8Array(1024);
  #size = 0;

  /** How many lines are in the set. */
  get size(): number {
    return this.#size;
  }

  add(line: number): void {
    if (this.has(line)) return;
    const byte = line >>> 3;
    if (byte >= this.#bits.length) {
      const bits = new Uint8Array(Math.max(byte + 1, this.#bits.length * 2));
      bits.set(this.#bits);
      this.#bits = bits;
    }
    this.#bits[byte] = (this.#bits[byte] ?? 0) | (1 << (line & 7));
    this.#size += 1;
  }

  has(line: number): boolean {
    return ((this.#bits[line >>> 3] ?? 0) & (1 << (line & 7))) !== 0;
  }

  /** How many lines after this one are in the set. */
  sizeAfter(line: number): number {
    let size = 0;
    for (let later = line + 1; later < this.#bits.length * 8; later += 1) if (this.has(later)) size += 1;
    return size;
  }
}
