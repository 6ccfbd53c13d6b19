import { type FetchText, fetchFromS3, RemoteMessageError, RemoteMessageMissingError } from '@cumulus/models/payloads';
import { askService } from './ask-service.ts';
import type { AwsClients } from './clients.ts';

/**
 * Reads what messages and records left in S3. The client is made when it is first asked.
 * @returns a function that throws RemoteMessageMissingError if there is no such object; ServiceUnavailableError; else what
 *   S3 said
 */
export function fetchText(clients: Pick<AwsClients, 's3'>): FetchText {
  return async (bucket, key) => {
    const fetch = fetchFromS3(await clients.s3());
    return askService('S3', async () => {
      try {
        return await fetch(bucket, key);
      } catch (error) {
        if (error instanceof RemoteMessageError && !(error instanceof RemoteMessageMissingError))
          throw error.cause ?? error;
        throw error;
      }
    });
  };
}
