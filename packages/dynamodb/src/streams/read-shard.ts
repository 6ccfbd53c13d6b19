import { setTimeout as sleep } from 'node:timers/promises';
import {
  type _Record,
  type DynamoDBStreamsClient,
  ExpiredIteratorException,
  GetRecordsCommand,
  type GetRecordsOutput,
  GetShardIteratorCommand,
  ResourceNotFoundException,
  TrimmedDataAccessException,
} from '@aws-sdk/client-dynamodb-streams';
import { retryThrottled } from '../aws/retry-policy.ts';
import { send } from '../aws/send.ts';
import type { SequenceNumber, StreamPosition } from './position.ts';
import type { Shard } from './shards.ts';

/** What one request for a shard's records gave. */
export interface ShardBatch {
  readonly shard: Shard;
  /** In their order; DynamoDB may also give none though there are more. */
  readonly records: readonly _Record[];
  /** Where the reader stands after these. */
  readonly position: StreamPosition;
}

export interface ReadShardOptions {
  readonly streams: DynamoDBStreamsClient;
  readonly streamArn: string;
  readonly shard: Shard;
  readonly position: StreamPosition;
  /** The time between two looks for new records where there were none, in milliseconds. */
  readonly pollInterval: number;
  /**
   * Called once if records behind the position are gone, because they are older than 24 hours; the rest is read.
   */
  readonly onTrimmed: (shard: Shard) => Promise<void>;
  readonly abortSignal?: AbortSignal | undefined;
}

/** Reads a shard's records on from a position, waiting for new ones, up to the shard's end. */
export async function* readShard(options: ReadShardOptions): AsyncGenerator<ShardBatch> {
  const { shard, pollInterval, onTrimmed, abortSignal } = options;
  let { position } = options;
  let iterator: string | undefined;
  while (position !== 'end') {
    let output: GetRecordsOutput;
    try {
      iterator ??= await iteratorAt(options, position);
      output = await getRecords(options, iterator);
    } catch (error) {
      // An iterator lives for 15 minutes.
      if (error instanceof ExpiredIteratorException) {
        iterator = undefined;
        continue;
      }
      const isGone = error instanceof ResourceNotFoundException;
      if (!isGone && !(error instanceof TrimmedDataAccessException)) throw error;
      await onTrimmed(shard);
      position = isGone ? 'end' : 'start';
      iterator = undefined;
      if (isGone) yield { shard, records: [], position };
      continue;
    }
    const records = output.Records ?? [];
    iterator = output.NextShardIterator;
    const last = records.at(-1)?.dynamodb?.SequenceNumber as SequenceNumber | undefined;
    position = iterator === undefined ? 'end' : (last ?? position);
    yield { shard, records, position };
    if (records.length === 0 && position !== 'end') {
      await sleep(pollInterval, undefined, { signal: abortSignal });
    }
  }
}

async function iteratorAt(
  { streams, streamArn, shard, abortSignal }: ReadShardOptions,
  position: StreamPosition,
): Promise<string | undefined> {
  const command = new GetShardIteratorCommand({
    StreamArn: streamArn,
    ShardId: shard.id,
    ShardIteratorType: position === 'start' ? 'TRIM_HORIZON' : 'AFTER_SEQUENCE_NUMBER',
    SequenceNumber: position === 'start' ? undefined : position,
  });
  const { ShardIterator } = await retryThrottled(() => send(streams, command, abortSignal), abortSignal);
  return ShardIterator;
}

function getRecords(
  { streams, abortSignal }: ReadShardOptions,
  iterator: string | undefined,
): Promise<GetRecordsOutput> {
  const command = new GetRecordsCommand({ ShardIterator: iterator });
  return retryThrottled(() => send(streams, command, abortSignal), abortSignal);
}
