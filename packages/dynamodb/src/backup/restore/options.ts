import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { ProgressListener } from '../../items/progress.ts';
import type { S3Access } from '../../storage/open-storage.ts';
import type { SettingsComparison } from '../../tables/compare-settings.ts';
import type { SettingNotTaken } from '../../tables/later-settings.ts';
import type { LineFormat } from '../format/line-format.ts';
import type { LinePlace } from '../format/line-place.ts';
import type { Contents } from '../layout/layout.ts';
import type { KeysNotFound, Selection } from '../select/selection.ts';

/** Write requests under way at once, unless another number is given. */
export const DEFAULT_WRITE_CONCURRENCY = 8;

export interface RestoreOptions {
  readonly client: DynamoDBClient;
  /**
   * A data file: lines of typed JSON, plain JSON or a table export, gzipped or not; or the folder of a table export. A
   * path, or `s3://BUCKET/KEY`.
   */
  readonly file: string;
  /** How to ask S3, if the backup is there; with the usual settings unless given. */
  readonly s3?: S3Access | undefined;
  /** Secret keys of age, of which one opens the backup if it is encrypted; `readIdentities` reads them from files. */
  readonly identities?: readonly string[] | undefined;
  /** What to call the file in messages and the result, if not by its path. */
  readonly fileName?: string | undefined;
  /** The table to write to. */
  readonly table: string;
  /** Make the table if it is missing: from the manifest, else from the Cumulus table that its name ends in. */
  readonly createTable?: boolean | undefined;
  /** What to do with a target that holds items: refuse (unless given), replace those of the same key, or keep those. */
  readonly existingItems?: 'refuse' | 'overwrite' | 'skip' | undefined;
  /**
   * Apply the changes of an incremental export: put the items that it has, delete those that it deletes. The table has to exist, as it was
   * when the export begins. Other files are refused then, and without it, changes are.
   */
  readonly changes?: boolean | undefined;
  /**
   * Which items of the backup to write; all unless given. Of lines with the same key the last counts. It does not go with `changes`.
   */
  readonly selection?: Selection | undefined;
  /** Write requests under way at once. */
  readonly concurrency?: number | undefined;
  /** The most write capacity units to use in a second. */
  readonly maxWriteUnits?: number | undefined;
  /** Go on where an interrupted restore of the same file into the same table stopped; where there is none, begin. */
  readonly resume?: boolean | undefined;
  /** Do all checks, and write nothing. */
  readonly dryRun?: boolean | undefined;
  /** Whether to leave a checkpoint beside the file, by which to resume; true unless given. */
  readonly resumable?: boolean | undefined;
  /**
   * A new file for lines that DynamoDB does not take, as they stand in the backup: those in which the check finds it, and those
   * that DynamoDB itself refuses. Without it the first such line is an error.
   */
  readonly setAside?: string | undefined;
  readonly abortSignal?: AbortSignal | undefined;
  readonly onProgress?: ProgressListener | undefined;
  /** Called with what a person should know while the restore goes on. */
  readonly onWarning?: ((warning: string) => void) | undefined;
}

/** Lines of a backup that are not in the table, since DynamoDB does not take them. */
export interface SetAside {
  /** Where they are, or would be, as they stand in the backup; absent where there are none. */
  readonly file?: string | undefined;
  /** How many they are, with those of earlier runs that this one continued. */
  readonly lines: number;
  /** The first ten of this run, in the order of the backup. */
  readonly first: readonly SetAsideLine[];
}

export interface SetAsideLine extends LinePlace {
  /** Why DynamoDB does not take it, in words. */
  readonly problem: string;
}

/** A restore that was completed. */
export interface RestoreResult extends Contents {
  readonly table: string;
  readonly file: string;
  /** Present where nothing was written: the numbers are then of what would be written, items that are skipped included. */
  readonly dryRun?: true;
  /**
   * Items put into the table by this run and by those that it continues: each acknowledged by DynamoDB. What became of the
   * earlier runs' since is not looked at; `verifyBackup` does.
   */
  readonly items: number;
  /** Those of them that this run wrote. */
  readonly itemsThisRun: number;
  /** Those of them that the earlier runs wrote, by their checkpoint. */
  readonly itemsBefore: number;
  /** Lines of the file that hold an item. */
  readonly lines: number;
  /** How they hold it, each once, in the order in which they came. */
  readonly formats: readonly LineFormat[];
  /** Lines whose item a later line of the same key replaces; they were not written. */
  readonly superseded: number;
  /** How many items of the file were chosen, by the `selection`; undefined without one. */
  readonly chosen?: number | undefined;
  /** Keys of the `selection` that the file lacks; undefined where it has no keys. */
  readonly keysNotFound?: KeysNotFound | undefined;
  /** How many of `items` were deletions; present where changes were applied. In a dry run, of those that would be. */
  readonly deleted?: number | undefined;
  /** Items left out because the table had one of the same key. */
  readonly skipped: number;
  /** What became of lines that DynamoDB does not take; present if they were to be set aside. */
  readonly setAside?: SetAside | undefined;
  /** Bytes of the file as stored. */
  readonly bytes: number;
  readonly seconds: number;
  /** Whether the file was proved by a manifest before anything was written. */
  readonly proved: boolean;
  /** Whether the table was made. */
  readonly created: boolean;
  readonly resumed: boolean;
  /** How often items point to an object in S3, which the backup does not hold, if its manifest says that there are any. */
  readonly pointersToS3?: number | undefined;
  /** Settings of a table that was made which the server does not have. */
  readonly notTaken: readonly SettingNotTaken[];
  /**
   * How the settings of a table that was made differ from those of the table that was backed up, as far as its manifest
   * says: what a restore does not bring back.
   */
  readonly settings?: SettingsComparison | undefined;
}
