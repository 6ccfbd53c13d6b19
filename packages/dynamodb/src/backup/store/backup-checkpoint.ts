import type { SegmentPosition } from '../../items/scan/scan-segments.ts';
import type { BackupManifest } from '../format/manifest.ts';

/** How far an unfinished backup has come: all that is needed to go on as if it had never stopped. */
export interface BackupCheckpoint extends BackupState {
  /** The table by its ARN and identity, so that a partial is never continued from another table. */
  readonly tableArn: string;
  readonly tableId: string;
  readonly consistentRead: boolean;
}

/** The part of a backup that is done. */
export interface BackupState {
  readonly startedAt: string;
  /** How often the backup was continued so far. */
  readonly resumed: number;
  readonly items: number;
  /** See {@link BackupManifest.pointersToS3}; absent for none. */
  readonly pointersToS3?: number | undefined;
  /** The partial up to here is flushed to disk and belongs to the positions; what follows it does not count. */
  readonly bytes: number;
  readonly sha256: string;
  readonly positions: readonly SegmentPosition[];
}
