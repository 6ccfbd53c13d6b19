import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { ProgressListener } from '../../items/progress.ts';
import type { S3Access } from '../../storage/open-storage.ts';
import type { UnknownSetting } from '../../tables/named-settings.ts';
import type { ScanTime } from '../format/manifest.ts';
import type { DiscardedPartial } from '../store/too-old.ts';
import type { Replaced } from './replace-backup.ts';

/** What to back up, to where, and how. */
export interface BackUpOptions {
  readonly client: DynamoDBClient;
  readonly table: string;
  /** Where the backup's files go: a directory, which is made if it is missing, or `s3://BUCKET/PREFIX`. */
  readonly directory: string;
  /** How to ask S3, if they go there; with the usual settings unless given. */
  readonly s3?: S3Access | undefined;
  /** How many segments the scan is cut into; by the table's size unless given. */
  readonly segments?: number | undefined;
  /** Scan requests under way at once. */
  readonly concurrency?: number | undefined;
  /** Compress the data file. */
  readonly gzip?: boolean | undefined;
  /**
   * Public keys of age to encrypt the data file to; whoever has the secret key of one can read it. Such a backup cannot be continued
   * after a stop.
   */
  readonly recipients?: readonly string[] | undefined;
  /** Strongly consistent reads, at twice the cost. A scan is never one instant's picture all the same. */
  readonly consistent?: boolean | undefined;
  /** The most read capacity units to use in a second. */
  readonly maxReadUnits?: number | undefined;
  /**
   * Continue an interrupted backup of the same table into the same file; where there is none, or one that started too long
   * ago, start a new one. In S3 there never is one.
   */
  readonly resume?: boolean | undefined;
  /**
   * How long ago an interrupted backup may have started to be continued, in milliseconds; 24 hours unless given. What
   * it had read first is as old as that, and would be in one file with what is read now.
   */
  readonly resumeWithin?: number | undefined;
  /**
   * Give the backup a name of its own, `<table>.<UTC time>.json`, by the time at which it began; it takes no other's place, and
   * `keep` does not count. To continue an interrupted one means the newest.
   */
  readonly dated?: boolean | undefined;
  /** How many earlier backups stay; 1 unless given. Dated ones are not among them. */
  readonly keep?: number | undefined;
  readonly abortSignal?: AbortSignal | undefined;
  readonly onProgress?: ProgressListener | undefined;
  /** Called with what a person should know while the backup goes on. */
  readonly onWarning?: ((warning: string) => void) | undefined;
}

/** A backup that was completed. */
export interface BackUpResult extends Replaced {
  readonly table: string;
  readonly file: string;
  readonly manifest: string;
  /** Items written, counted. */
  readonly items: number;
  /** How often items point to an object in S3, which the backup does not hold: see `pointersOfBackup`. */
  readonly pointersToS3: number;
  /** Bytes of the data file. */
  readonly bytes: number;
  readonly sha256: string;
  /** The public keys that it is encrypted to; undefined if it is not encrypted. */
  readonly recipients?: readonly string[] | undefined;
  readonly seconds: number;
  readonly segments: number;
  /** Whether an interrupted run was continued. */
  readonly resumed: boolean;
  /** Over which time its items were read; each is as it was at some moment in it. */
  readonly scan: ScanTime;
  /** The interrupted backup that was not continued, though that was asked for, since it started too long ago. */
  readonly discarded?: DiscardedPartial | undefined;
  /** The settings of the table that could not be read, and so are not in the manifest. */
  readonly settingsNotKnown: readonly UnknownSetting[];
}
