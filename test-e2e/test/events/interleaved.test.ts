import { CreateBucketCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { physicalTableName } from '@cumulus/dynamodb';
import { outages } from '../faults/outages.ts';
import { withFaults } from '../faults/proxy.ts';
import { numberBetween, SEED, seededRandom } from '../faults/random.ts';
import { refused } from '../faults/refused.ts';
import { ownMoto, whyNoMoto } from '../own-moto.ts';
import { itemsOf, ownTables } from '../own-tables.ts';
import { describeUnless } from '../required.ts';
import { FunctionProcess, sqsBatch } from './function-process.ts';
import { createRecordedTables, RECORDED } from './recorded-tables.ts';
import { workflowEvents } from './workflow-events.ts';

const BUCKET = 'system-bucket';
const WORKFLOWS = 2_000;
const PROCESSES = 4;
const BATCH = 30;
/** Share of DynamoDB's answers that are throttling or HTTP 500. */
const REFUSED = 0.01;
/** Longer, in milliseconds, than the functions go on asking. */
const OUTAGE = 800;
const KILLS = 30;

interface Happened {
  readonly events: number;
  readonly delivered: number;
  readonly failed: number;
  readonly killed: number;
}

interface Message {
  readonly id: string;
  readonly event: object;
}

describeUnless(await whyNoMoto(), `events of ${WORKFLOWS} workflows (seed ${SEED})`, () => {
  const moto = ownMoto();
  const tables = ownTables();
  const random = seededRandom();
  let groups: readonly (readonly object[])[];

  beforeAll(async () => {
    await moto.s3.send(new CreateBucketCommand({ Bucket: BUCKET }));
    groups = await workflowEvents(WORKFLOWS, random, async (name, content) => {
      const Key = `events/${name}`;
      await moto.s3.send(new PutObjectCommand({ Bucket: BUCKET, Key, Body: JSON.stringify(content) }));
      const { cumulus_meta, meta } = content as { readonly cumulus_meta: object; readonly meta: object };
      return { cumulus_meta, meta, replace: { Bucket: BUCKET, Key, TargetPath: '$' } };
    });
  }, 60_000);

  /** Makes tables, and gives the environment of a function that records in them. */
  async function deployment(): Promise<{ readonly prefix: string; readonly environment: NodeJS.ProcessEnv }> {
    const prefix = tables.name();
    const environment = {
      ...(await createRecordedTables(prefix)),
      AWS_ENDPOINT_URL: moto.endpoint,
      // What is put into S3 is named by records, and has to have the same name in both runs.
      stackName: 'prod',
      system_bucket: BUCKET,
      LOG_LEVEL: 'silent',
    };
    return { prefix, environment };
  }

  async function contents(prefix: string): Promise<Record<string, readonly string[]>> {
    const entries = await Promise.all(
      RECORDED.map(async (name) => {
        const items = await itemsOf(physicalTableName(prefix, name));
        return [name, items.map((item) => JSON.stringify(sorted(item))).sort()] as const;
      }),
    );
    return Object.fromEntries(entries);
  }

  /** Each event once, those of a group in their order. */
  async function recordInOrder(environment: NodeJS.ProcessEnv): Promise<void> {
    const process = await FunctionProcess.start('record-execution-events', environment);
    const waiting = [...groups];
    await Promise.all(
      Array.from({ length: 16 }, async () => {
        for (let group = waiting.pop(); group !== undefined; group = waiting.pop()) {
          for (const event of group) {
            expect(await process.invoke(event)).toEqual({ result: undefined });
          }
        }
      }),
    );
    await process.kill();
  }

  /** As a queue may deliver them: in any order, some twice or more, to processes that are killed. @returns what happened */
  async function recordInterleaved(environment: NodeJS.ProcessEnv): Promise<Happened> {
    const events = groups.flat();
    const queue: Message[] = shuffled(
      events.flatMap((event, index) => {
        const copies = random() < 0.1 ? numberBetween(random, 2, 3) : 1;
        return Array.from({ length: copies }, (_, copy) => ({ id: `${index}-${copy}`, event }));
      }),
    );
    const counts = { delivered: 0, failed: 0, killed: 0 };
    const killEvery = Math.ceil(queue.length / BATCH / KILLS);
    const comeAgain = (messages: readonly Message[]): void => {
      for (const message of messages) queue.splice(numberBetween(random, 0, queue.length), 0, message);
    };
    await Promise.all(
      Array.from({ length: PROCESSES }, async () => {
        let process = await FunctionProcess.start('record-execution-events', environment);
        for (let batch = queue.splice(0, BATCH); batch.length > 0; batch = queue.splice(0, BATCH)) {
          counts.delivered += batch.length;
          const answer = process.invoke(sqsBatch(batch));
          if (counts.killed < KILLS && numberBetween(random, 1, killEvery) === 1) {
            const victim = process;
            setTimeout(() => void victim.kill(), numberBetween(random, 1, 150));
          }
          const invoked = await answer;
          if (invoked === undefined) {
            counts.killed += 1;
            comeAgain(batch);
            process = await FunctionProcess.start('record-execution-events', environment);
            continue;
          }
          if ('error' in invoked) expect(invoked.error.name).toBe('FullBatchFailureError');
          const reported = 'error' in invoked ? undefined : invoked.result?.batchItemFailures;
          const failed = batch.filter(
            ({ id }) => reported === undefined || reported.some(({ itemIdentifier }) => itemIdentifier === id),
          );
          counts.failed += failed.length;
          comeAgain(failed);
        }
        await process.kill();
      }),
    );
    return { events: events.length, ...counts };
  }

  function shuffled<T>(list: readonly T[]): T[] {
    return list
      .map((element) => ({ element, place: random() }))
      .sort((a, b) => a.place - b.place)
      .map(({ element }) => element);
  }

  it('end in the same tables in any order, repeated, throttled and killed', async () => {
    const [inOrder, interleaved] = [await deployment(), await deployment()];
    await recordInOrder(inOrder.environment);
    const happened = await withFaults([refused(REFUSED, random), outages(4_000, OUTAGE)], async (proxy) => ({
      ...(await recordInterleaved({ ...interleaved.environment, ...proxy.environment })),
      refused: proxy.faults,
    }));
    expect(happened.killed).toBeGreaterThanOrEqual(KILLS / 2);
    expect(happened.failed).toBeGreaterThan(50);
    expect(happened.refused).toBeGreaterThan(50);
    expect(happened.delivered).toBeGreaterThan(happened.events * 1.1);
    const [expected, actual] = [await contents(inOrder.prefix), await contents(interleaved.prefix)];
    for (const name of RECORDED) {
      expect(actual[name]?.length).toBe(expected[name]?.length);
      expect(actual[name]?.filter((item, index) => item !== expected[name]?.[index])).toEqual([]);
    }
    expect(expected['ExecutionsTable']).toHaveLength(WORKFLOWS);
  }, 600_000);
});

/** The same with the fields of all objects in order, which DynamoDB does not keep. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const fields = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return fields.map(([name, field]) => [name, sorted(field)]);
}
