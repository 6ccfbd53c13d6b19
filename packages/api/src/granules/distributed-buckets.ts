import { GranuleRequestError } from '../errors.ts';
import { readBucketTypes } from './bucket-types.ts';
import type { GranuleServices } from './granule-services.ts';

/** The kinds of buckets from which files are distributed. */
export const DISTRIBUTED: readonly (string | undefined)[] = ['public', 'protected'];

/**
 * From which buckets files are distributed, as the deployment describes its buckets in `<stack>/workflows/buckets.json`.
 * @param buckets those that it has to describe
 * @throws GranuleRequestError for a bucket that it does not describe; NotConfiguredError where there is no description
 */
export async function distributedBuckets(
  buckets: readonly string[],
  { systemObjects }: Pick<GranuleServices, 'systemObjects'>,
): Promise<(bucket: string) => boolean> {
  const { place, types } = await readBucketTypes(systemObjects);
  const unknown = buckets.find((bucket) => !types.has(bucket));
  if (unknown !== undefined)
    throw new GranuleRequestError(`The bucket ${unknown} is none of this deployment's; see ${place}.`);
  return (bucket) => DISTRIBUTED.includes(types.get(bucket));
}
