import { CreateBucketCommand, GetObjectCommand, ListObjectsV2Command, PutObjectCommand } from '@aws-sdk/client-s3';
import { describeUnless, ownMoto, sizeOf, whyNoMoto } from '@cumulus/test-kit';
import { ownTables } from '@cumulus/test-kit/tables';
import { beforeAll, expect, test } from '@jest/globals';
import { type FaultProxy, withFaults } from '../kit/faults/proxy.ts';
import { SEED, seededRandom } from '../kit/faults/random.ts';
import { OF_S3, OF_STEP_FUNCTIONS, refused } from '../kit/faults/refused.ts';
import { handleDisturbed } from './disturbed-functions.ts';
import { FunctionProcess, sqsBatch } from './function-process.ts';
import { knownExecutions, lateExecutions } from './known-executions.ts';
import {
  FAILURES,
  type Group,
  MANY_FILES,
  manyWorkflows,
  type Workflow,
  type WorkflowEvent,
} from './many-workflows.ts';
import {
  comparable,
  contentsOf,
  type RecordedContents,
  type RecordedItem,
  type RecordedPlace,
} from './recorded-contents.ts';
import { RECORDED } from './recorded-tables.ts';
import { recordingEnvironment } from './recording-environment.ts';
import { type QueuedMessage, UnreliableQueue } from './unreliable-queue.ts';

const MESSAGES = 'messages-bucket';
const WHOLE = 1_500;
const WORKFLOWS = sizeOf({ usual: 80, whole: WHOLE });
/** Groups that are recorded in order at once. */
const IN_ORDER_AT_ONCE = sizeOf({ usual: 6, whole: 16 });
/** What has to happen so often in the whole is expected in proportion. */
const inProportion = (times: number): number => Math.floor((times * WORKFLOWS) / WHOLE);
/** Shares of answers that are throttling or HTTP 500; S3 is asked so little that else the SDK would outlast them all. */
const REFUSED_BY_STEP_FUNCTIONS = 0.08;
const REFUSED_BY_S3 = 0.3;
/** What lies in S3 where it is too large for a record. */
const POINTER_FIELDS = ['originalPayload', 'finalPayload', 'error', 'tasks'];

function eventsOf(groups: readonly Group[]): readonly WorkflowEvent[] {
  return groups.flatMap(({ events }) => events);
}

interface Deployment extends RecordedPlace {
  readonly environment: NodeJS.ProcessEnv;
}

