import { isDeepStrictEqual } from 'node:util';
import type { Counts, Tally } from './tally.ts';

/** Counts that a recount changed. */
export interface CountDifference {
  /** Undefined for all records. */
  readonly collectionId: string | undefined;
  readonly before: Counts;
  readonly after: Counts;
}

/** What differs between two tallies; first all records, then by collection, sorted by its id. */
export function differencesOf(before: Tally, after: Tally): readonly CountDifference[] {
  const none: Counts = { total: 0, byStatus: {} };
  const ids = new Set([...before.collections.keys(), ...after.collections.keys()]);
  const pairs: CountDifference[] = [
    { collectionId: undefined, before: before.all.counts, after: after.all.counts },
    ...[...ids].sort().map((collectionId) => ({
      collectionId,
      before: before.collections.get(collectionId)?.counts ?? none,
      after: after.collections.get(collectionId)?.counts ?? none,
    })),
  ];
  return pairs.filter((pair) => !isDeepStrictEqual(pair.before, pair.after));
}
