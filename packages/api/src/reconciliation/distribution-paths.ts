import { parseObject } from '@cumulus/dynamodb/aws';
import type { SystemObjects } from '../aws/system-objects.ts';
import { NotConfiguredError } from '../errors.ts';

/**
 * The paths by which buckets are distributed, as later releases keep them in `<stack>/distribution_bucket_map.json`.
 * @returns undefined where there is no such file: then it is the buckets' names
 * @throws NotConfiguredError where it is none; ServiceUnavailableError
 */
export async function readDistributionPaths(
  systemObjects: SystemObjects | undefined,
): Promise<ReadonlyMap<string, string> | undefined> {
  if (systemObjects === undefined) return undefined;
  const location = systemObjects.at('distribution_bucket_map.json');
  const content = (await systemObjects.ask((objects) => objects.read(location)))?.content;
  if (content === undefined) return undefined;
  const paths = parseObject(content.toString('utf8'));
  if (paths !== undefined) return new Map(Object.entries(paths).map(([bucket, path]) => [bucket, String(path)]));
  throw new NotConfiguredError(`s3://${location.bucket}/${location.key} is no JSON object.`);
}
