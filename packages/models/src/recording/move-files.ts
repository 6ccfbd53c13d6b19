import { backoffOf } from '@cumulus/dynamodb/aws';
import {
  type Condition,
  conditions,
  getItems,
  MAX_TRANSACTION_WRITES,
  type PlainItem,
  writeIf,
} from '@cumulus/dynamodb/items';
import { MOVED_FILES, PENDING_FILES } from '../models/granules.ts';
import type { GranuleFile } from '../schemas/granule.ts';
import { MAX_ITEM_BYTES, storedSize } from '../schemas/storage-limits.ts';
import { type FileChange, placeOf } from './file-owners.ts';
import { type LeftPlace, moveNoteOf } from './moved-files.ts';
import { SEEN_OF_GRANULE } from './record-granule.ts';
import { type RecordingTarget, unchanged } from './recording-target.ts';
import { filesOf, writeWithFiles } from './write-with-files.ts';

/** The attributes by which a granule that was read is known to be unchanged. */
const SEEN = [...SEEN_OF_GRANULE, 'published', 'cmrLink', MOVED_FILES] as const;

/** A granule's files after a move. */
export interface MovedGranule {
  readonly granuleId: string;
  /** `updatedAt` of the granule that was looked at. */
  readonly seenAt: number;
  /** All files, with their new places. */
  readonly files: readonly GranuleFile[];
  readonly productVolume?: number | undefined;
  /** The places that files have left. */
  readonly from: readonly LeftPlace[];
}

/**
 * The outcome of recording a move: `changed` if the granule is no longer what was looked at, `too large` if an item cannot hold its files
 * and the places that they have left.
 */
export type MoveRecorded = 'recorded' | 'changed' | 'too large';

/**
 * Records that the files of a granule have been copied to other places. Granule and files' records are changed in one transaction, with a
 * note of the places that were left, which {@link finishMove} then empties. So whenever the process is killed, the record lists
 * files that are there.
 *
 * @param now in milliseconds since 1970
 *
 * @example
 * ```ts
 * import { createClient } from '@cumulus/dynamodb/aws';
 * import { recordMove } from '@cumulus/models/recording';
 *
 * const target = { client: createClient(), tableName: (name: string) => `prod-${name}` };
 * const files = [{ bucket: 'public', key: 'a/G1.hdf' }];
 * const from = [{ bucket: 'protected', key: 'a/G1.hdf', etag: '"abc"' }];
 * const outcome = await recordMove(target, { granuleId: 'G1', seenAt: 1_600_000_000_000, files, from }, Date.now());
 * ```
 */
export async function recordMove(target: RecordingTarget, moved: MovedGranule, now: number): Promise<MoveRecorded> {
  const { granuleId, seenAt, files, productVolume, from } = moved;
  const granule = await readGranule(target, granuleId);
  const isSeen = granule?.['updatedAt'] === seenAt && granule[PENDING_FILES] === undefined;
  if (granule === undefined || !isSeen || moveNoteOf(granule) !== undefined) return 'changed';
  // The condition has to notice the change, also within one millisecond.
  const updatedAt = Math.max(now, seenAt + 1);
  const changes = fileChangesOf({ ...granule, files, updatedAt }, from);
  const isPending = changes.length >= MAX_TRANSACTION_WRITES;
  const note = isPending ? { from, pending: true } : { from };
  const set = { files, updatedAt, [MOVED_FILES]: note, ...(productVolume === undefined ? {} : { productVolume }) };
  if (storedSize({ ...granule, ...set }) > MAX_ITEM_BYTES) return 'too large';
  const update = {
    kind: 'update',
    table: target.tableName('GranulesTable'),
    key: { granuleId },
    changes: { set },
    conditions: unchanged('granuleId', SEEN, granule),
  } as const;
  const isDone = isPending
    ? (await writeIf(target.client, update)).done
    : await writeWithFiles(target, update, changes);
  return isDone ? 'recorded' : 'changed';
}

