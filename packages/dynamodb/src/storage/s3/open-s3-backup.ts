import { setTimeout as sleep } from 'node:timers/promises';
import { createS3Client } from '../../aws/client.ts';
import { BackupReader, OPEN_TRIES } from '../../backup/backup-reader.ts';
import type { ReadingOptions } from '../folder.ts';
import { parseS3Url, sibling } from '../s3-url.ts';
import { BackupObjects, idOf, manifestOfObject } from './backup-objects.ts';
import { S3Objects } from './objects.ts';
import { S3Checkpoint } from './s3-checkpoint.ts';
import { S3File } from './s3-file.ts';

/** The time between two looks at a backup that is being replaced, in milliseconds. */
const PAUSE = 200;

/** Opens a data object, with the manifest that belongs to it. */
export async function openS3Backup(
  url: string,
  { s3 = createS3Client, abortSignal }: ReadingOptions,
): Promise<BackupReader> {
  const location = parseS3Url(url);
  const client = await s3();
  const objects = new S3Objects(client, abortSignal);
  const backup = new BackupObjects(location);
  for (let tries = 1; ; tries += 1) {
    const file = await S3File.open(client, location, abortSignal);
    const manifest = await manifestOfObject(objects, backup, file.status);
    const id = idOf(file.status);
    // Of another identity: the backup was replaced between the two looks; or else it will prove to be damaged.
    const replaced = manifest !== undefined && id !== undefined && manifest.id !== id;
    if (replaced && tries < OPEN_TRIES) {
      await sleep(PAUSE);
      continue;
    }
    const checkpointAt = (name: string) =>
      new S3Checkpoint<never>(new S3Objects(client), sibling(location, `${location.key}.${name}`));
    return new BackupReader({ file, manifest, checkpointAt });
  }
}
