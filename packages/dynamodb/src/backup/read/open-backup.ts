import { isDirectory, openStorage, openStorageOf, type StorageOptions } from '../../storage/open-storage.ts';
import { BackupReader } from './backup-reader.ts';
import type { BackupSource } from './backup-source.ts';
import { exportFolderOf } from './export-manifest.ts';
import { ExportReader } from './export-reader.ts';

export interface OpenBackupOptions extends StorageOptions {
  /** What to call a file in messages, if not by its path. */
  readonly name?: string | undefined;
}

/**
 * Opens a backup in any storage: a data file, or the folder of an export that DynamoDB wrote. On disk any folder is taken for an
 * export; in S3, where there are no folders, one that is named like it.
 */
export async function openBackup(location: string, options: OpenBackupOptions): Promise<BackupSource> {
  const folder = exportFolderOf(location) ?? ((await isDirectory(location)) ? location : undefined);
  if (folder !== undefined) return ExportReader.open(await openStorage(folder, options));
  return BackupReader.open(await openStorageOf(location, options), options.name ?? location);
}
