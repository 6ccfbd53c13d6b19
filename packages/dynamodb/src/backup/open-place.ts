import { isS3Url } from '../storage/s3-url.ts';
import type { TableDescription } from '../tables/describe.ts';
import type { BackUpOptions } from './back-up.ts';
import { dataFileName } from './backup-files.ts';
import type { BackupPlace } from './backup-place.ts';
import { DiskPlace } from './disk-place.ts';

type PlaceOptions = Pick<BackUpOptions, 'directory' | 'gzip' | 's3' | 'abortSignal'>;

/** The place of a table's backups, on disk or in S3. Nothing is changed there. */
export async function openPlace(
  { directory, gzip = false, s3, abortSignal }: PlaceOptions,
  { name, estimatedBytes }: Pick<TableDescription, 'name' | 'estimatedBytes'>,
): Promise<BackupPlace> {
  const fileName = dataFileName(name, gzip);
  if (!isS3Url(directory)) return new DiskPlace(directory, fileName);
  const { openS3Place } = await import('../storage/s3/s3-place.ts');
  return openS3Place({ directory, fileName, gzip, s3, estimatedBytes, abortSignal });
}
