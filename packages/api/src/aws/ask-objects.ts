import { type S3Objects, s3Objects } from '@cumulus/dynamodb/storage';
import { ServiceUnavailableError } from './ask-service.ts';
import type { AwsClients } from './clients.ts';
import { isPassing } from './is-passing.ts';

/**
 * Asks S3 for objects.
 * @throws ServiceUnavailableError after all retries; StorageError, AccessDeniedError and the like
 */
export async function askObjects<T>(
  clients: Pick<AwsClients, 's3'>,
  ask: (objects: S3Objects) => Promise<T>,
): Promise<T> {
  try {
    return await ask(await s3Objects(await clients.s3()));
  } catch (error) {
    if (!isPassing(error) || error instanceof ServiceUnavailableError) throw error;
    throw new ServiceUnavailableError('S3 cannot answer just now.', [], error);
  }
}
