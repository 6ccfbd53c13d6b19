import type { TypedItem } from '../../items/typed-item.ts';

/** Of which of two sides that are compared an item is. */
export type Side = 'L' | 'R';

/** Between the parts of a note, none of which has it: side with digest, key, facts. */
const BETWEEN = '\t';

/** What a comparison may have to know of a table's item, besides its key and its values. */
export interface TableItemFacts {
  /** When its time to live ends, if it does; see `expiryOf`. */
  readonly expiry?: number | undefined;
  /** Why the rules of keys that were given refuse it, in words. */
  readonly problem?: string | undefined;
}

/**
 * A line of text about an item.
 * @param keyText the key as text of typed JSON
 * @param facts have to survive JSON
 */
export function writeNote(side: Side, digest: string, keyText: string, facts: unknown): string {
  return `${side}${digest}${BETWEEN}${keyText}${BETWEEN}${JSON.stringify(facts)}`;
}

/** Reads a note. It parses only the parts that are used: of most items that is the digest alone. */
export class ItemNote<Facts> {
  readonly #note: string;
  readonly side: Side;
  readonly digest: string;
  #facts: { readonly read: Facts } | undefined;

  constructor(note: string) {
    this.#note = note;
    this.side = note.charAt(0) as Side;
    this.digest = note.slice(1, note.indexOf(BETWEEN));
  }

  get key(): TypedItem {
    return JSON.parse(this.keyText) as TypedItem;
  }

  get keyText(): string {
    return this.#note.slice(this.digest.length + 2, this.#note.lastIndexOf(BETWEEN));
  }

  get facts(): Facts {
    this.#facts ??= { read: JSON.parse(this.#note.slice(this.#note.lastIndexOf(BETWEEN) + 1)) as Facts };
    return this.#facts.read;
  }
}
