import type { BackupPlace } from './backup-place.ts';
import { type EarlierBackup, earlierBackups, type KeptBackups, pruneKept } from './earlier-backups.ts';
import type { BackupManifest } from './manifest.ts';

/** A backup with fewer items than this share of an earlier one's is worth a warning. */
const FAR_FEWER = 0.9;

/** What became of the earlier backups. */
export interface Replaced extends KeptBackups {
  /** An earlier backup that has far more items; it stays whatever `keep` says. */
  readonly farFewerThan?: { readonly file: string; readonly items: number };
}

/**
 * Puts a complete backup in the place of the one that was there.
 * @param keep how many earlier backups stay
 * @throws BackupInProgressError if another writer has taken the place over
 */
export async function replaceBackup(place: BackupPlace, manifest: BackupManifest, keep: number): Promise<Replaced> {
  const { current, kept: keptBefore } = await earlierBackups(place);
  const farLarger = farLargest(manifest.items, current === undefined ? keptBefore : [current, ...keptBefore]);
  const keepsCurrent = current !== undefined && (keep > 0 || current.file === farLarger?.file);
  await place.check();
  await place.commit(manifest, keepsCurrent ? current.file : undefined);
  const kept = await pruneKept(place, keep, farLarger?.file);
  return { ...kept, ...(farLarger === undefined ? {} : { farFewerThan: farLarger }) };
}

/** The earlier backup with the most items, if it has far more than the new one. */
function farLargest(
  items: number,
  earlier: readonly EarlierBackup[],
): { readonly file: string; readonly items: number } | undefined {
  return earlier
    .flatMap((backup) => (backup.items === undefined ? [] : [{ file: backup.file, items: backup.items }]))
    .filter((backup) => items < backup.items * FAR_FEWER)
    .reduce<{ file: string; items: number } | undefined>(
      (most, backup) => (most === undefined || backup.items > most.items ? backup : most),
      undefined,
    );
}
