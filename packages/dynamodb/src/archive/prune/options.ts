import type { KeepRules } from '../../backup/catalogue/retention.ts';
import type { StorageOptions } from '../../storage/open-storage.ts';
import type { SweptPayloads } from '../payloads/sweep-payloads.ts';

/**
 * What stays of an archive, with the meaning that restic gives to its options of these names. Every second of `within` stays, counted from
 * the last one that can be restored. Before that, the last second of each hour, day, week, month or year stays that a rule keeps.
 */
export type KeepSeconds = Omit<KeepRules, 'last'>;

/**
 * How much before the last second that can be restored stays whole, whatever the rules, unless given otherwise; in milliseconds. A stream has
 * its changes for so long, so that none comes later.
 */
export const DEFAULT_RECENT = 24 * 3_600_000;

export interface PruneOptions extends StorageOptions {
  readonly keep: KeepSeconds;
  /** Secret keys of age, where something is to be merged that is encrypted. */
  readonly identities?: readonly string[] | undefined;
  /** Public keys of age to encrypt what stays to. Those of the archive unless given, if that is encrypted. */
  readonly recipients?: readonly string[] | undefined;
  /** Whether a table of this name is in question; all are unless given. */
  readonly tables?: ((table: string) => boolean) | undefined;
  /** Only say what would be done. */
  readonly dryRun?: boolean | undefined;
  /**
   * How much before the last second that can be restored stays whole, whatever the rules, in milliseconds; 24 hours unless given, the time for
   * which a stream has its changes.
   */
  readonly recent?: number | undefined;
  /** Takes what became of copies of objects in S3, of all tables, that nothing points to any more. */
  readonly onPayloads?: ((swept: SweptPayloads) => void) | undefined;
}

/** A single second that stays. */
export interface KeptSecond {
  readonly at: Date;
  /** Why, in a few words each. */
  readonly reasons: readonly string[];
}

/** What was pruned of a table's archive, or would be. */
export interface PrunedArchive {
  readonly table: string;
  /** From here on every second stays that could be restored before. */
  readonly wholeFrom: Date;
  /** The last second that can be restored. */
  readonly to: Date;
  /** The single seconds before that which stay, in order. */
  readonly points: readonly KeptSecond[];
  /** How many files of merged changes, and backups, were written for them. */
  readonly written: number;
  /** The backups and merged changes that were removed: paths or URLs. */
  readonly files: readonly string[];
  /** The folders of exports that were removed, with their data: paths or URLs. */
  readonly exports: readonly string[];
  /** How many segments were removed. */
  readonly segments: number;
  /** How many changes these had. */
  readonly changes: number;
  /** Bytes of everything that was removed, as they were stored. */
  readonly bytes: number;
  /** How many files of these the bucket keeps as earlier versions; undefined where nothing was removed yet. */
  readonly keptAsVersions: number | undefined;
  /** How many of them are locked by S3 Object Lock, so that their bytes are not free before that; as far as that may be known. */
  readonly locked: { readonly files: number; readonly bytes: number; readonly until: Date | undefined };
  readonly dryRun: boolean;
}
