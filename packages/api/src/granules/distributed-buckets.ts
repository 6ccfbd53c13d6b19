import { isObject } from '@cumulus/dynamodb/aws';
import { GranuleRequestError, NotConfiguredError } from '../errors.ts';
import type { GranuleServices } from './granule-services.ts';

/** The kinds of buckets from which files are distributed. */
const DISTRIBUTED = ['public', 'protected'];

/**
 * From which buckets files are distributed, as the deployment describes its buckets in `<stack>/workflows/buckets.json`.
 * @param buckets those that it has to describe
 * @throws GranuleRequestError for a bucket that it does not describe; NotConfiguredError where there is no description
 */
export async function distributedBuckets(
  buckets: readonly string[],
  { systemObjects }: Pick<GranuleServices, 'systemObjects'>,
): Promise<(bucket: string) => boolean> {
  if (systemObjects === undefined) throw new NotConfiguredError('This deployment has no system bucket.');
  const location = systemObjects.at('workflows/buckets.json');
  const place = `s3://${location.bucket}/${location.key}`;
  const content = (await systemObjects.ask((objects) => objects.read(location)))?.content;
  if (content === undefined)
    throw new NotConfiguredError(`${place}, which says what the deployment's buckets are for, does not exist.`);
  const types = new Map<unknown, unknown>();
  for (const bucket of Object.values(parse(content.toString('utf8'), place))) {
    if (isObject(bucket)) types.set(bucket['name'], bucket['type']);
  }
  const unknown = buckets.find((bucket) => !types.has(bucket));
  if (unknown !== undefined)
    throw new GranuleRequestError(`The bucket ${unknown} is none of this deployment's; see ${place}.`);
  return (bucket) => DISTRIBUTED.includes(String(types.get(bucket)));
}

function parse(json: string, place: string): object {
  try {
    const value: unknown = JSON.parse(json);
    if (isObject(value)) return value;
  } catch {
    // Reported as what it is.
  }
  throw new NotConfiguredError(`${place}, which says what the deployment's buckets are for, is no JSON object.`);
}
