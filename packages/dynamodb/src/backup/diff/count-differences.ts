import { hasExpired } from '../../items/expiry.ts';
import type { TypedItem } from '../../items/typed-item.ts';
import { type ListedDifference, writeDifferenceList } from '../compare/difference-list.ts';
import { FirstFew } from '../compare/first-few.ts';
import type { ItemPair, ItemPairs, RememberedItem } from '../compare/item-pairs.ts';
import { requireKeysOnce } from '../compare/require-keys-once.ts';
import type { BackupSource } from '../read/backup-source.ts';
import type { BackupDifference, DiffResult } from './options.ts';

/** How many differences of each kind are named; all are counted. */
const NAMED_OF_EACH_KIND = 10;

/** What has to be known of an item besides its values. */
export interface DiffFacts {
  /** Undefined for an item of a table. */
  readonly line?: number | undefined;
  readonly expires?: number | null | undefined;
}

export type ItemsOfBoth = ItemPairs<DiffFacts, DiffFacts>;

/** What a comparison has counted. */
export type Counted = Pick<DiffResult, 'equal' | 'same' | 'changed' | 'onlyInA' | 'onlyInB' | 'differences'> & {
  readonly expired: number;
  readonly rightItems: number;
  readonly supersededInA: number;
  readonly supersededInB: number;
};

/** A difference, as it is remembered until its places are needed. */
interface Found {
  readonly kind: BackupDifference['kind'];
  readonly key: TypedItem;
  readonly lineOfA: number | undefined;
  readonly lineOfB: number | undefined;
}

export interface CountOptions {
  readonly a: BackupSource;
  /** Absent for a table. */
  readonly b?: BackupSource | undefined;
  /** Whether an item that both have has other values in B. */
  readonly isChanged: (left: RememberedItem<DiffFacts>, right: RememberedItem<DiffFacts>) => boolean;
  /** A file for the keys of all differences. */
  readonly list: string | undefined;
}

/**
 * Counts the differences, once all items are remembered, and writes the list of them if one is wanted.
 * @throws CorruptBackupError if a proved backup has a key twice; FileError
 */
export async function countDifferences(items: ItemsOfBoth, { a, b, isChanged, list }: CountOptions): Promise<Counted> {
  const counts = { same: 0, changed: 0, onlyInA: 0, onlyInB: 0, expired: 0 };
  const sides = { rightItems: 0, supersededInA: 0, supersededInB: 0 };
  const first = { changed: firstByPlace(), onlyInA: firstByPlace(), onlyInB: firstByPlace() };
  const now = Date.now() / 1000;
  const differences = async function* (): AsyncGenerator<ListedDifference, void> {
    for await (const pairs of items.pairs()) {
      for (const pair of pairs) {
        const { left, right } = pair;
        sides.supersededInA += left?.replaces ?? 0;
        sides.supersededInB += right?.replaces ?? 0;
        if (right !== undefined) sides.rightItems += 1;
        const outcome = outcomeOf(pair, isChanged, now);
        counts[outcome] += 1;
        const { key } = left ?? right ?? {};
        if (outcome === 'same' || outcome === 'expired' || key === undefined) continue;
        first[outcome].add({ kind: outcome, key, lineOfA: left?.facts.line, lineOfB: right?.facts.line });
        yield { kind: outcome, key };
      }
    }
    // Before a list takes its name.
    requireKeysOnce(a, sides.supersededInA);
    if (b !== undefined) requireKeysOnce(b, sides.supersededInB);
  };
  if (list !== undefined) await writeDifferenceList(list, differences());
  else for await (const _ of differences());
  return {
    equal: counts.changed + counts.onlyInA + counts.onlyInB === 0,
    ...counts,
    ...sides,
    differences: [first.changed, first.onlyInA, first.onlyInB].flatMap(({ list: some }) =>
      some.map(({ kind, key, lineOfA, lineOfB }) => ({
        kind,
        key,
        a: lineOfA === undefined ? undefined : a.placeOf(lineOfA),
        b: lineOfB === undefined ? undefined : b?.placeOf(lineOfB),
      })),
    ),
  };
}

function outcomeOf(
  { left, right }: ItemPair<DiffFacts, DiffFacts>,
  isChanged: CountOptions['isChanged'],
  now: number,
): BackupDifference['kind'] | 'same' | 'expired' {
  if (left === undefined) return 'onlyInB';
  if (right === undefined) return hasExpired(left.facts.expires ?? null, now) ? 'expired' : 'onlyInA';
  return isChanged(left, right) ? 'changed' : 'same';
}

function firstByPlace(): FirstFew<Found> {
  return new FirstFew<Found>(NAMED_OF_EACH_KIND, (one, other) => {
    const byLine = lineOf(one) - lineOf(other);
    // Two items of a table have none.
    if (byLine !== 0 && !Number.isNaN(byLine)) return byLine;
    return JSON.stringify(one.key) < JSON.stringify(other.key) ? -1 : 1;
  });
}

function lineOf({ lineOfA, lineOfB }: Found): number {
  return lineOfA ?? lineOfB ?? Number.POSITIVE_INFINITY;
}
