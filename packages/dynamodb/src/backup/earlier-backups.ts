import { type BackupFiles, exists, manifestOf, removeKept, timeOf } from './backup-files.ts';
import { BackupReader } from './backup-reader.ts';

/** A backup of the same table that was there before. */
export interface EarlierBackup {
  /** Where it will be once the new backup has taken its place. */
  readonly file: string;
  /** Its items; undefined if its file cannot be read. */
  readonly items: number | undefined;
}

/** The backup that is about to be replaced, if there is one, and those that were kept before it. */
export async function earlierBackups(
  files: BackupFiles,
): Promise<{ readonly current: EarlierBackup | undefined; readonly kept: readonly EarlierBackup[] }> {
  const kept = await Promise.all((await files.kept()).map(async (file) => ({ file, items: await countItems(file) })));
  if (!(await exists(files.data))) return { current: undefined, kept };
  const manifest = await manifestOf(files.data).catch(() => undefined);
  const time = await timeOf(files.data, manifest);
  return { current: { file: files.keptName(time), items: await countItems(files.data) }, kept };
}

async function countItems(dataFile: string): Promise<number | undefined> {
  try {
    const manifest = await manifestOf(dataFile);
    if (manifest !== undefined) return manifest.items;
    const reader = await BackupReader.open(dataFile);
    try {
      let items = 0;
      for await (const lines of reader.lines()) for (const _line of lines) items += 1;
      return items;
    } finally {
      await reader.close();
    }
  } catch {
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
  files: BackupFiles,
  keep: number,
  spared: string | undefined,
): Promise<readonly string[]> {
  const kept = await files.kept();
  const goes = kept.slice(keep).filter((file) => file !== spared);
  for (const file of goes.toReversed()) await removeKept(file);
  return kept.filter((file) => !goes.includes(file));
}
