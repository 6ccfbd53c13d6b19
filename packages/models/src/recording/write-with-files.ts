import { isObject } from '@cumulus/dynamodb/aws';
import { type Check, type Delete, type PlainItem, type Put, type Update, writeTogether } from '@cumulus/dynamodb/items';
import { placeInOwnBuckets } from '../messages/granule-file.ts';
import { canBeKey, MAX_RANGE_KEY_BYTES } from '../schemas/fields.ts';
import { bytesOf } from '../schemas/storage-limits.ts';
import { type FileChange, type FileKey, writeAmongOthers, writeIfAlone } from './file-owners.ts';
import type { RecordingTarget } from './recording-target.ts';

/**
 * The files of a granule's record that have a place in S3, each once. Other releases may have written anything there, among
 * it the place as `filename: "s3://BUCKET/KEY"`.
 */
export function filesOf(granule: PlainItem | undefined): readonly FileKey[] {
  const files = granule?.['files'];
  if (!Array.isArray(files)) return [];
  const found = new Map<string, FileKey>();
  for (const file of files as readonly unknown[]) {
    const { bucket, key } = isObject(file) ? placeInOwnBuckets(file) : {};
    if (canBeKey(bucket) && canBeKey(key) && bytesOf(key) <= MAX_RANGE_KEY_BYTES)
      found.set(JSON.stringify([bucket, key]), { bucket, key });
  }
  return [...found.values()];
}

/**
 * Writes, deletes or checks a granule, together with the records of its files.
 * @returns false if the granule is no longer what was read
 */
export async function writeWithFiles(
  { client, tableName }: RecordingTarget,
  granule: Update | Check | Delete,
  changes: readonly FileChange[],
): Promise<boolean> {
  const table = tableName('FilesTable');
  let files = changes.map((change): FileWrite => ({ change, write: writeIfAlone(table, change) }));
  for (;;) {
    const outcome = await writeTogether(client, [granule, ...files.map(({ write }) => write)]);
    if (outcome.done) return true;
    const present = new Map(outcome.failed.map((failed) => [failed.index, failed.present]));
    if (present.has(0)) return false;
    files = files.flatMap(({ change, write }, index): readonly FileWrite[] => {
      if (!present.has(index + 1)) return [{ change, write }];
      const seen = present.get(index + 1);
      const next = seen === undefined ? writeIfAlone(table, change) : writeAmongOthers(table, change, seen);
      return next === undefined ? [] : [{ change, write: next }];
    });
  }
}

interface FileWrite {
  readonly change: FileChange;
  readonly write: Put | Delete;
}
