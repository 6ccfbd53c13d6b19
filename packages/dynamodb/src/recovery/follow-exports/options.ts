import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { ExportType } from '../../archive/format/export-note.ts';
import type { Gap } from '../../archive/format/segment.ts';
import type { ProgressListener, WaitProgress } from '../../items/progress.ts';
import type { S3Access } from '../../storage/open-storage.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/** DynamoDB's limits of an incremental export's window, in milliseconds. */
export const MIN_EXPORT_WINDOW = 15 * MINUTE;
export const MAX_EXPORT_WINDOW = 24 * HOUR;

export const DEFAULT_EXPORT_WINDOW = HOUR;
export const DEFAULT_EXPORT_POLL = MINUTE;

export interface FollowByExportOptions {
  readonly client: DynamoDBClient;
  readonly table: string;
  /** Where the archive is, as `s3://BUCKET/PREFIX`: DynamoDB exports to nothing else. */
  readonly archive: string;
  /** How to ask S3; with the usual settings unless given. */
  readonly s3?: S3Access | undefined;
  /** How long the window of an incremental export is, in milliseconds: 15 minutes to 24 hours; an hour unless given. */
  readonly window?: number | undefined;
  /** After how long another full export is made, in milliseconds, so that a state has fewer windows to read; never unless given. */
  readonly fullEvery?: number | undefined;
  /** The account of the bucket, where that is another one. */
  readonly bucketOwner?: string | undefined;
  /** The KMS key that DynamoDB encrypts the files with; S3's own unless given. */
  readonly kmsKeyId?: string | undefined;
  /** Ends when every window that is over is archived; otherwise it goes on until the signal. */
  readonly once?: boolean | undefined;
  /** The time between two looks whether a window is over, in milliseconds; a minute unless given. */
  readonly pollInterval?: number | undefined;
  /** Ends the work. What DynamoDB exports then goes on, and the next follower finds it. */
  readonly abortSignal?: AbortSignal | undefined;
  readonly onEvent?: ((event: FollowByExportEvent) => void) | undefined;
  readonly onProgress?: ProgressListener<WaitProgress> | undefined;
}

/** An export of a table's archive. */
export interface ArchivedExport {
  readonly arn: string;
  readonly type: ExportType;
  /** The beginning of the window; undefined for a full export. */
  readonly from: Date | undefined;
  /** The end of the window, or the instant of a full export. */
  readonly to: Date;
}

/** What happens while a table is followed by exports. */
export type FollowByExportEvent = { readonly table: string } & (
  | ({ readonly kind: 'export started' } & ArchivedExport)
  /** An earlier follower started it. */
  | ({ readonly kind: 'export found' } & ArchivedExport)
  | ({ readonly kind: 'export archived'; readonly items: number; readonly bytes: number } & ArchivedExport)
  /** The archive has no changes of a time, so a full export follows. */
  | { readonly kind: 'gap'; readonly gap: Gap }
  /** It is tried again after a while, unless the following ends once everything is archived. */
  | { readonly kind: 'export failed'; readonly error: Error }
);

/** What a following by exports has archived. */
export interface FollowByExportResult {
  readonly table: string;
  readonly exports: readonly ArchivedExport[];
  /** Items and changes of these exports. */
  readonly items: number;
  /** Bytes of their files, as they are stored. */
  readonly bytes: number;
  readonly gaps: number;
  /** The last instant that can be restored; undefined where there is none yet. */
  readonly reached: Date | undefined;
}
