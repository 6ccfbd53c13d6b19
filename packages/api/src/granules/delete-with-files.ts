import { forEachAtOnce } from '@cumulus/dynamodb/aws';
import { StorageError } from '@cumulus/dynamodb/storage';
import { deleteGranule, type FileKey, type GranuleDeletion, type RecordingTarget } from '@cumulus/models/recording';
import type { AwsClients } from '../aws/clients.ts';
import { GranuleConflictError } from '../errors.ts';
import { askFiles } from './ask-files.ts';

/** Files removed at once. */
const FILES_AT_ONCE = 8;

/**
 * Deletes a granule that is not published: its files in S3, and then its records. A file that another granule lists too stays.
 * @param clients undefined for a deployment that has no S3
 * @throws NotConfiguredError, ServiceUnavailableError: the records are still there, and the same request goes on; GranuleConflictError where
 *   its workflow published it while its files were being deleted
 */
export async function deleteWithFiles(
  target: RecordingTarget,
  granuleId: string,
  clients: Pick<AwsClients, 's3'> | undefined,
): Promise<GranuleDeletion> {
  if (clients === undefined) return deleteGranule(target, granuleId);
  let isEmptied = false;
  const outcome = await deleteGranule(target, granuleId, async (places) => {
    isEmptied ||= places.length > 0;
    await forEachAtOnce(places, FILES_AT_ONCE, undefined, (place) => removeFile(clients, place));
  });
  if (outcome !== 'published' || !isEmptied) return outcome;
  throw new GranuleConflictError(
    `Granule ${granuleId} was published to CMR while it was being deleted: its record stays, but its files in S3 are deleted.`,
    ['Remove it from CMR, and delete it again.'],
  );
}

/** Where there is no bucket, there is no file. */
async function removeFile(clients: Pick<AwsClients, 's3'>, { bucket, key }: FileKey): Promise<void> {
  try {
    await askFiles(clients, (objects) => objects.remove({ bucket, key }));
  } catch (error) {
    if (!(error instanceof StorageError && error.isBucketMissing)) throw error;
  }
}
