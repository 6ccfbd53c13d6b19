import { isObject, parseObject } from '@cumulus/dynamodb/aws';
import type { SystemObjects } from '../aws/system-objects.ts';
import { NotConfiguredError } from '../errors.ts';

/** The buckets of a deployment, as it describes them. */
export interface BucketTypes {
  /** Where that is described. */
  readonly place: string;
  /** What each is for, by its name: `protected`, `public`, `private`, `internal`, … */
  readonly types: ReadonlyMap<string, string>;
}

/**
 * Reads what a deployment's buckets are for, in `<stack>/workflows/buckets.json` of its system bucket.
 * @throws NotConfiguredError where there is no description; ServiceUnavailableError
 */
export async function readBucketTypes(systemObjects: SystemObjects | undefined): Promise<BucketTypes> {
  if (systemObjects === undefined) throw new NotConfiguredError('This deployment has no system bucket.');
  const location = systemObjects.at('workflows/buckets.json');
  const place = `s3://${location.bucket}/${location.key}`;
  const content = (await systemObjects.ask((objects) => objects.read(location)))?.content;
  if (content === undefined)
    throw new NotConfiguredError(`${place}, which says what the deployment's buckets are for, does not exist.`);
  const types = new Map<string, string>();
  for (const bucket of Object.values(parse(content.toString('utf8'), place)))
    if (isObject(bucket) && typeof bucket['name'] === 'string') types.set(bucket['name'], String(bucket['type']));
  return { place, types };
}

function parse(json: string, place: string): object {
  const value = parseObject(json);
  if (value !== undefined) return value;
  throw new NotConfiguredError(`${place}, which says what the deployment's buckets are for, is no JSON object.`);
}
