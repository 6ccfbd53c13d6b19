import { isDirectory, openStorage, openStorageOf, type StorageOptions } from '../../storage/open-storage.ts';
import { BackupReader } from './backup-reader.ts';
import type { BackupSource } from './backup-source.ts';
import { DynamodumpReader, isDynamodump } from './dynamodump-reader.ts';
import { exportFolderOf } from './export-manifest.ts';
import { ExportReader } from './export-reader.ts';
import { refuseOtherFolder } from './other-folders.ts';

export interface OpenBackupOptions extends StorageOptions {
  /** What to call a file in messages, if not by its path. */
  readonly name?: string | undefined;
  /** Secret keys of age, if the backup is, or may be, encrypted. */
  readonly identities?: readonly string[] | undefined;
}

/**
 * Opens a backup in any storage: a data file, the folder of a dump by dynamodump, or that of an export that DynamoDB wrote. On disk any
 * other folder is taken for an export; in S3, where there are no folders, one that is named like it.
 */
export async function openBackup(location: string, options: OpenBackupOptions): Promise<BackupSource> {
  const exportFolder = exportFolderOf(location);
  if (exportFolder !== undefined) return ExportReader.open(await openStorage(exportFolder, options), options);
  if (await isDirectory(location)) {
    const storage = await openStorage(location, options);
    if (await isDynamodump(storage)) return DynamodumpReader.open(storage, options);
    await refuseOtherFolder(storage, options);
    return ExportReader.open(storage, options);
  }
  return BackupReader.open(await openStorageOf(location, options), options.name ?? location, options.identities);
}
