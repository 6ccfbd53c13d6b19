import { AccessDeniedError } from '@cumulus/dynamodb/aws';
import type { S3Objects } from '@cumulus/dynamodb/storage';
import { askObjects } from '../aws/ask-objects.ts';
import type { AwsClients } from '../aws/clients.ts';
import { NotConfiguredError } from '../errors.ts';

/**
 * Asks S3 for the files of granules.
 * @throws NotConfiguredError where this API may not do that; ServiceUnavailableError; StorageError
 */
export async function askFiles<T>(
  clients: Pick<AwsClients, 's3'>,
  ask: (objects: S3Objects) => Promise<T>,
): Promise<T> {
  try {
    return await askObjects(clients, ask);
  } catch (error) {
    if (!(error instanceof AccessDeniedError)) throw error;
    throw new NotConfiguredError(`This API is not allowed to do that: ${error.problem}`, [], error);
  }
}
