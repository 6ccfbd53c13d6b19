import { isObject } from '@cumulus/dynamodb/aws';
import { getItems, type PlainItem } from '@cumulus/dynamodb/items';
import { OTHER_CLAIMS } from '../models/files.ts';
import { MOVED_FILES } from '../models/granules.ts';
import { type FileKey, placeOf } from './file-owners.ts';
import type { RecordingTarget } from './recording-target.ts';
import { filesOf } from './write-with-files.ts';

/** A place that a granule's file has left: the object there is to be deleted, if it still is the same. */
export interface LeftPlace extends FileKey {
  readonly etag: string;
}

/** What a granule's record notes of a move that has not come to its end. */
export interface MoveNote {
  readonly from: readonly LeftPlace[];
  /** Whether records of files are still to be written. */
  readonly isPending: boolean;
}

/** The note of a move in a granule's record; undefined where there is none. */
export function moveNoteOf(granule: PlainItem | undefined): MoveNote | undefined {
  const note = granule?.[MOVED_FILES];
  if (!isObject(note) || !Array.isArray(note['from'])) return undefined;
  const from = (note['from'] as readonly unknown[]).flatMap((place): readonly LeftPlace[] => {
    const { bucket, key, etag } = isObject(place) ? place : {};
    return typeof bucket === 'string' && typeof key === 'string' ? [{ bucket, key, etag: String(etag) }] : [];
  });
  return { from, isPending: note['pending'] === true };
}

/** The places of all objects that belong to a granule: of its files, and those that its files have left. */
export function placesOf(granule: PlainItem): readonly FileKey[] {
  const all = [...filesOf(granule), ...(moveNoteOf(granule)?.from ?? [])];
  return [...new Map(all.map(({ bucket, key }) => [placeOf({ bucket, key }), { bucket, key }])).values()];
}

/** Those of some places that no granule lists but this one. */
export async function placesOfOneAlone(
  { client, tableName }: RecordingTarget,
  granuleId: string,
  places: readonly FileKey[],
): Promise<readonly FileKey[]> {
  const keys = places.map(({ bucket, key }) => ({ bucket, key }));
  const items = await getItems({ client, table: tableName('FilesTable'), consistent: true }, keys);
  const others = new Set(
    items
      .filter((item) => item['granuleId'] !== granuleId || item[OTHER_CLAIMS] !== undefined)
      .map(({ bucket, key }) => placeOf({ bucket: String(bucket), key: String(key) })),
  );
  return places.filter((place) => !others.has(placeOf(place)));
}
