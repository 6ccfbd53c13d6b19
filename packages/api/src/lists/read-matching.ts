import { MAX_RECORDS_READ, type RecordFilter, SearchTooBroadError } from '@cumulus/models';
import type { SearchedModel } from './list-query.ts';

const ADVICE = 'Ask for a shorter time, or for one collectionId, status or provider.';

/**
 * All records that pass the filters.
 * @throws SearchTooBroadError where there are more than one answer reads
 */
export async function readMatching<R>(
  model: SearchedModel<R>,
  filters: readonly RecordFilter[],
): Promise<readonly R[]> {
  const { records, cursor } = await model.search({ filters, limit: MAX_RECORDS_READ });
  if (cursor === undefined) return records;
  throw new SearchTooBroadError(MAX_RECORDS_READ, 'records', ADVICE);
}
