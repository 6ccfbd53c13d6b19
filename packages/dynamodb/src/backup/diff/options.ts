import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { ProgressListener } from '../../items/progress.ts';
import type { TypedItem } from '../../items/typed-item.ts';
import type { S3Access } from '../../storage/open-storage.ts';
import type { LinePlace } from '../format/line-place.ts';

/** A backup that is named. */
export interface NamedBackup {
  /** A data file, or the folder of a table export: a path, or `s3://BUCKET/KEY`. */
  readonly file: string;
  /** What to call it in messages and the result, if not by its path. */
  readonly fileName?: string | undefined;
}

export interface DiffOptions {
  readonly a: NamedBackup;
  /** What it is compared with: another backup, or a table as it stands now. */
  readonly b: NamedBackup | { readonly client: DynamoDBClient; readonly table: string };
  /** A file for the keys of all differences; see `writeDifferenceList`. Their kinds are those of {@link BackupDifference}. */
  readonly list?: string | undefined;
  /** How to ask S3, if a backup is there; with the usual settings unless given. */
  readonly s3?: S3Access | undefined;
  /** Secret keys of age, of which one opens the backup if it is encrypted; `readIdentities` reads them from files. */
  readonly identities?: readonly string[] | undefined;
  /** The most read capacity units to use in a second, of a table. */
  readonly maxReadUnits?: number | undefined;
  /**
   * Whether a second thread of the process digests the items of a table; unless given it does on four or more processors, for a
   * table of more than 8 MB. The result is the same. Where no thread can be started, the first one does it.
   */
  readonly secondThread?: boolean | undefined;
  readonly abortSignal?: AbortSignal | undefined;
  readonly onProgress?: ProgressListener | undefined;
}

/** An item in which two backups, or a backup and a table, differ. */
export interface BackupDifference {
  /** `changed`: in both, with other values. */
  readonly kind: 'changed' | 'onlyInA' | 'onlyInB';
  readonly key: TypedItem;
  /** Where A has it; undefined if it does not. */
  readonly a: LinePlace | undefined;
  /** Where B has it; undefined if it does not, or is a table. */
  readonly b: LinePlace | undefined;
}

/** A backup that was compared. */
export interface DiffedBackup {
  readonly file: string;
  /** Lines that hold an item. */
  readonly items: number;
  readonly bytes: number;
  readonly sha256: string;
  /** Whether it is what a manifest says. */
  readonly proved: boolean;
  /** Lines whose item a later line of the same key replaces: the later line is compared. */
  readonly superseded: number;
}

export interface DiffResult {
  readonly a: DiffedBackup;
  readonly b: DiffedBackup | { readonly table: string; readonly items: number };
  /** Whether both have the same items with the same values, but for expired ones. */
  readonly equal: boolean;
  readonly same: number;
  readonly changed: number;
  readonly onlyInA: number;
  readonly onlyInB: number;
  /**
   * Items that only A has and whose time to live has passed: DynamoDB has to remove them from a table. Undefined where B is a backup;
   * there they are items that only A has.
   */
  readonly expired?: number | undefined;
  /** The first ten of each kind, in the order of A's lines, then of B's, then of keys. */
  readonly differences: readonly BackupDifference[];
  /** The file with the keys of all differences. */
  readonly list?: string | undefined;
  readonly seconds: number;
}
