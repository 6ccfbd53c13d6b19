/** A page of a list. */
export interface RecordPage<R> {
  /**
   * Up to as many records as were asked for. There can be fewer, even none, with more to come: only a missing cursor
   * means the end.
   */
  readonly records: readonly R[];
  /** Asks for the next page; undefined after the last. */
  readonly cursor: string | undefined;
}

/** @throws RangeError */
export function checkLimit(limit: number): void {
  if (!Number.isSafeInteger(limit) || limit < 1) throw new RangeError(`A page cannot hold ${limit} records.`);
}

/** How much of a list, and from where. */
export interface PageOptions {
  /** Records on a page; 100 unless given. */
  readonly limit?: number | undefined;
  /** {@link RecordPage.cursor} of the page before. */
  readonly cursor?: string | undefined;
}

/**
 * A list that is read page by page as it is asked for: `for await (const record of list)`, or
 * `for await (const { records, cursor } of list.pages())`.
 */
export class RecordList<R> implements AsyncIterable<R> {
  readonly #readPage: (cursor: string | undefined) => Promise<RecordPage<R>>;
  readonly #first: string | undefined;

  /** @param readPage reads the page of a cursor, the first for undefined */
  constructor(readPage: (cursor: string | undefined) => Promise<RecordPage<R>>, first: string | undefined) {
    this.#readPage = readPage;
    this.#first = first;
  }

  /** The page at the list's cursor, its first one unless it was given another. */
  page(): Promise<RecordPage<R>> {
    return this.#readPage(this.#first);
  }

  async *pages(): AsyncGenerator<RecordPage<R>> {
    let cursor = this.#first;
    do {
      const page = await this.#readPage(cursor);
      yield page;
      cursor = page.cursor;
    } while (cursor !== undefined);
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<R> {
    for await (const { records } of this.pages()) yield* records;
  }
}
