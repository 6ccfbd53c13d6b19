import { FileError } from '../../storage/errors.ts';
import { PARTIAL_SUFFIX, type Storage } from '../../storage/storage.ts';
import { keptFileName, manifestName } from '../format/file-names.ts';

/** The name of the file that says how far a partial data file has come. */
export function checkpointName(dataFile: string): string {
  return `${dataFile}${PARTIAL_SUFFIX}.checkpoint.json`;
}

/**
 * Checks before the work that the storage takes all names of a backup: the data file's, and those that are derived from it.
 * @throws FileError with the longest name and the limit
 */
export async function checkNames(storage: Storage, dataFile: string): Promise<void> {
  const { maxNameBytes } = storage;
  const ofNew = Buffer.byteLength(checkpointName(dataFile));
  const ofKept = Buffer.byteLength(manifestName(keptFileName(dataFile, new Date())));
  if (Math.max(ofNew, ofKept) <= maxNameBytes) return;
  const isKept = (await storage.find(dataFile)) !== undefined;
  const longest = isKept ? Math.max(ofNew, ofKept) : ofNew;
  if (longest <= maxNameBytes) return;
  throw new FileError(
    `A backup as ${dataFile} needs names of ${longest} bytes; ${storage.location} takes ${maxNameBytes}.`,
    [
      'Nothing was changed.',
      isKept
        ? 'Move the backup that is there away, or write to S3, which takes names of 1,024 bytes.'
        : 'Write to S3, which takes names of 1,024 bytes.',
    ],
  );
}
