import type { AttributeValue, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { _Record, DynamoDBStreamsClient } from '@aws-sdk/client-dynamodb-streams';
import { AccessDeniedError } from '../../aws/errors.ts';
import { fromSdkItem, type TypedItem } from '../../items/typed-item.ts';
import { findStream, type TableStream } from '../../streams/find-stream.ts';
import { readStream } from '../../streams/read-stream.ts';
import type { ItemChange } from './table-states.ts';

/** Streams keep changes for 24 hours; reading them takes its time. */
const MAX_AGE = 23 * 3_600_000;

/** How far a change may be from the instant and have been made before as well as after it: streams round to the second. */
const NEAR = 1_000;

/** How long a change may take to be in the stream, in milliseconds. */
const DEFAULT_SETTLE_TIME = 15_000;

/** Answers in a row without changes after which a shard is at its end, once the stream has settled. */
const EMPTY_ANSWERS = 3;

export interface ReadChangesOptions {
  readonly client: DynamoDBClient;
  readonly streams: DynamoDBStreamsClient;
  readonly table: string;
  /** The instant since which the changes are wanted. */
  readonly since: Date;
  readonly settleTime?: number | undefined;
  readonly abortSignal?: AbortSignal | undefined;
  /** Takes a change; those of a key come in their order. */
  readonly take: (change: ItemChange) => Promise<void>;
}

/**
 * Reads all changes of a table since an instant out of its stream, up to those of now.
 * @returns why they are not known, in words; undefined if all of them came
 */
export async function readChanges(options: ReadChangesOptions): Promise<string | undefined> {
  const { client, table, since, abortSignal } = options;
  const stream = await findStream(client, table, abortSignal);
  if (stream === undefined) return 'the table has no stream of new and old images';
  // The label is the time at which the stream was turned on.
  const begunAt = Date.parse(`${stream.label.replace(/Z$/, '')}Z`);
  if (!(begunAt < since.getTime() - NEAR)) return `the stream of the table begins at ${stream.label}`;
  const isTooOld = (): boolean => Date.now() - since.getTime() > MAX_AGE;
  if (isTooOld()) return 'a stream keeps 24 hours';
  try {
    await read(stream, options);
  } catch (error) {
    if (error instanceof AccessDeniedError) return `the stream cannot be read: ${error.problem}`;
    throw error;
  }
  return isTooOld() ? 'a stream keeps 24 hours, and reading it took until then' : undefined;
}

async function read(
  { arn }: TableStream,
  { streams, since, settleTime = DEFAULT_SETTLE_TIME, abortSignal, take }: ReadChangesOptions,
): Promise<void> {
  const settledAt = Date.now() + settleTime;
  const empty = new Map<string, number>();
  await readStream({
    streams,
    streamArn: arn,
    positionOf: async () => 'start',
    // What is older than 24 hours is not wanted.
    onTrimmed: async () => undefined,
    abortSignal,
    take: async ({ shard, records }) => {
      for (const record of records) {
        const change = changeOf(record, since);
        if (change !== undefined) await take(change);
      }
      if (shard.closed || Date.now() < settledAt) return true;
      // What was written after the time to settle comes after all that was there when the table was read.
      const last = records.at(-1)?.dynamodb?.ApproximateCreationDateTime;
      if (last !== undefined) return last.getTime() <= settledAt;
      const answers = (empty.get(shard.id) ?? 0) + 1;
      empty.set(shard.id, answers);
      return answers < EMPTY_ANSWERS;
    },
  });
}

/** @returns undefined for a change before the instant */
function changeOf({ dynamodb }: _Record, since: Date): ItemChange | undefined {
  const { ApproximateCreationDateTime: time, Keys, OldImage, NewImage } = dynamodb ?? {};
  if (time === undefined || Keys === undefined) throw new TypeError('A record of a stream without its time or key');
  const behind = time.getTime() - since.getTime();
  if (behind < -NEAR) return undefined;
  return {
    key: typed(Keys) as TypedItem,
    before: typed(OldImage),
    after: typed(NewImage),
    isNearInstant: behind <= NEAR,
  };
}

function typed(image: NonNullable<_Record['dynamodb']>['OldImage']): TypedItem | undefined {
  return image === undefined ? undefined : fromSdkItem(image as Record<string, AttributeValue>);
}
