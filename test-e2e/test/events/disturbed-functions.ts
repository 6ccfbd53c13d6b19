import { sizeOf } from '@cumulus/test-kit';
import { expect } from '@jest/globals';
import { killing } from '../kit/faults/killing.ts';
import { outages } from '../kit/faults/outages.ts';
import { type Call, type Fault, type FaultProxy, withFaults } from '../kit/faults/proxy.ts';
import { numberBetween, type Random } from '../kit/faults/random.ts';
import { refused } from '../kit/faults/refused.ts';
import { unprocessedKeys } from '../kit/faults/unprocessed-keys.ts';
import { FunctionProcess, type Invoked, sqsBatch } from './function-process.ts';
import type { QueuedMessage, UnreliableQueue } from './unreliable-queue.ts';

const PROCESSES = sizeOf({ usual: 3, whole: 8 });
const BATCH = 20;
/** Share of DynamoDB's answers that are throttling or HTTP 500. */
const REFUSED = 0.01;
/** Share of reads of which DynamoDB leaves a part undone. */
const UNPROCESSED = 0.05;
/** After so many calls of a function DynamoDB is out for all, longer, in milliseconds, than they go on asking. */
const OUTAGE_EVERY = sizeOf({ usual: 200, whole: 1_500 });
const OUTAGE = 800;
/** At any time. */
const KILLS = sizeOf({ usual: 3, whole: 12 });
/** While a granule is recorded in parts, at this share of the calls of such a recording. */
const KILLS_IN_PARTS = sizeOf({ usual: 3, whole: 12 });
const KILLED_IN_PARTS = 0.15;

/** What became of the messages of a queue and of those who handled them. */
export interface Disturbances {
  /** Of messages that can be handled. */
  readonly failed: number;
  readonly killed: number;
  readonly killedInParts: number;
  /** DynamoDB's answers that were not its own. */
  readonly faults: number;
}

/** Has several functions handle a queue to its end, while they are killed, and while DynamoDB does not answer each time. */
export async function handleDisturbed(
  queue: UnreliableQueue,
  environment: NodeJS.ProcessEnv,
  random: Random,
): Promise<Disturbances> {
  const functions = new DisturbedFunctions(queue, environment, random);
  await Promise.all(Array.from({ length: PROCESSES }, () => functions.work()));
  return functions;
}

class DisturbedFunctions implements Disturbances {
  failed = 0;
  killed = 0;
  killedInParts = 0;
  faults = 0;
  readonly #queue: UnreliableQueue;
  readonly #environment: NodeJS.ProcessEnv;
  readonly #random: Random;
  readonly #faults: readonly Fault[];
  /** One of so many batches is not handled to its end. */
  readonly #killEvery: number;

  constructor(queue: UnreliableQueue, environment: NodeJS.ProcessEnv, random: Random) {
    this.#queue = queue;
    this.#environment = environment;
    this.#random = random;
    this.#faults = [refused(REFUSED, random), unprocessedKeys(UNPROCESSED, random), outages(OUTAGE_EVERY, OUTAGE)];
    this.#killEvery = Math.ceil(queue.length / BATCH / KILLS);
  }

  /** Handles batches, as one of several at once. Each has a way to DynamoDB of its own, on which it is known who calls. */
  async work(): Promise<void> {
    let current: FunctionProcess | undefined;
    const isDue = (call: Call): boolean => this.killedInParts < KILLS_IN_PARTS && isInParts(call);
    const killInParts = killing(isDue, KILLED_IN_PARTS, this.#random, async () => {
      this.killedInParts += 1;
      await current?.kill();
    });
    await withFaults([killInParts, ...this.#faults], async (proxy) => {
      try {
        for (let batch = this.#queue.deliver(BATCH); batch.length > 0; batch = this.#queue.deliver(BATCH)) {
          current ??= await this.#start(proxy);
          if (!(await this.#handle(batch, current))) current = undefined;
        }
      } finally {
        await current?.kill();
        this.faults += proxy.faults;
      }
    });
  }

  #start(proxy: FaultProxy): Promise<FunctionProcess> {
    return FunctionProcess.start('record-execution-events', { ...this.#environment, ...proxy.environment });
  }

  /** @returns whether the function is still there */
  async #handle(batch: readonly QueuedMessage[], by: FunctionProcess): Promise<boolean> {
    const answer = by.invoke(sqsBatch(batch));
    if (numberBetween(this.#random, 1, this.#killEvery) === 1) {
      setTimeout(() => void by.kill(), numberBetween(this.#random, 1, 150));
    }
    const invoked = await answer;
    if (invoked === undefined) this.killed += 1;
    const failed = invoked === undefined ? batch : failedOf(batch, invoked);
    if (invoked !== undefined) this.failed += failed.filter(({ isForeign }) => !isForeign).length;
    this.#queue.comeAgain(failed);
    return invoked !== undefined;
  }
}

function failedOf(batch: readonly QueuedMessage[], invoked: Invoked): readonly QueuedMessage[] {
  if ('error' in invoked) {
    expect(invoked.error.name).toBe('FullBatchFailureError');
    return batch;
  }
  const reported = new Set(invoked.result?.batchItemFailures.map(({ itemIdentifier }) => itemIdentifier));
  return batch.filter(({ id }) => reported.has(id));
}

/** Whether a granule is being recorded in parts, which is what `pendingFiles` notes: by whom. */
function isInParts({ body }: Call): boolean {
  return body.includes('{"M":{"by":{"S":"');
}
