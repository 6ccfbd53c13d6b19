import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { atOnce, type RawDynamoDB } from './raw-dynamodb.ts';

/** DynamoDB's limit on the items of one BatchWriteItem request. */
const BATCH = 25;

/** The 200 granules of Cumulus's own tests, as lines of typed JSON. */
export const GRANULES = fileURLToPath(
  new URL('test/fixtures/typed-GranulesTable.json', import.meta.resolve('@cumulus/dynamodb/package.json')),
);

/**
 * The bodies of the requests that write so many granules, about 2.2 KB each, whose ids differ.
 * @param revision makes them differ from those of another one
 * @param returnsCapacity whether they ask for the capacity that they take, by which `restore` knows an answer for DynamoDB's
 */
export function* granuleBatches(
  table: string,
  items: number,
  {
    revision,
    returnsCapacity = false,
  }: { readonly revision?: number | undefined; readonly returnsCapacity?: boolean } = {},
): Generator<Buffer> {
  const granules = readFileSync(GRANULES, 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { granuleId: { S: string } });
  for (let first = 0; first < items; first += BATCH) {
    const puts = Array.from({ length: Math.min(BATCH, items - first) }, (_, index) => {
      const granule = granules[(first + index) % granules.length];
      const granuleId = { S: `${granule?.granuleId.S}_${first + index}` };
      const revised = revision === undefined ? {} : { revision: { N: String(revision) } };
      return `{"PutRequest":{"Item":${JSON.stringify({ ...granule, granuleId, ...revised })}}}`;
    });
    const capacity = returnsCapacity ? ',"ReturnConsumedCapacity":"TOTAL"' : '';
    yield Buffer.from(`{"RequestItems":{${JSON.stringify(table)}:[${puts.join(',')}]}${capacity}}`);
  }
}

/** Sends the bodies; a local server processes all of a batch, and anything else is an error. */
export async function writeBatches(
  dynamodb: RawDynamoDB,
  batches: Iterator<Buffer>,
  concurrency: number,
): Promise<void> {
  await atOnce(concurrency, async () => {
    for (let next = batches.next(); !next.done; next = batches.next()) {
      const response = Buffer.concat(await dynamodb.call('BatchWriteItem', next.value));
      if (!response.includes('"UnprocessedItems":{}')) throw new Error(`not all was written: ${response}`);
    }
  });
}
