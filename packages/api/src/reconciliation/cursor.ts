/** Reads what comes in batches one after the other; the next batch is asked for while one is looked at. */
export class Cursor<T> {
  readonly #batches: AsyncGenerator<readonly T[], void>;
  #batch: readonly T[] = [];
  #at = 0;
  #next: Promise<IteratorResult<readonly T[], void>> | undefined;

  private constructor(batches: AsyncGenerator<readonly T[], void>) {
    this.#batches = batches;
    this.#ask();
  }

  /** Stands at the first. */
  static async open<T>(batches: AsyncGenerator<readonly T[], void>): Promise<Cursor<T>> {
    const cursor = new Cursor(batches);
    await cursor.#turn();
    return cursor;
  }

  /** Undefined after the last. */
  get current(): T | undefined {
    return this.#batch[this.#at];
  }

  /** @returns undefined if there is nothing to wait for */
  advance(): Promise<void> | undefined {
    this.#at += 1;
    return this.#at < this.#batch.length ? undefined : this.#turn();
  }

  async close(): Promise<void> {
    await this.#next?.catch(() => undefined);
    await this.#batches.return();
  }

  async #turn(): Promise<void> {
    for (;;) {
      if (this.#next === undefined) return;
      const { done, value } = await this.#next;
      this.#batch = value ?? [];
      this.#at = 0;
      this.#next = undefined;
      if (done === true) return;
      this.#ask();
      if (this.#batch.length > 0) return;
    }
  }

  #ask(): void {
    this.#next = this.#batches.next();
    // It is thrown where it is waited for.
    this.#next.catch(() => undefined);
  }
}
