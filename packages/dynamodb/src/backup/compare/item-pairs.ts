import type { ItemView } from '../../items/text/item-view.ts';
import type { TypedItem } from '../../items/typed-item.ts';
import { ItemNote, type Side, writeNote } from './item-note.ts';
import { KeyPartitions } from './key-partitions.ts';

/** What is remembered of an item. */
export interface RememberedItem<Facts> {
  readonly key: TypedItem;
  /** The key as text of typed JSON. */
  readonly keyText: string;
  /** The same for items with the same values: `itemDigest`, unless another was given. */
  readonly digest: string;
  readonly facts: Facts;
  /** How many items of its key came before it from the same side: it replaces them. */
  readonly replaces: number;
}

/** What the two sides have of one key; one side at least has something. */
export interface ItemPair<Left, Right> {
  readonly canonicalKey: string;
  readonly left: RememberedItem<Left> | undefined;
  readonly right: RememberedItem<Right> | undefined;
}

/**
 * Compares the items of two sides by their keys: two backups, two tables, or one of each. Keys and digests are in a temporary
 * file, so that memory is bounded however many items there are. Close it when it is no longer needed.
 *
 * The facts are what a comparison needs to know of an item of that side besides; they have to survive JSON.
 */
export class ItemPairs<Left, Right> {
  readonly #partitions: KeyPartitions;

  private constructor(partitions: KeyPartitions) {
    this.#partitions = partitions;
  }

  /** @param expectedItems about how many there will be of both sides together; with more or fewer it takes longer */
  static async create<Left, Right>(expectedItems: number): Promise<ItemPairs<Left, Right>> {
    return new ItemPairs<Left, Right>(await KeyPartitions.create(expectedItems));
  }

  /**
   * Remembers an item of the left side. Items of one side come one after the other, those of both sides may come at once.
   * @returns undefined if there was nothing to wait for
   */
  addLeft(item: ItemView, facts: Left, digest = item.digest): Promise<void> | undefined {
    return this.#add('L', item, facts, digest);
  }

  /** Like {@link addLeft}, for the other side. */
  addRight(item: ItemView, facts: Right, digest = item.digest): Promise<void> | undefined {
    return this.#add('R', item, facts, digest);
  }

  /** Remembers the items of a page, which `PageNotes` has noted. */
  addNotes(notes: Uint8Array): Promise<void> {
    return this.#partitions.addPacked(notes);
  }

  /** All keys, each once, some at a time and in no order. They can be read several times, one after the other. */
  async *pairs(): AsyncGenerator<readonly ItemPair<Left, Right>[], void> {
    for await (const entries of this.#partitions.partitions()) {
      const left = new Map<string, Remembered<Left>>();
      const right = new Map<string, Remembered<Right>>();
      for (const { key, note } of entries) {
        if (note.startsWith('L')) set(left, key, note);
        else set(right, key, note);
      }
      const pairs: ItemPair<Left, Right>[] = [];
      for (const [key, item] of left) pairs.push({ canonicalKey: key, left: item, right: right.get(key) });
      for (const [key, item] of right) {
        if (!left.has(key)) pairs.push({ canonicalKey: key, left: undefined, right: item });
      }
      yield pairs;
    }
  }

  async close(): Promise<void> {
    await this.#partitions.close();
  }

  #add(side: Side, item: ItemView, facts: unknown, digest: string): Promise<void> | undefined {
    return this.#partitions.add({ key: item.canonicalKey, note: writeNote(side, digest, item.keyText, facts) });
  }
}

function set<Facts>(items: Map<string, Remembered<Facts>>, canonical: string, note: string): void {
  items.set(canonical, new Remembered(note, (items.get(canonical)?.replaces ?? -1) + 1));
}

class Remembered<Facts> extends ItemNote<Facts> implements RememberedItem<Facts> {
  readonly replaces: number;

  constructor(note: string, replaces: number) {
    super(note);
    this.replaces = replaces;
  }
}
