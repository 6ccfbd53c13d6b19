import { setTimeout as sleep } from 'node:timers/promises';
import type { DynamoDBStreamsClient } from '@aws-sdk/client-dynamodb-streams';
import type { StreamPosition } from '../../src/streams/position.ts';
import type { RawRecord } from '../../src/streams/raw-records.ts';
import { readStream } from '../../src/streams/read-stream.ts';

/** A batch of one shard, in the order of the shard. */
export interface MappedBatch {
  readonly streamArn: string;
  readonly shard: string;
  readonly records: readonly RawRecord[];
}

export interface MappingOptions {
  readonly streams: DynamoDBStreamsClient;
  readonly streamArn: string;
  /** Invokes the function. @returns the sequence numbers of `batchItemFailures`. @throws if it fails as a whole */
  readonly invoke: (batch: MappedBatch) => Promise<readonly string[]>;
  /** `MaximumRetryAttempts`; without it, a batch is tried until it succeeds. */
  readonly maxRetries?: number;
  /** `BisectBatchOnFunctionError` */
  readonly bisect?: boolean;
  /** `ParallelizationFactor`: so many batches of a shard at once, each with the changes of some keys. */
  readonly parallelization?: number;
  /** Chance that a batch is delivered twice at once, from 0 to 1. */
  readonly duplicates?: number;
  readonly abortSignal: AbortSignal;
}

/**
 * Plays an event source mapping of Lambda for a stream of DynamoDB, as AWS documents it
 * (https://docs.aws.amazon.com/lambda/latest/dg/with-ddb.html):
 *
 * - parents before their children, the batches of a shard one after the other
 * - a batch that fails is delivered again, halved if that is set. With `batchItemFailures`, only what begins at the least of them is
 * - after so many retries it is dropped, and the next one follows
 * - at least once, so some batches come twice
 */
export class EventSourceMapping {
  dropped = 0;
  retried = 0;
  delivered = 0;
  readonly #options: MappingOptions;

  constructor(options: MappingOptions) {
    this.#options = options;
  }

  /** Until the signal. */
  async run(): Promise<void> {
    const { streams, streamArn, abortSignal } = this.#options;
    const positions = new Map<string, StreamPosition>();
    await readStream({
      ...{ streams, streamArn, raw: true, pollInterval: 20, refreshInterval: 100, endless: true, abortSignal },
      positionOf: async ({ id }) => positions.get(id) ?? 'start',
      onTrimmed: async () => undefined,
      take: async ({ shard, records, position }) => {
        if (records.length > 0) await this.#deliverAll({ streamArn, shard: shard.id, records });
        positions.set(shard.id, position);
        return true;
      },
    }).catch((error: unknown) => {
      if (!abortSignal.aborted) throw error;
    });
  }

  async #deliverAll(batch: MappedBatch): Promise<void> {
    const { parallelization = 1 } = this.#options;
    const lanes = Array.from({ length: parallelization }, (_, lane) =>
      batch.records.filter(({ dynamodb }) => laneOf(JSON.stringify(dynamodb.Keys), parallelization) === lane),
    );
    await Promise.all(lanes.map((records) => this.#deliver({ ...batch, records }, 0)));
  }

  async #deliver(batch: MappedBatch, retries: number): Promise<void> {
    const { bisect = false, maxRetries = Number.POSITIVE_INFINITY, duplicates = 0, abortSignal } = this.#options;
    const { records } = batch;
    if (records.length === 0) return;
    abortSignal.throwIfAborted();
    const at = Math.random() < duplicates ? [batch, batch] : [batch];
    const [begins] = await Promise.all(at.map((each) => this.#invoke(each)));
    if (begins === undefined) return;
    if (retries >= maxRetries) {
      this.dropped += 1;
      return;
    }
    this.retried += 1;
    await sleep(5);
    const left = records.slice(begins);
    if (!bisect || left.length === 1) return this.#deliver({ ...batch, records: left }, retries + 1);
    const half = Math.ceil(left.length / 2);
    await this.#deliver({ ...batch, records: left.slice(0, half) }, retries + 1);
    await this.#deliver({ ...batch, records: left.slice(half) }, retries + 1);
  }

  /** @returns the index of the record from which on the batch is to be delivered again; undefined if it succeeded */
  async #invoke(batch: MappedBatch): Promise<number | undefined> {
    this.delivered += 1;
    let failures: readonly string[];
    try {
      failures = await this.#options.invoke(batch);
    } catch {
      return 0;
    }
    if (failures.length === 0) return undefined;
    const places = failures.map((each) => batch.records.findIndex(({ dynamodb }) => dynamodb.SequenceNumber === each));
    // Lambda takes a number that is not in the batch for a failure of all of it.
    return Math.max(0, Math.min(...places));
  }
}

function laneOf(key: string, lanes: number): number {
  return [...key].reduce((sum, character) => sum + character.charCodeAt(0), 0) % lanes;
}
