import type { PlainItem } from '@cumulus/dynamodb/items';

/**
 * The most pages of an index or a table that one page of a list reads. What is not found in them is left to the next
 * page, so that no list ever takes long to answer, whatever is in the table.
 */
export const MAX_PAGES = 4;

/** What a page has gathered so far. */
export class Collected {
  /** Entries of an index, of which the records are still to be read. */
  readonly entries: PlainItem[] = [];
  /** Records found by a scan. */
  readonly unlisted: PlainItem[] = [];
  readonly #limit: number;

  constructor(limit: number) {
    this.#limit = limit;
  }

  get left(): number {
    return this.#limit - this.entries.length - this.unlisted.length;
  }

  get full(): boolean {
    return this.left <= 0;
  }
}
