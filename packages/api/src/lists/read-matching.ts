import { MOST_RECORDS_READ, type RecordFilter, type SearchOptions, type SearchPage } from '@cumulus/models';
import { HTTPException } from 'hono/http-exception';

/**
 * All records that pass the filters.
 * @throws HTTPException 400 where there are more than one answer reads
 */
export async function readMatching<R>(
  search: (options: SearchOptions) => Promise<SearchPage<R>>,
  filters: readonly RecordFilter[],
): Promise<readonly R[]> {
  const { records, cursor } = await search({ filters, limit: MOST_RECORDS_READ });
  if (cursor === undefined) return records;
  const message =
    `To answer this, more than ${MOST_RECORDS_READ} records would have to be read. ` +
    'Add a filter by collectionId, status, provider or timestamp__from that leaves fewer.';
  throw new HTTPException(400, { message });
}
