import type { RecordFilterOf } from '@cumulus/models';
import { readCountsByCollection } from '@cumulus/models/counts';
import { type CollectionKey, constructCollectionId, type Granule } from '@cumulus/models/schemas';
import type { Services } from '../services.ts';
import { keptCounts } from './kept-counts.ts';

/** How many of a collection's granules are how far. */
export interface CollectionStats {
  readonly running: number;
  readonly completed: number;
  readonly failed: number;
  readonly total: number;
}

const STATUSES = ['running', 'completed', 'failed'] as const;

/**
 * Of each of some collections how many granules are how far: out of the kept counts, else by the index.
 */
export async function collectionStats(
  collections: readonly CollectionKey[],
  { counts, models: { granules } }: Pick<Services, 'counts' | 'models'>,
): Promise<readonly CollectionStats[]> {
  const ids = collections.map(constructCollectionId);
  if ((await keptCounts(counts, 'granule')) !== undefined) {
    const kept = await readCountsByCollection({ ...counts, recordType: 'granule' }, ids);
    return kept.map(({ byStatus, total }) => {
      const { running = 0, completed = 0, failed = 0 } = byStatus;
      return { running, completed, failed, total };
    });
  }
  const countOf = async (...filters: readonly RecordFilterOf<Granule>[]): Promise<number> =>
    (await granules.search({ filters, limit: 1 })).count ?? 0;
  return Promise.all(
    ids.map(async (id) => {
      const ofCollection = { kind: 'is', field: 'collectionId', values: [id] } as const;
      const byStatus = STATUSES.map((status) =>
        countOf(ofCollection, { kind: 'is', field: 'status', values: [status] }),
      );
      const [running = 0, completed = 0, failed = 0] = await Promise.all(byStatus);
      return { running, completed, failed, total: await countOf(ofCollection) };
    }),
  );
}
