import { AccessDeniedError, ConnectionError, CumulusError, ThrottledError } from '../../aws/errors.ts';
import { BackupReader } from '../read/backup-reader.ts';
import type { BackupStore } from '../store/backup-store.ts';

/** A backup of the same table that was there before. */
export interface EarlierBackup {
  /** Where it will be once the new backup has taken its place. */
  readonly file: string;
  /** Its items; undefined if its file cannot be read. */
  readonly items: number | undefined;
}

/** The backups of a table that were there before a new one. */
export interface EarlierBackups {
  /** The one that is about to be replaced, if there is one. */
  readonly current: EarlierBackup | undefined;
  /** Those that were kept before it. */
  readonly kept: readonly EarlierBackup[];
  /** Those that stay whatever becomes of these: see {@link BackupStore.besides}. */
  readonly besides: readonly EarlierBackup[];
}

export async function earlierBackups(store: BackupStore): Promise<EarlierBackups> {
  const count = async (file: string): Promise<EarlierBackup> => ({ file, items: await countItems(store, file) });
  const kept = await Promise.all((await store.kept()).map(count));
  const besides = await Promise.all((await store.besides()).map(count));
  const time = await store.timeOfCurrent();
  if (time === undefined) return { current: undefined, kept, besides };
  return { current: { file: store.keptName(time), items: await countItems(store, store.data) }, kept, besides };
}

async function countItems(store: BackupStore, file: string): Promise<number | undefined> {
  try {
    const source = await BackupReader.open(store.locate(file));
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

/** What is left of the kept backups, the newest first. */
export interface KeptBackups {
  readonly kept: readonly string[];
  /** Why backups that should have been removed are still among them. The new backup is in its place all the same. */
  readonly notRemoved?: string;
}

/**
 * Removes the kept backups beyond a number, the oldest first.
 * @param spared the one that stays all the same
 */
export async function pruneKept(store: BackupStore, keep: number, spared: string | undefined): Promise<KeptBackups> {
  const kept = await store.kept();
  const goes = kept.slice(keep).filter((file) => file !== spared);
  const removed: string[] = [];
  try {
    for (const file of goes.toReversed()) {
      await store.removeKept(file);
      removed.push(file);
    }
  } catch (error) {
    if (!(error instanceof CumulusError)) throw error;
    return { kept: kept.filter((file) => !removed.includes(file)), notRemoved: error.message };
  }
  return { kept: kept.filter((file) => !removed.includes(file)) };
}
