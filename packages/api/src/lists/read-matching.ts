import {
  MOST_RECORDS_READ,
  type RecordFilter,
  type SearchOptions,
  type SearchPage,
  SearchTooBroadError,
} from '@cumulus/models';

const ADVICE = 'Ask for a shorter time, or for one collectionId, status or provider.';

/**
 * All records that pass the filters.
 * @throws SearchTooBroadError where there are more than one answer reads
 */
export async function readMatching<R>(
  search: (options: SearchOptions) => Promise<SearchPage<R>>,
  filters: readonly RecordFilter[],
): Promise<readonly R[]> {
  const { records, cursor } = await search({ filters, limit: MOST_RECORDS_READ });
  if (cursor === undefined) return records;
  throw new SearchTooBroadError(`${MOST_RECORDS_READ.toLocaleString('en-US')} records`, ADVICE);
}
