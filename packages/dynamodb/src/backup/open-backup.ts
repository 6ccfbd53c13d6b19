import { stat } from 'node:fs/promises';
import { openFolder, type ReadingOptions } from '../storage/folder.ts';
import { isS3Url } from '../storage/s3-url.ts';
import { BackupReader } from './backup-reader.ts';
import type { BackupSource } from './backup-source.ts';
import { exportFolderOf } from './export-manifest.ts';

export interface OpenBackupOptions extends ReadingOptions {
  /** What to call a file in messages, if not by its path. */
  readonly name?: string | undefined;
}

/**
 * Opens a backup, on disk or in S3: a data file, or the folder of an export that DynamoDB wrote. On disk any folder is
 * taken for an export; in S3, where there are no folders, one that is named like it.
 */
export async function openBackup(location: string, options: OpenBackupOptions): Promise<BackupSource> {
  const folder = exportFolderOf(location) ?? ((await isFolder(location)) ? location : undefined);
  if (folder !== undefined) {
    const { ExportReader } = await import('./export-reader.ts');
    return ExportReader.open(await openFolder(folder, options));
  }
  if (!isS3Url(location)) return BackupReader.open(location, options.name);
  const { openS3Backup } = await import('../storage/s3/open-s3-backup.ts');
  return openS3Backup(location, options);
}

async function isFolder(location: string): Promise<boolean> {
  if (isS3Url(location)) return location.endsWith('/');
  return stat(location).then(
    (status) => status.isDirectory(),
    () => false,
  );
}