describeUnless(await whyNoMoto(), `events of ${WORKFLOWS} workflows (seed ${SEED})`, () => {
  const moto = ownMoto();
  const tables = ownTables();
  const random = seededRandom();
  let groups: readonly Group[];
  let workflows: readonly Workflow[];

  beforeAll(async () => {
    await moto.s3.send(new CreateBucketCommand({ Bucket: MESSAGES }));
    groups = await manyWorkflows(WORKFLOWS, random, async (name, content) => {
      const Key = `events/${name}`;
      await moto.s3.send(new PutObjectCommand({ Bucket: MESSAGES, Key, Body: JSON.stringify(content) }));
      const { cumulus_meta, meta } = content as { readonly cumulus_meta: object; readonly meta: object };
      return { cumulus_meta, meta, replace: { Bucket: MESSAGES, Key, TargetPath: '$' } };
    });
    workflows = groups.flatMap((group) => group.workflows);
  }, 60_000);

  async function deployment(bucket: string): Promise<Deployment> {
    const prefix = tables.name();
    const environment = await recordingEnvironment(moto, prefix, bucket);
    return { prefix, bucket, environment: { ...environment, LOG_LEVEL: 'silent' } };
  }

  function known() {
    return new Map(workflows.map((workflow) => [workflow.executionArn, workflow.known]));
  }

  /** Has a function work while every service answers. */
  async function withFunction(
    name: string,
    { environment }: Deployment,
    work: (running: FunctionProcess) => Promise<void>,
  ): Promise<void> {
    await withFaults([knownExecutions(known())], async (stepFunctions) => {
      const others = stepFunctions.environmentOfStepFunctions;
      const running = await FunctionProcess.start(name, { ...environment, ...others });
      await work(running).finally(() => running.kill());
    });
  }

  /** What was archived before. */
  async function recordArchived(to: Deployment): Promise<void> {
    await withFunction('record-execution-events', to, async (recording) => {
      for (const { archived } of groups) {
        if (archived !== undefined) expect(await recording.invoke(archived)).toEqual({ result: undefined });
      }
    });
  }

  /** Each event once, those of a group in their order. */
  async function recordInOrder(to: Deployment): Promise<void> {
    await withFunction('record-execution-events', to, async (recording) => {
      const waiting = groups.values();
      const work = async (): Promise<void> => {
        for (const { events } of waiting) {
          for (const { event, isForeign } of events) {
            const partly = { error: expect.objectContaining({ name: 'PartlyRecordedError' }) };
            expect(await recording.invoke(event)).toEqual(isForeign ? partly : { result: undefined });
          }
        }
      };
      await Promise.all(Array.from({ length: IN_ORDER_AT_ONCE }, work));
    });
  }

  /** As a queue may deliver them, to functions that are killed, while no service answers each time. @returns what happened */
  async function recordInterleaved({ environment }: Deployment) {
    const queue = new UnreliableQueue(eventsOf(groups), random);
    const late = [refused(REFUSED_BY_STEP_FUNCTIONS, random, OF_STEP_FUNCTIONS), lateExecutions(known(), random)];
    return withFaults(late, (stepFunctions) => {
      const work = async (s3: FaultProxy) => {
        const others = { ...stepFunctions.environmentOfStepFunctions, ...s3.environmentOfS3 };
        const handled = await handleDisturbed(queue, { ...environment, ...others }, random);
        const { delivered, dead } = queue;
        return { handled, delivered, dead, faultsOfS3: s3.faults, faultsOfStepFunctions: stepFunctions.faults };
      };
      return withFaults([refused(REFUSED_BY_S3, random, OF_S3)], work, moto.endpoint);
    });
  }

  /** Hands over what the queue gave up. @returns the reasons with which events are kept, one each */
  async function keepDead(dead: readonly QueuedMessage[], to: Deployment): Promise<readonly string[]> {
    await withFunction('record-failed-events', to, async (keeping) => {
      for (const message of dead) {
        expect(await keeping.invoke(sqsBatch([message]))).toEqual({ result: { batchItemFailures: [] } });
      }
    });
    const Prefix = `${to.prefix}/failed-events/`;
    const { Contents = [] } = await moto.s3.send(new ListObjectsV2Command({ Bucket: to.bucket, Prefix }));
    const reasonOf = async ({ Key }: { readonly Key?: string | undefined }): Promise<string> => {
      const { Body } = await moto.s3.send(new GetObjectCommand({ Bucket: to.bucket, Key }));
      return JSON.parse((await Body?.transformToString()) ?? '').reason;
    };
    return Promise.all(Contents.map(reasonOf));
  }

  test('end in the same tables in any order, repeated, throttled and killed', async () => {
    const [inOrder, interleaved] = [await deployment('bucket-in-order'), await deployment('bucket-interleaved')];
    await recordArchived(inOrder);
    await recordInOrder(inOrder);
    await recordArchived(interleaved);
    const happened = await recordInterleaved(interleaved);
    const reasons = await keepDead(happened.dead, interleaved);
    const [expected, actual] = [await contentsOf(inOrder, moto.s3), await contentsOf(interleaved, moto.s3)];
    for (const name of RECORDED) {
      const [due, there] = [comparable(expected.tables[name]), comparable(actual.tables[name])];
      expect(there.length).toBe(due.length);
      expect(there.filter((item, index) => item !== due[index])).toEqual([]);
    }
    expectAllKinds(actual);
    const foreign = eventsOf(groups).filter(({ isForeign }) => isForeign);
    expect(foreign.length).toBeGreaterThan(WORKFLOWS / 50);
    expect(reasons).toEqual(
      foreign.map(() =>
        expect.stringMatching(/Granule "[^"]+" belongs to collection MOD09GQ___006, not to MOD14A1___006/),
      ),
    );
    const { handled } = happened;
    expect(handled.killed).toBeGreaterThanOrEqual(inProportion(12));
    expect(handled.killedInParts).toBeGreaterThanOrEqual(inProportion(8));
    expect(handled.failed).toBeGreaterThan(inProportion(5));
    expect(handled.faults).toBeGreaterThan(inProportion(50));
    expect(happened.faultsOfStepFunctions).toBeGreaterThan(inProportion(200));
    expect(happened.faultsOfS3).toBeGreaterThan(inProportion(20));
    expect(happened.delivered).toBeGreaterThan(eventsOf(groups).length * 1.1);
  }, 600_000);

  /** That what is compared has in it all that the workflows can do. */
  function expectAllKinds({ tables: recorded, pointers }: RecordedContents): void {
    const archived = groups.filter((group) => group.archived !== undefined).length;
    expect(recorded.ExecutionsTable).toHaveLength(WORKFLOWS + archived);
    // Archived and published granules of which later runs were running or have failed.
    for (const status of ['running', 'failed']) {
      const kept = recorded.GranulesTable.filter(
        (granule) =>
          granule['status'] === status && granule['published'] === true && granule['lastingRun'] !== undefined,
      );
      expect(kept.length).toBeGreaterThan(inProportion(2));
    }
    expect(recorded.GranulesTable.length).toBeGreaterThan(WORKFLOWS / 2);
    expect(recorded.PdrsTable.length).toBeGreaterThan(WORKFLOWS / 10);
    expect(recorded.FilesTable.length).toBeGreaterThan(WORKFLOWS);
    const filesOf = ({ files }: RecordedItem): number => (files as readonly object[] | undefined)?.length ?? 0;
    expect(recorded.GranulesTable.filter((granule) => filesOf(granule) >= MANY_FILES).length).toBeGreaterThan(
      inProportion(2),
    );
    for (const field of POINTER_FIELDS) expect(pointers[field] ?? 0).toBeGreaterThan(inProportion(2));
    const executions = new Map(recorded.ExecutionsTable.map((execution) => [execution['arn'], execution]));
    for (const kind of FAILURES) {
      const failed = workflows.filter(({ failure }) => failure?.kind === kind);
      expect(failed.length).toBeGreaterThan(WORKFLOWS / 100);
      for (const { executionArn, failure } of failed) {
        const finalPayload = kind === 'caught' ? { isCaught: true } : {};
        const error = { failedExecutionStepName: failure?.step };
        expect(executions.get(executionArn)).toMatchObject({ status: 'failed', error, finalPayload });
      }
    }
  }
});
