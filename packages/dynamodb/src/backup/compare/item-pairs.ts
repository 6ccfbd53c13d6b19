import { canonicalKey, keyOf } from '../../items/item-key.ts';
import { itemDigest, type TypedItem } from '../../items/typed-item.ts';
import type { KeySchema } from '../../tables/schema.ts';
import { KeyPartitions } from './key-partitions.ts';

/** What is remembered of an item. */
export interface RememberedItem<Facts> {
  readonly key: TypedItem;
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

const SIDES = { left: 0, right: 1 } as const;

/** What the temporary files have of an item. */
type Note = readonly [side: 0 | 1, key: TypedItem, digest: string, facts?: unknown];

/**
 * Compares the items of two sides by their keys: two backups, two tables, or one of each. Keys and digests are in temporary
 * files, so that memory is bounded however many items there are. Close it when it is no longer needed.
 *
 * The facts are what a comparison needs to know of an item of that side besides; they have to survive JSON.
 */
export class ItemPairs<Left, Right> {
  readonly #key: KeySchema;
  readonly #partitions: KeyPartitions;

  private constructor(key: KeySchema, partitions: KeyPartitions) {
    this.#key = key;
    this.#partitions = partitions;
  }

  /** @param expectedItems about how many there will be of both sides together; more only cost memory */
  static async create<Left, Right>(key: KeySchema, expectedItems: number): Promise<ItemPairs<Left, Right>> {
    return new ItemPairs<Left, Right>(key, await KeyPartitions.create(expectedItems));
  }

  /** @returns undefined if there was nothing to wait for; calls that are waited for must not overlap */
  addLeft(item: TypedItem, facts: Left, digest = itemDigest(item)): Promise<void> | undefined {
    return this.#add(SIDES.left, item, facts, digest);
  }

  /** Like {@link addLeft}, for the other side. */
  addRight(item: TypedItem, facts: Right, digest = itemDigest(item)): Promise<void> | undefined {
    return this.#add(SIDES.right, item, facts, digest);
  }

  /** All keys, each once, some at a time and in no order. They can be read several times, one after the other. */
  async *pairs(): AsyncGenerator<readonly ItemPair<Left, Right>[], void> {
    for await (const entries of this.#partitions.partitions()) {
      const left = new Map<string, RememberedItem<Left>>();
      const right = new Map<string, RememberedItem<Right>>();
      for (const { key, note } of entries) {
        const remembered = JSON.parse(note) as Note;
        if (remembered[0] === SIDES.left) set(left, key, remembered);
        else set(right, key, remembered);
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

  #add(side: 0 | 1, item: TypedItem, facts: unknown, digest: string): Promise<void> | undefined {
    const note: Note = [side, keyOf(item, this.#key), digest, facts];
    return this.#partitions.add({ key: canonicalKey(item, this.#key), note: JSON.stringify(note) });
  }
}

function set<Facts>(items: Map<string, RememberedItem<Facts>>, canonical: string, note: Note): void {
  const [, key, digest, facts] = note;
  const replaces = (items.get(canonical)?.replaces ?? -1) + 1;
  items.set(canonical, { key, digest, facts: facts as Facts, replaces });
}
