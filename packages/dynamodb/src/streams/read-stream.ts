import { setMaxListeners } from 'node:events';
import type { DynamoDBStreamsClient } from '@aws-sdk/client-dynamodb-streams';
import { explainDynamoDBError } from '../aws/dynamodb-errors.ts';
import { firstWithin } from '../aws/pause.ts';
import type { StreamPosition } from './position.ts';
import { type ReadShardOptions, type RecordOf, readShard, type ShardBatch } from './read-shard.ts';
import { listShards, type Shard } from './shards.ts';

/** The time between two looks for new shards, which come every few hours, in milliseconds. */
const DEFAULT_REFRESH_INTERVAL = 10_000;

/** The time between two looks for new records in an idle shard; DynamoDB allows five a second. */
const DEFAULT_POLL_INTERVAL = 1_000;

export interface ReadStreamOptions<Raw extends boolean = false>
  extends Pick<ReadShardOptions<Raw>, 'streamArn' | 'onTrimmed' | 'raw' | 'abortSignal'> {
  readonly streams: DynamoDBStreamsClient;
  /**
   * Where to begin in a shard; asked once its parent has been read to its end. While it is undefined, the shard is not read, since another
   * reader has it, and it is asked again.
   */
  readonly positionOf: (shard: Shard) => Promise<StreamPosition | undefined>;
  /** Called with each list of the shards, and the time at which it was requested, before any of them is read. */
  readonly onShards?: ((shards: readonly Shard[], requestedAt: Date) => Promise<void>) | undefined;
  /**
   * Takes what one request for a shard gave, the batches of one shard one after the other; those of several overlap.
   * @returns whether to go on with this shard; otherwise `positionOf` is asked again later, if the reading is endless
   */
  readonly take: (batch: ShardBatch<RecordOf<Raw>>) => Promise<boolean>;
  /** Whether to wait for new shards where there are none to read; otherwise the reading ends then. */
  readonly endless?: boolean | undefined;
  /** The time between two requests where there are no new records, in milliseconds; a second unless given. */
  readonly pollInterval?: number | undefined;
  /** The time between two lists of the shards, in milliseconds; ten seconds unless given. */
  readonly refreshInterval?: number | undefined;
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
export async function readStream<Raw extends boolean = false>(options: ReadStreamOptions<Raw>): Promise<void> {
  const { streams, streamArn, endless = false, pollInterval = DEFAULT_POLL_INTERVAL } = options;
  const { refreshInterval = DEFAULT_REFRESH_INTERVAL } = options;
  const failure = new AbortController();
  const abortSignal = AbortSignal.any([failure.signal, ...(options.abortSignal ? [options.abortSignal] : [])]);
  // Each request under way listens; that there are many is no leak.
  setMaxListeners(0, abortSignal);
  const states = new Map<string, 'read' | 'reading' | 'left' | 'of another'>();
  const askAgainAt = new Map<string, number>();
  const readings = new Set<Promise<void>>();

  const read = async (shard: Shard): Promise<void> => {
    let position = await options.positionOf(shard);
    const askLater = (): void => {
      states.set(shard.id, 'of another');
      askAgainAt.set(shard.id, performance.now() + refreshInterval);
    };
    if (position === undefined) {
      askLater();
      return;
    }
    for await (const batch of readShard({ ...options, shard, position, pollInterval, abortSignal })) {
      position = batch.position;
      if (!(await options.take(batch))) break;
    }
    if (endless && position !== 'end') askLater();
    else states.set(shard.id, position === 'end' ? 'read' : 'left');
  };

  try {
    for (;;) {
      const requestedAt = new Date();
      const shards = await listShards(streams, streamArn, abortSignal).catch(async (error: unknown) => {
        throw await explainDynamoDBError(error, streams, { action: 'DescribeStream' });
      });
      await options.onShards?.(shards, requestedAt);
      const present = new Set(shards.map(({ id }) => id));
      for (const shard of shards) {
        const { id, parentId } = shard;
        const isNext = parentId === undefined || !present.has(parentId) || states.get(parentId) === 'read';
        const isDue = endless && performance.now() >= (askAgainAt.get(id) ?? 0);
        const isWanted = !states.has(id) || (states.get(id) === 'of another' && isDue);
        if (!isWanted || !isNext) continue;
        states.set(id, 'reading');
        const reading = read(shard)
          .catch((error: unknown) => failure.abort(error))
          .finally(() => readings.delete(reading));
        readings.add(reading);
      }
      for (const [id, state] of states) if (state === 'read' && !present.has(id)) states.delete(id);
      if (readings.size === 0 && !endless) return;
      await firstWithin(readings, { milliseconds: refreshInterval, late: undefined, abortSignal });
    }
  } catch (error) {
    const first: unknown = failure.signal.aborted ? failure.signal.reason : error;
    failure.abort(first);
    await Promise.all(readings);
    throw await explainDynamoDBError(first, streams, { action: 'GetRecords' });
  }
}
