import { randomUUID } from 'node:crypto';
import { backoffOf } from '@cumulus/dynamodb/aws';
import { conditions, getItems, MAX_TRANSACTION_WRITES, type PlainItem, writeIf } from '@cumulus/dynamodb/items';
import { MOVED_FILES, PENDING_FILES } from '../models/granules.ts';
import { canBeKey } from '../schemas/fields.ts';
import type { FileChange, FileKey } from './file-owners.ts';
import { placesOf, placesOfOneAlone } from './moved-files.ts';
import { isPublished } from './published.ts';
import { SEEN_OF_GRANULE } from './record-granule.ts';
import { type RecordingTarget, unchanged } from './recording-target.ts';
import { writeWithFiles } from './write-with-files.ts';

/** The outcome of deleting a granule. */
export type GranuleDeletion = 'deleted' | 'absent' | 'published';

/**
 * Deletes a granule that is not published to CMR, and the records of its files, which go to the next granule that lists
 * them where there is one. The record of a granule with more files than a transaction takes is deleted last, so that
 * the deletion can be repeated if the process is killed.
 *
 * @param removeObjects deletes the objects in S3 at these places, which no other granule lists, before the records are deleted. It may be
 *   called again, with other places if the granule was changed meanwhile. If it throws, the records stay. The objects stay unless given
 *
 * @example
 * ```ts
 * import { createClient } from '@cumulus/dynamodb/aws';
 * import { deleteGranule } from '@cumulus/models/recording';
 *
 * const target = { client: createClient(), tableName: (name: string) => `prod-${name}` };
 * const outcome = await deleteGranule(target, 'MOD09GQ.A2017025.h21v00.006');
 * if (outcome === 'published') console.error('Remove it from CMR first.');
 * ```
 */
export async function deleteGranule(
  target: RecordingTarget,
  granuleId: string,
  removeObjects?: (places: readonly FileKey[]) => Promise<void>,
): Promise<GranuleDeletion> {
  const { client, tableName } = target;
  if (!canBeKey(granuleId)) return 'absent';
  const own = { table: tableName('GranulesTable'), key: { granuleId } };
  const backoff = await backoffOf(client);
  for (;;) {
    const [granule] = await getItems({ client, table: own.table, consistent: true }, [own.key]);
    if (granule === undefined) return 'absent';
    if (isPublished(granule)) return 'published';
    const places = placesOf(granule);
    if (removeObjects !== undefined) await removeObjects(await placesOfOneAlone(target, granuleId, places));
    const released = places.map((file): FileChange => ({ kind: 'release', file, granuleId }));
    const seen = unchanged('granuleId', [...SEEN_OF_GRANULE, MOVED_FILES, 'published'], granule);
    const isDeleted =
      released.length < MAX_TRANSACTION_WRITES
        ? await writeWithFiles(target, { kind: 'delete', ...own, conditions: seen }, released)
        : await deleteInParts(target, own, seen, released);
    if (isDeleted) return 'deleted';
    await backoff.wait();
  }
}

async function deleteInParts(
  target: RecordingTarget,
  own: { readonly table: string; readonly key: PlainItem },
  seen: ReturnType<typeof unchanged>,
  released: readonly FileChange[],
): Promise<boolean> {
  const { client } = target;
  const pending = { by: randomUUID() };
  const isOurs = [conditions.equals(PENDING_FILES, pending)];
  const marked = await writeIf(client, {
    kind: 'update',
    ...own,
    changes: { set: { [PENDING_FILES]: pending } },
    conditions: seen,
  });
  if (!marked.done) return false;
  for (let start = 0; start < released.length; start += MAX_TRANSACTION_WRITES - 1) {
    const part = released.slice(start, start + MAX_TRANSACTION_WRITES - 1);
    if (!(await writeWithFiles(target, { kind: 'check', ...own, conditions: isOurs }, part))) return false;
  }
  return (await writeIf(client, { kind: 'delete', ...own, conditions: isOurs })).done;
}