/**
 * Brings a recorded move to its end: writes what is left of the files' records, and deletes the objects that files have left, unless
 * a granule lists them. Without an unfinished move it does nothing.
 * @param remove deletes the object at a place that was left; again without harm
 *
 * @example
 * ```ts
 * import { createClient } from '@cumulus/dynamodb/aws';
 * import { finishMove } from '@cumulus/models/recording';
 *
 * const target = { client: createClient(), tableName: (name: string) => `prod-${name}` };
 * await finishMove(target, 'G1', async ({ bucket, key }) => console.log(`delete s3://${bucket}/${key}`));
 * ```
 */
export async function finishMove(
  target: RecordingTarget,
  granuleId: string,
  remove: (place: LeftPlace) => Promise<void>,
): Promise<void> {
  const { client, tableName } = target;
  const own = { table: tableName('GranulesTable'), key: { granuleId } };
  for (const backoff = await backoffOf(client); ; await backoff.wait()) {
    const granule = await readGranule(target, granuleId);
    const note = moveNoteOf(granule);
    if (granule === undefined || note === undefined) return;
    const seen = unchanged('granuleId', SEEN, granule);
    if (note.isPending && !(await writeFiles(target, { ...own, conditions: seen }, fileChangesOf(granule, note.from))))
      continue;
    for (const place of await unlisted(target, note.from)) await remove(place);
    const isNoted: readonly Condition[] = [conditions.equals(MOVED_FILES, granule[MOVED_FILES])];
    const outcome = await writeIf(client, {
      kind: 'update',
      ...own,
      changes: { remove: [MOVED_FILES] },
      conditions: isNoted,
    });
    if (outcome.done) return;
  }
}

/** What changes in the records of files: those of its places, and of those that were left. */
function fileChangesOf(granule: PlainItem, from: readonly LeftPlace[]): readonly FileChange[] {
  const granuleId = String(granule['granuleId']);
  const updatedAt = Number(granule['updatedAt']);
  const createdAt = typeof granule['createdAt'] === 'number' ? granule['createdAt'] : updatedAt;
  const places = filesOf(granule);
  const listed = new Set(places.map(placeOf));
  return [
    ...places.map((place): FileChange => ({ kind: 'list', file: { ...place, granuleId, createdAt, updatedAt } })),
    ...from
      .filter((place) => !listed.has(placeOf(place)))
      .map(({ bucket, key }): FileChange => ({ kind: 'release', file: { bucket, key }, granuleId })),
  ];
}

async function writeFiles(
  target: RecordingTarget,
  check: { readonly table: string; readonly key: PlainItem; readonly conditions: readonly Condition[] },
  changes: readonly FileChange[],
): Promise<boolean> {
  for (let start = 0; start < changes.length; start += MAX_TRANSACTION_WRITES - 1) {
    const part = changes.slice(start, start + MAX_TRANSACTION_WRITES - 1);
    if (!(await writeWithFiles(target, { kind: 'check', ...check }, part))) return false;
  }
  return true;
}

/** Those of the places that no granule lists, this one among them. */
async function unlisted(
  { client, tableName }: RecordingTarget,
  places: readonly LeftPlace[],
): Promise<readonly LeftPlace[]> {
  const keys = places.map(({ bucket, key }) => ({ bucket, key }));
  const items = await getItems({ client, table: tableName('FilesTable'), consistent: true }, keys);
  const listed = new Set(items.map(({ bucket, key }) => placeOf({ bucket: String(bucket), key: String(key) })));
  return places.filter((place) => !listed.has(placeOf(place)));
}

async function readGranule({ client, tableName }: RecordingTarget, granuleId: string): Promise<PlainItem | undefined> {
  const table = tableName('GranulesTable');
  return (await getItems({ client, table, consistent: true }, [{ granuleId }]))[0];
}
