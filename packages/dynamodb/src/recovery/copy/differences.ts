import { FirstFew } from '../../backup/compare/first-few.ts';
import type { TableItemFacts } from '../../backup/compare/item-note.ts';
import { type ItemPair, ItemPairs, type RememberedItem } from '../../backup/compare/item-pairs.ts';
import { hasExpired } from '../../items/expiry.ts';
import { describeItemKey } from '../../items/item-key.ts';
import type { TypedItem } from '../../items/typed-item.ts';
import type { TableDescription } from '../../tables/describe.ts';
import { KeySchemaMismatchError } from '../../tables/errors.ts';

/** How many differences of each kind are kept in memory; all are counted. */
const NAMED_OF_EACH_KIND = 100;

/** How many items that an index would refuse are named. */
const NAMED_PROBLEMS = 10;

/** What makes an item of the target the same as in the source. */
export type DifferenceKind = 'addition' | 'change' | 'deletion';

/** An item in which two tables differ. */
export interface TableDifference {
  readonly kind: DifferenceKind;
  readonly key: TypedItem;
}

/** A difference, with what the target had when it was read. */
export interface RememberedDifference extends TableDifference {
  readonly canonicalKey: string;
  /** The key as text of typed JSON. */
  readonly keyText: string;
  /** The digest of the target's item; undefined for an addition. */
  readonly targetDigest: string | undefined;
}

/** How two tables differ; each number was counted. */
export interface DifferenceCounts {
  readonly sourceItems: number;
  readonly targetItems: number;
  readonly same: number;
  readonly additions: number;
  readonly changes: number;
  readonly deletions: number;
  /** Items of the source that the target lacks since their time to live has passed: they are no difference. */
  readonly expired: number;
}

type Items = ItemPairs<TableItemFacts, TableItemFacts>;
type Pair = ItemPair<TableItemFacts, TableItemFacts>;

const COUNTED = { addition: 'additions', change: 'changes', deletion: 'deletions' } as const;

/**
 * The keys in which two tables differ. They are in temporary files, so that memory is bounded however many there are.
 * Close it when it is no longer needed.
 */
export class TableDifferences {
  readonly #items: Items;
  readonly #target: TableDescription;
  /** One instant for all readings, so that each gives the same. */
  readonly #now = Date.now() / 1000;
  readonly #named = {
    addition: new FirstFew<TableDifference>(NAMED_OF_EACH_KIND, byKey),
    change: new FirstFew<TableDifference>(NAMED_OF_EACH_KIND, byKey),
    deletion: new FirstFew<TableDifference>(NAMED_OF_EACH_KIND, byKey),
  };
  #counts: DifferenceCounts | undefined;

  private constructor(items: Items, target: TableDescription) {
    this.#items = items;
    this.#target = target;
  }

  static async create(source: TableDescription, target: TableDescription): Promise<TableDifferences> {
    const expectedItems = source.estimatedItems + target.estimatedItems;
    return new TableDifferences(await ItemPairs.create(expectedItems), target);
  }

  get counts(): DifferenceCounts {
    if (this.#counts === undefined) throw new TypeError('The differences are not counted yet.');
    return this.#counts;
  }

  /** The first hundred of each kind, in the order of their keys' text. */
  get named(): Readonly<Record<DifferenceKind, readonly TableDifference[]>> {
    const { addition, change, deletion } = this.#named;
    return { addition: addition.list, change: change.list, deletion: deletion.list };
  }

  /** Remembers notes of items: the source's are on the left side. They have to stay until the promise is settled. */
  remember(notes: Uint8Array): Promise<void> {
    return this.#items.addNotes(notes);
  }

  /**
   * Counts the differences, once all items are remembered.
   * @throws KeySchemaMismatchError, which names items of the source that the target's indexes would refuse
   */
  async count(): Promise<void> {
    const counts = { sourceItems: 0, targetItems: 0, same: 0, additions: 0, changes: 0, deletions: 0, expired: 0 };
    const problems = new FirstFew<string>(NAMED_PROBLEMS, (a, b) => (a < b ? -1 : 1));
    let refused = 0;
    for await (const pairs of this.#items.pairs()) {
      for (const pair of pairs) {
        const { left: inSource, right: inTarget } = pair;
        if (inSource !== undefined) counts.sourceItems += 1;
        if (inTarget !== undefined) counts.targetItems += 1;
        const kind = this.#kindOf(pair);
        if (kind === 'same' || kind === 'expired') {
          counts[kind] += 1;
          continue;
        }
        const { key } = (inSource ?? inTarget) as RememberedItem<unknown>;
        counts[COUNTED[kind]] += 1;
        this.#named[kind].add({ kind, key });
        const problem = inSource?.facts.problem;
        if (problem === undefined) continue;
        refused += 1;
        problems.add(`${describeItemKey(key)}: ${problem}`);
      }
    }
    this.#counts = counts;
    if (refused > 0) {
      throw new KeySchemaMismatchError(
        `${this.#target.name} would refuse ${refused} of the items to be written:\n  ${problems.list.join('\n  ')}` +
          (refused > problems.list.length ? `\n  and ${refused - problems.list.length} more` : ''),
        ['Nothing was written.', 'Correct these items in the table that is copied from, then copy again.'],
      );
    }
  }

  /**
   * All differences of these kinds (of all unless given), in no order. They can be read several times, one after the other.
   */
  async *all(kinds?: readonly DifferenceKind[]): AsyncGenerator<RememberedDifference, void> {
    for await (const pairs of this.#items.pairs()) {
      for (const pair of pairs) {
        const kind = this.#kindOf(pair);
        if (kind === 'same' || kind === 'expired' || kinds?.includes(kind) === false) continue;
        const { key, keyText } = (pair.left ?? pair.right) as RememberedItem<unknown>;
        yield { kind, key, keyText, canonicalKey: pair.canonicalKey, targetDigest: pair.right?.digest };
      }
    }
  }

  async close(): Promise<void> {
    await this.#items.close();
  }

  #kindOf({ left: inSource, right: inTarget }: Pair): DifferenceKind | 'same' | 'expired' {
    if (inSource === undefined) return 'deletion';
    if (inTarget === undefined) return hasExpired(inSource.facts.expiry ?? null, this.#now) ? 'expired' : 'addition';
    return inSource.digest === inTarget.digest ? 'same' : 'change';
  }
}

function byKey(a: TableDifference, b: TableDifference): number {
  return JSON.stringify(a.key) < JSON.stringify(b.key) ? -1 : 1;
}
