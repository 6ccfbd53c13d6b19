import type { StorageOptions } from '../../storage/open-storage.ts';

/** What stays of an archive. */
export interface KeepOptions {
  /** Every second of this time before the last one that can be restored stays, in milliseconds. */
  readonly within: number;
  /** Of how many days the last second stays, as a backup: the last days of which there is one. */
  readonly daily?: number | undefined;
  /** Of how many months the last second stays, as a backup: the last months of which there is one. */
  readonly monthly?: number | undefined;
}

export interface PruneOptions extends StorageOptions {
  readonly keep: KeepOptions;
  /** Whether a table of this name is in question; all are unless given. */
  readonly tables?: ((table: string) => boolean) | undefined;
  /** Only say what would be done. */
  readonly dryRun?: boolean | undefined;
}

/** What was pruned of a table's archive, or would be. */
export interface PrunedArchive {
  readonly table: string;
  /** Seconds whose states were written into backups. */
  readonly points: readonly Date[];
  /** The backups that were removed, with their manifests: paths or URLs. */
  readonly backups: readonly string[];
  /** How many segments were removed. */
  readonly segments: number;
  readonly changes: number;
  readonly dryRun: boolean;
}
