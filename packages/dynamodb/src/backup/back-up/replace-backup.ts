import type { BackupManifest } from '../format/manifest.ts';
import type { BackupStore } from '../store/backup-store.ts';
import { type EarlierBackup, earlierBackups, type KeptBackups, pruneKept } from './earlier-backups.ts';

/** A backup with fewer items than this share of an earlier one's, or of those expected, is worth a warning. */
const FAR_FEWER = 0.9;

/** What became of the earlier backups. */
export interface Replaced extends KeptBackups {
  /** An earlier backup that has far more items; it stays whatever `keep` says. */
  readonly farFewerThan?: { readonly file: string; readonly items: number } | undefined;
  /**
   * DynamoDB's estimate of the table's items, where the backup has far fewer. On AWS the estimate is up to six hours old, so
   * that this may be as it should be; the largest of the earlier backups that has more stays whatever `keep` says.
   */
  readonly farFewerThanEstimate?: { readonly items: number } | undefined;
}

export interface ReplaceOptions {
  /** How many earlier backups stay. */
  readonly keep: number;
  /** How many items the table was said to have, if that is known. */
  readonly estimatedItems?: number | undefined;
}

/**
 * Puts a complete backup in the place of the one that was there; a dated one gets a place of its own.
 * @throws LeaseHeldError if another writer has taken the lease
 */
export async function replaceBackup(
  store: BackupStore,
  manifest: BackupManifest,
  { keep, estimatedItems = 0 }: ReplaceOptions,
): Promise<Replaced> {
  const { items } = manifest;
  const { current, kept: keptBefore, besides } = await earlierBackups(store);
  const isFarFewer = items < estimatedItems * FAR_FEWER;
  const replaceable = current === undefined ? keptBefore : [current, ...keptBefore];
  const isFarLarger = (earlier: { readonly items: number } | undefined): boolean =>
    earlier !== undefined && items < earlier.items * FAR_FEWER;
  const largest = largestOf(replaceable);
  const isWorthMore = largest !== undefined && isFarFewer && items < largest.items;
  const spared = isWorthMore || isFarLarger(largest) ? largest : undefined;
  const keepsCurrent = current !== undefined && (keep > 0 || current.file === spared?.file);
  await store.commit(manifest, keepsCurrent ? current.file : undefined);
  const kept = store.isDated ? { kept: [] } : await pruneKept(store, keep, spared?.file);
  const largestOfAll = largestOf([...replaceable, ...besides]);
  return {
    ...kept,
    farFewerThan: isFarLarger(largestOfAll) ? largestOfAll : undefined,
    farFewerThanEstimate: isFarFewer ? { items: estimatedItems } : undefined,
  };
}

/** The earlier backup with the most items. */
function largestOf(earlier: readonly EarlierBackup[]): { readonly file: string; readonly items: number } | undefined {
  return earlier
    .flatMap(({ file, items }) => (items === undefined ? [] : [{ file, items }]))
    .reduce<{ file: string; items: number } | undefined>(
      (most, backup) => (most === undefined || backup.items > most.items ? backup : most),
      undefined,
    );
}
