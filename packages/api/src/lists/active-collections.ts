import { type RecordFilter, type SearchOptions, type SearchPage, searchArray } from '@cumulus/models';
import { type Collection, constructCollectionId, type Granule } from '@cumulus/models/schemas';
import { MAX_OF_ALL, type SearchedModel } from './list-query.ts';
import { withTimestamp } from './with-timestamp.ts';

/** Fields of filters that are about the granules of a collection, as in later releases. */
const OF_GRANULES: ReadonlySet<string> = new Set(['granuleId', 'timestamp', 'createdAt', 'updatedAt']);

/** Collections that are looked at together: each takes a request to an index. */
const CONCURRENCY = 20;

/** After this time no more collections are looked at for one answer, in milliseconds: somebody waits for it. */
const MAX_TIME = 2_000;

interface SearchedModels {
  readonly collections: SearchedModel<Collection>;
  readonly granules: SearchedModel<Granule>;
}

/**
 * Searches collections with granules that pass the filters about granules: that were updated in a range of time, for instance. All
 * other filters are about the collections. What takes longer than `maxTime` is not complete, and has no next page: its collections
 * are those of which it is certain.
 */
export async function searchActiveCollections(
  { filters = [], ...options }: SearchOptions,
  models: SearchedModels,
  maxTime = MAX_TIME,
): Promise<SearchPage<Collection>> {
  const end = performance.now() + maxTime;
  const isAboutGranules = (filter: RecordFilter): boolean => 'field' in filter && OF_GRANULES.has(filter.field ?? '');
  const ofGranules = filters.filter(isAboutGranules);
  const collections = await allOf(
    models,
    filters.filter((filter) => !isAboutGranules(filter)),
  );
  const active: Collection[] = [];
  let complete = true;
  for (let start = 0; start < collections.length; start += CONCURRENCY) {
    const some = collections.slice(start, start + CONCURRENCY);
    const answers = await Promise.all(some.map((collection) => isActive(collection, ofGranules, models, end)));
    active.push(...some.filter((_, index) => answers[index] === true));
    if (answers.includes(undefined)) complete = false;
  }
  const name = JSON.stringify(['collections/active', filters]);
  const page = searchArray(active.map(withTimestamp), options, name, ['name', 'version']);
  return { ...page, complete };
}

async function allOf(
  { collections }: Pick<SearchedModels, 'collections'>,
  filters: readonly RecordFilter[],
): Promise<readonly Collection[]> {
  const found: Collection[] = [];
  let cursor: string | undefined;
  do {
    const page = await collections.search({ filters, limit: MAX_OF_ALL, cursor, uncounted: true });
    found.push(...page.records);
    cursor = page.cursor;
  } while (cursor !== undefined);
  return found;
}

/** Whether a collection has such a granule; undefined where the time is over before that is known. */
async function isActive(
  collection: Collection,
  ofGranules: readonly RecordFilter[],
  { granules }: Pick<SearchedModels, 'granules'>,
  end: number,
): Promise<boolean | undefined> {
  const filters = [
    { kind: 'is', field: 'collectionId', values: [constructCollectionId(collection)] } as const,
    ...ofGranules,
  ];
  let cursor: string | undefined;
  do {
    if (performance.now() >= end) return undefined;
    const page = await granules.search({ filters, limit: 1, cursor, uncounted: true });
    if (page.records.length > 0) return true;
    cursor = page.cursor;
  } while (cursor !== undefined);
  return false;
}
