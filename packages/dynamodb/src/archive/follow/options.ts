import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { DynamoDBStreamsClient } from '@aws-sdk/client-dynamodb-streams';
import type { CumulusError } from '../../aws/errors.ts';
import type { S3Access } from '../../storage/open-storage.ts';
import type { PayloadEntry } from '../format/payload-note.ts';
import type { Gap } from '../format/segment.ts';
import type { CopiedPayloads, PayloadOptions } from '../payloads/options.ts';

/** How long after its time a change may come unless given otherwise, in milliseconds. DynamoDB promises no time. */
const DEFAULT_SETTLE = 15_000;
const DEFAULT_SEGMENT_EVERY = 10_000;
const DEFAULT_SEGMENT_BYTES = 2 * 1024 * 1024;
const DEFAULT_NOTE_EVERY = 60_000;
const DEFAULT_RETENTION = 24 * 3_600_000;
export const DEFAULT_RETRY_INTERVAL = 60_000;
export const DEFAULT_TABLE_INTERVAL = 60_000;

/** How a table's changes are written. */
export interface FollowSettings {
  /** How long after its time a change may come, in milliseconds; 15 seconds unless given. A second counts as archived that much later. */
  readonly settle: number;
  /** How old the first change of a segment is when that is written, in milliseconds; ten seconds unless given. */
  readonly segmentEvery: number;
  /** How much is in a segment when it is written before that, in bytes of text; 2 MB unless given. */
  readonly segmentBytes: number;
  /** The time between two notes of how far a shard without changes was read, in milliseconds; a minute unless given. */
  readonly noteEvery: number;
  /** How long the stream keeps changes, in milliseconds; 24 hours unless given, as DynamoDB does. */
  readonly retention: number;
  /**
   * Public keys of age to encrypt bases and changes to. Those that the archive is encrypted to unless given: an archive that is
   * encrypted stays so.
   */
  readonly recipients?: readonly string[] | undefined;
}

/** With what is not given. */
export function settingsOf({
  settle = DEFAULT_SETTLE,
  segmentEvery = DEFAULT_SEGMENT_EVERY,
  segmentBytes = DEFAULT_SEGMENT_BYTES,
  noteEvery = DEFAULT_NOTE_EVERY,
  retention = DEFAULT_RETENTION,
  recipients,
}: Partial<FollowSettings>): FollowSettings {
  return { settle, segmentEvery, segmentBytes, noteEvery, retention, recipients };
}

export interface FollowOptions extends Partial<FollowSettings> {
  readonly client: DynamoDBClient;
  readonly streams: DynamoDBStreamsClient;
  readonly table: string;
  /** Where the archive is: a directory, which is created if it is missing, or `s3://BUCKET/PREFIX`. */
  readonly archive: string;
  /** How to ask S3, if it is there; with the usual settings unless given. */
  readonly s3?: S3Access | undefined;
  /** Ends when all that is there now is archived; otherwise it goes on until the signal. */
  readonly once?: boolean | undefined;
  /** The time between two requests where there are no new changes, in milliseconds; a second unless given. */
  readonly pollInterval?: number | undefined;
  /** The time between two lists of the stream's shards, in milliseconds; ten seconds unless given. */
  readonly refreshInterval?: number | undefined;
  /** The longest time between two tries where something failed, in milliseconds; a minute unless given. */
  readonly retryInterval?: number | undefined;
  /** The time between two looks whether the table has another stream, in milliseconds; a minute unless given. */
  readonly tableInterval?: number | undefined;
  /** The size in bytes, as DynamoDB estimates it, from which on a table gets no base: an event says so. No limit unless given. */
  readonly maxBaseBytes?: number | undefined;
  /** Which objects in S3 are copied too that changes and the items of bases point to; none unless given. */
  readonly payloads?: PayloadOptions | undefined;
  /** The most read capacity units that a base uses in a second. */
  readonly maxReadUnits?: number | undefined;
  /** Ends the work, after what has been read is written. */
  readonly abortSignal?: AbortSignal | undefined;
  readonly onEvent?: ((event: FollowEvent) => void) | undefined;
}

/** A segment that was written. */
export interface WrittenSegment {
  /** The path or URL. */
  readonly file: string;
  readonly changes: number;
  /** How often its changes leave a pointer to an object in S3. */
  readonly pointersToS3: number;
  /** As they are stored. */
  readonly bytes: number;
}

/** What happens while a table is followed. */
export type FollowEvent = { readonly table: string } & (
  | ({ readonly kind: 'segment' } & WrittenSegment)
  | { readonly kind: 'gap'; readonly shard: string; readonly gap: Gap }
  /** Another follower reads the shard. */
  | { readonly kind: 'shard of another'; readonly shard: string }
  | { readonly kind: 'base begun' }
  | { readonly kind: 'base made'; readonly file: string; readonly items: number }
  /** It is tried again after a while, unless the following ends once everything is archived. */
  | { readonly kind: 'base failed'; readonly error: Error }
  /** The table cannot be followed for now, which is tried again and again. Nothing is lost while the stream keeps its changes. */
  | { readonly kind: 'paused'; readonly error: CumulusError }
  /** What had paused goes on. */
  | { readonly kind: 'resumed' }
  /** The table has another stream now, which is followed from here on. */
  | { readonly kind: 'stream changed'; readonly arn: string }
  /** What became of the objects that changes or items point to, so far; and one of those now that S3 did not give. */
  | { readonly kind: 'payloads'; readonly copied: CopiedPayloads; readonly firstFailure: PayloadEntry | undefined }
  /** The archive itself could not be read or written while objects were copied. What is outstanding is copied later. */
  | { readonly kind: 'payloads failed'; readonly error: Error }
);

/** What a following has written. */
export interface FollowResult {
  readonly table: string;
  readonly segments: number;
  readonly changes: number;
  /** How often changes left a pointer to an object in S3, which the segments do not have. */
  readonly pointersToS3: number;
  /** What became of such objects; undefined if they were not to be copied. */
  readonly payloads: CopiedPayloads | undefined;
  /** Bytes of the segments, as they are stored. */
  readonly bytes: number;
  readonly gaps: number;
  /** The bases that it made: paths or URLs. */
  readonly bases: readonly string[];
}
