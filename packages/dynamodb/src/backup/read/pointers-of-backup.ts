import type { S3Access } from '../../storage/open-storage.ts';
import type { S3Location } from '../../storage/s3/url.ts';
import { pointersIn } from '../format/s3-pointers.ts';
import { openBackup } from './open-backup.ts';

export interface PointersOfBackupOptions {
  /** A data file, or the folder of a table export: a path, or `s3://BUCKET/KEY`. */
  readonly file: string;
  /** How to ask S3, if the backup is there; with the usual settings unless given. */
  readonly s3?: S3Access | undefined;
  /** Secret keys of age, of which one opens the backup if it is encrypted; `readIdentities` reads them from files. */
  readonly identities?: readonly string[] | undefined;
  /** What to call the file in messages, if not by its path. */
  readonly fileName?: string | undefined;
  readonly abortSignal?: AbortSignal | undefined;
}

/**
 * The objects in S3 that items of a backup point to, because they were too large for the items: the backup does not hold
 * them. They come in the order of the lines, each as often as it is pointed to. The backup is of lines of typed JSON, as
 * `backup` and DynamoDB's exports write them.
 *
 * @throws at its end CorruptBackupError if the backup is not what its manifest says; InvalidLineError, ManifestError,
 *   FileError, StorageError
 * @example
 * ```ts
 * import { pointersOfBackup } from '@cumulus/dynamodb/backup';
 *
 * for await (const { bucket, key } of pointersOfBackup({ file: 'backups/prod-ExecutionsTable.json' })) {
 *   console.log(bucket, key);
 * }
 * ```
 */
export async function* pointersOfBackup(options: PointersOfBackupOptions): AsyncGenerator<S3Location, void> {
  const { file, s3, identities, fileName: name, abortSignal } = options;
  const reader = await openBackup(file, { name, s3, identities, abortSignal });
  try {
    const lines = reader.lines();
    let items = 0;
    for (;;) {
      abortSignal?.throwIfAborted();
      const run = await lines.next();
      if (run.done) return reader.prove(run.value, items);
      for (const { bytes } of run.value) {
        items += 1;
        yield* pointersIn(bytes);
      }
    }
  } finally {
    await reader.close();
  }
}
