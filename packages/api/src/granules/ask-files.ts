import { AccessDeniedError } from '@cumulus/dynamodb/aws';
import type { S3Objects } from '@cumulus/dynamodb/storage';
import { askObjects } from '../aws/ask-objects.ts';
import type { AwsClients } from '../aws/clients.ts';
import { NotConfiguredError } from '../errors.ts';

/** Requests for files that are made at once. */
const CONCURRENCY = 8;

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

/** Does something for each of some things, a few at once; the first failure ends it, once what is in progress has ended. */
export async function eachOf<T>(things: readonly T[], act: (thing: T) => Promise<void>): Promise<void> {
  const queue = things.values();
  let failed = false;
  const work = async (): Promise<void> => {
    for (const thing of queue) {
      if (failed) return;
      try {
        await act(thing);
      } catch (error) {
        failed = true;
        throw error;
      }
    }
  };
  const working = Array.from({ length: CONCURRENCY }, work);
  await Promise.allSettled(working);
  await Promise.all(working);
}
