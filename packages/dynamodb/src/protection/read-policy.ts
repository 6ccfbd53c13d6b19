import { FileError } from '../storage/errors.ts';
import { readTextAt, type StorageOptions } from '../storage/open-storage.ts';
import { parsePolicy } from './parse-policy.ts';
import type { ProtectionPolicy } from './policy.ts';

/**
 * Reads the file of a policy: {@link parsePolicy}.
 * @param location its path, or `s3://BUCKET/KEY`
 * @throws FileError where there is none, StorageError, PolicyError
 *
 * @example
 * ```ts
 * import { readPolicy } from '@cumulus/dynamodb/protection';
 *
 * const policy = await readPolicy('policy.json');
 * ```
 */
export async function readPolicy(location: string, options: StorageOptions = {}): Promise<ProtectionPolicy> {
  const text = await readTextAt(location, options);
  if (text === undefined) throw new FileError(`There is no policy ${location}.`);
  return parsePolicy(text, location);
}
