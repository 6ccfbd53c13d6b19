import { type Models, type RecordFilter, type SearchOptions, type SearchPage, searchArray } from '@cumulus/models';
import { type Collection, constructCollectionId } from '@cumulus/models/schemas';
import { MAX_OF_ALL } from './list-query.ts';
import { withTimestamp } from './with-timestamp.ts';

/** Fields of filters that are about the granules of a collection, as in later releases. */
const OF_GRANULES: ReadonlySet<string> = new Set(['granuleId', 'timestamp', 'createdAt', 'updatedAt']);

/** Collections that are looked at at once: each takes a request to an index. */
const CONCURRENCY = 20;

/**
 * Searches collections with granules that pass the filters about granules: that were updated in a range of time, for instance. All
 * other filters are about the collections.
 */
export async function searchActiveCollections(
  { filters = [], ...options }: SearchOptions,
  { collections, granules }: Pick<Models, 'collections' | 'granules'>,
): Promise<SearchPage<Collection>> {
  const isAboutGranules = (filter: RecordFilter): boolean => 'field' in filter && OF_GRANULES.has(filter.field ?? '');
  const ofGranules = filters.filter(isAboutGranules);
  const ofCollections = filters.filter((filter) => !isAboutGranules(filter));
  const found: Collection[] = [];
  let cursor: string | undefined;
  do {
    const page = await collections.search({ filters: ofCollections, limit: MAX_OF_ALL, cursor, uncounted: true });
    found.push(...page.records);
    cursor = page.cursor;
  } while (cursor !== undefined);
  const isActive = async (collection: Collection): Promise<boolean> => {
    const ofThis = { kind: 'is', field: 'collectionId', values: [constructCollectionId(collection)] } as const;
    const { records } = await granules.search({ filters: [ofThis, ...ofGranules], limit: 1, uncounted: true });
    return records.length > 0;
  };
  const active: Collection[] = [];
  for (let start = 0; start < found.length; start += CONCURRENCY) {
    const some = found.slice(start, start + CONCURRENCY);
    const answers = await Promise.all(some.map(isActive));
    active.push(...some.filter((_, index) => answers[index]));
  }
  const name = JSON.stringify(['collections/active', filters]);
  return searchArray(active.map(withTimestamp), options, name, ['name', 'version']);
}
