import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { forEachAtOnce } from '@cumulus/dynamodb/aws';
import type { S3Location, S3Objects } from '@cumulus/dynamodb/storage';
import { findFileRows, findGranuleHoldings } from '@cumulus/models/holdings';
import { type GranuleFilter, isFiltered, isWanted } from '../granule-filter.ts';
import { orderOf, placeOf } from '../place.ts';
import type { HeldPlace, Wanted } from './held-place.ts';

/** Objects that are asked for at once. */
const CONCURRENCY = 32;

/** From so many places of one bucket on, a page of its listing is asked for first, which may have them all. */
const MIN_LISTED = 8;

/** A place where a difference was found, and the granules that are involved. */
export interface Suspect {
  readonly order: string;
  readonly granules: readonly string[];
}

export interface LookAgainOptions {
  readonly client: DynamoDBClient;
  readonly filesTable: string;
  readonly granulesTable: string;
  readonly s3: () => Promise<S3Objects>;
  readonly isListed: (bucket: string) => boolean;
  readonly filter: GranuleFilter;
}

/** What S3 and the tables have now at some places, in order. */
export interface SeenAgain {
  readonly places: readonly HeldPlace[];
  readonly wanted: Wanted;
}

/** Looks at places again, each strongly consistent: what was written while others were read is no difference. */
export async function lookAgain(suspects: readonly Suspect[], options: LookAgainOptions): Promise<SeenAgain> {
  const { client, filesTable, granulesTable, isListed, filter } = options;
  const orders = suspects.map(({ order }) => order);
  const listed = orders.filter((order) => isListed(placeOf(order).bucket));
  const [objects, rows] = await Promise.all([
    findObjects(listed, options.s3),
    findFileRows({ client, table: filesTable }, orders.map(placeOf)),
  ]);
  const rowAt = new Map(rows.map((row) => [orderOf(row), row.granules]));
  const ids = new Set([...suspects.flatMap(({ granules }) => granules), ...rows.flatMap(({ granules }) => granules)]);
  const granules = await findGranuleHoldings({ client, table: granulesTable }, [...ids]);
  const claimsAt = new Map<string, { granuleId: string; size: number | undefined }[]>(
    orders.map((order) => [order, []]),
  );
  for (const { granuleId, files } of granules) {
    for (const { bucket, key, size } of files)
      if (bucket !== undefined && key !== undefined) claimsAt.get(orderOf({ bucket, key }))?.push({ granuleId, size });
  }
  const wantedIds = new Set(granules.filter((each) => isWanted(each, filter)).map(({ granuleId }) => granuleId));
  return {
    places: orders.map((order) => ({
      order,
      isListed: isListed(placeOf(order).bucket),
      object: objects.get(order),
      row: rowAt.get(order),
      claims: claimsAt.get(order) ?? [],
    })),
    // A granule that is not there belongs to no collection.
    wanted: { isFiltered: isFiltered(filter), isWanted: (id) => !isFiltered(filter) || wantedIds.has(id) },
  };
}

type FoundObjects = Map<string, { readonly size: number | undefined }>;

async function findObjects(orders: readonly string[], s3: () => Promise<S3Objects>): Promise<FoundObjects> {
  const found: FoundObjects = new Map();
  if (orders.length === 0) return found;
  const objects = await s3();
  const ask = async (order: string): Promise<void> => {
    const status = await objects.status(placeOf(order));
    if (status !== undefined) found.set(order, { size: status.size });
  };
  const byBucket = new Map<string, string[]>();
  for (const order of orders) {
    const { bucket } = placeOf(order);
    byBucket.set(bucket, [...(byBucket.get(bucket) ?? []), order]);
  }
  for (const ofBucket of byBucket.values()) {
    const [first, ...others] = ofBucket as [string, ...string[]];
    const left = others.length < MIN_LISTED ? others : await findListed(placeOf(first), others, objects, found);
    await forEachAtOnce([first, ...left], CONCURRENCY, undefined, ask);
  }
  return found;
}

/** Finds objects in the page that begins after a place. @returns those that lie behind it */
async function findListed(
  after: S3Location,
  orders: readonly string[],
  objects: S3Objects,
  found: FoundObjects,
): Promise<readonly string[]> {
  for await (const page of objects.listing(after.bucket, { after: after.key })) {
    const sizes = new Map(page.map(({ key, size }) => [orderOf({ bucket: after.bucket, key }), size]));
    const last = [...sizes.keys()].at(-1) ?? '';
    for (const order of orders) if (sizes.has(order)) found.set(order, { size: sizes.get(order) });
    return orders.filter((order) => order > last);
  }
  return orders;
}
