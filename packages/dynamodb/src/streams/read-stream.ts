import { setMaxListeners } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import type { DynamoDBStreamsClient } from '@aws-sdk/client-dynamodb-streams';
import { explainDynamoDBError } from '../aws/dynamodb-errors.ts';
import type { StreamPosition } from './position.ts';
import { type ReadShardOptions, readShard, type ShardBatch } from './read-shard.ts';
import { listShards, type Shard } from './shards.ts';

/** The time between two looks for new shards, which come every few hours, in milliseconds. */
const REFRESH_INTERVAL = 10_000;

/** The time between two looks for new records in an idle shard; DynamoDB allows five a second. */
const DEFAULT_POLL_INTERVAL = 1_000;

export interface ReadStreamOptions extends Pick<ReadShardOptions, 'streamArn' | 'onTrimmed' | 'abortSignal'> {
  readonly streams: DynamoDBStreamsClient;
  /** Where to begin in a shard; asked once its parent has been read to its end. */
  readonly positionOf: (shard: Shard) => Promise<StreamPosition>;
  /**
   * Takes what one request for a shard gave, the batches of one shard one after the other; those of several overlap.
   * @returns whether to go on with this shard
   */
  readonly take: (batch: ShardBatch) => Promise<boolean>;
  /** Whether to wait for new shards where there are none to read; otherwise the reading ends then. */
  readonly endless?: boolean | undefined;
  /** In milliseconds; a second unless given. */
  readonly pollInterval?: number | undefined;
}

/**
 * Reads a table's stream: all shards at once, but none before its parent is at its end, so that the changes of one item
 * come in their order. The first failure ends the reading.
 * @throws CumulusError that says what to do; what `positionOf` and `take` throw
 *
 * @example
 * ```ts
 * import { createStreamsClient } from '@cumulus/dynamodb/aws';
 * import { readStream } from '@cumulus/dynamodb/streams';
 *
 * declare const streamArn: string;
 * await readStream({
 *   streams: createStreamsClient(),
 *   streamArn,
 *   positionOf: async () => 'start',
 *   onTrimmed: async ({ id }) => console.log(`Records of ${id} are older than 24 hours, and gone.`),
 *   take: async ({ records }) => {
 *     console.log(`${records.length} changes`);
 *     return true;
 *   },
 * });
 * ```
 */
export async function readStream(options: ReadStreamOptions): Promise<void> {
  const { streams, streamArn, endless = false, pollInterval = DEFAULT_POLL_INTERVAL } = options;
  const failure = new AbortController();
  const abortSignal = AbortSignal.any([failure.signal, ...(options.abortSignal ? [options.abortSignal] : [])]);
  // Each request under way listens; that there are many is no leak.
  setMaxListeners(0, abortSignal);
  const states = new Map<string, 'read' | 'reading' | 'left'>();
  const readings = new Set<Promise<void>>();

  const read = async (shard: Shard): Promise<void> => {
    let position = await options.positionOf(shard);
    for await (const batch of readShard({ ...options, shard, position, pollInterval, abortSignal })) {
      position = batch.position;
      if (!(await options.take(batch))) break;
    }
    states.set(shard.id, position === 'end' ? 'read' : 'left');
  };

  try {
    for (;;) {
      const shards = await listShards(streams, streamArn, abortSignal);
      const present = new Set(shards.map(({ id }) => id));
      for (const shard of shards) {
        const { id, parentId } = shard;
        const isNext = parentId === undefined || !present.has(parentId) || states.get(parentId) === 'read';
        if (states.has(id) || !isNext) continue;
        states.set(id, 'reading');
        const reading = read(shard)
          .catch((error: unknown) => failure.abort(error))
          .finally(() => readings.delete(reading));
        readings.add(reading);
      }
      for (const [id, state] of states) if (state === 'read' && !present.has(id)) states.delete(id);
      if (readings.size === 0 && !endless) return;
      await firstOf(readings, REFRESH_INTERVAL, abortSignal);
    }
  } catch (error) {
    const first: unknown = failure.signal.aborted ? failure.signal.reason : error;
    failure.abort(first);
    await Promise.all(readings);
    throw await explainDynamoDBError(first, streams, { action: 'GetRecords' });
  }
}

/** Waits until one of the readings has ended, for some time at the most. */
async function firstOf(readings: Iterable<Promise<void>>, time: number, abortSignal: AbortSignal): Promise<void> {
  const waiting = new AbortController();
  const signal = AbortSignal.any([waiting.signal, abortSignal]);
  const passed = sleep(time, undefined, { signal });
  try {
    await Promise.race([...readings, passed]);
  } finally {
    waiting.abort();
    passed.catch(() => undefined);
  }
}
