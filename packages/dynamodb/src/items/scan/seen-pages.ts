import { hash } from 'node:crypto';

const NEWLINE = 0x0a;

/** Hexadecimal digits that fit into a number exactly: two different pages of a million look alike once in 9,000 scans. */
const DIGITS = 13;

/**
 * Recognizes pages of a scan that came before. Each key is in a table once, so that no two pages begin with the same item.
 * It takes some 40 bytes for each page of 1 MB.
 */
export class SeenPages {
  readonly #owners = new Map<number, number>();
  #asked = 0;

  /** Begins a page that is asked for, perhaps several times, until it has come. */
  ask(): PageAsked {
    this.#asked += 1;
    const owner = this.#asked;
    return {
      cameBefore: ({ lines, count }) => {
        if (count === 0) return false;
        const first = hash('sha256', lines.subarray(0, lines.indexOf(NEWLINE)), 'hex');
        const digest = Number.parseInt(first.slice(0, DIGITS), 16);
        const known = this.#owners.get(digest) ?? owner;
        this.#owners.set(digest, known);
        return known !== owner;
      },
    };
  }
}

export interface PageAsked {
  /** Whether the same answer came for another page. */
  readonly cameBefore: (page: { readonly lines: Buffer; readonly count: number }) => boolean;
}
