import { AccessDeniedError, ConnectionError, ThrottledError } from '../errors.ts';
import type { BackupPlace } from './backup-place.ts';

/** A backup of the same table that was there before. */
export interface EarlierBackup {
  /** Where it will be once the new backup has taken its place. */
  readonly file: string;
  /** Its items; undefined if its file cannot be read. */
  readonly items: number | undefined;
}

/** The backup that is about to be replaced, if there is one, and those that were kept before it. */
export async function earlierBackups(
  place: BackupPlace,
): Promise<{ readonly current: EarlierBackup | undefined; readonly kept: readonly EarlierBackup[] }> {
  const kept = await Promise.all(
    (await place.kept()).map(async (file) => ({ file, items: await countItems(place, file) })),
  );
  const time = await place.timeOfCurrent();
  if (time === undefined) return { current: undefined, kept };
  return { current: { file: place.keptName(time), items: await countItems(place, place.data) }, kept };
}

async function countItems(place: BackupPlace, file: string): Promise<number | undefined> {
  try {
    const source = await place.open(file);
    try {
      if (source.items !== undefined) return source.items;
      let items = 0;
      for await (const lines of source.lines()) for (const _line of lines) items += 1;
      return items;
    } finally {
      await source.close();
    }
  } catch (error) {
    if (error instanceof ConnectionError || error instanceof ThrottledError || error instanceof AccessDeniedError)
      throw error;
    // An earlier backup that cannot be read says nothing; it must not stop a new one.
    return undefined;
  }
}

/**
 * Removes the kept backups beyond a number, the oldest first.
 * @param spared the one that stays all the same
 * @returns those that are left, the newest first
 */
export async function pruneKept(
  place: BackupPlace,
  keep: number,
  spared: string | undefined,
): Promise<readonly string[]> {
  const kept = await place.kept();
  const goes = kept.slice(keep).filter((file) => file !== spared);
  for (const file of goes.toReversed()) await place.removeKept(file);
  return kept.filter((file) => !goes.includes(file));
}
