import { CreateQueueCommand, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { ThrottledError } from '@cumulus/dynamodb/aws';
import { describeUnless, ownBucket, ownMoto, whyNoMoto } from '@cumulus/test-kit';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { createAwsClients } from '../../src/aws/clients.ts';
import { createOperationFunctions, type OperationFunctions } from '../../src/lambda/operation-functions.ts';
import { logBy } from '../../src/logging/log.ts';
import { OperationLostError } from '../../src/operations/errors.ts';
import type { Operations, RunOutcome } from '../../src/operations/operations.ts';
import { QueueRunner } from '../../src/operations/queue-runner.ts';
import { ServerRunner } from '../../src/operations/server-runner.ts';
import { settingsWithoutLogin } from '../../src/settings.ts';
import { Interruption } from '../faults/interruption.ts';
import { OwnApi } from '../own-api.ts';
import { OwnOperations, STEPS } from './own-operations.ts';

const BUCKET = 'operations-system';
const NEVER = new AbortController().signal;
const LEASE_TIME = 61_000;

describeUnless(await whyNoMoto(), 'operations', () => {
  const moto = ownMoto();
  const bucket = ownBucket(moto, BUCKET);
  const api = new OwnApi({ systemBucket: BUCKET });
  const own = new OwnOperations(api, BUCKET);
  const { kind } = own;
  const interruption = new Interruption();

  beforeAll(() => {
    process.env['AWS_ENDPOINT_URL_S3'] = moto.endpoint;
    process.env['AWS_ENDPOINT_URL_SQS'] = moto.endpoint;
    interruption.watch(api.client);
  });
  afterAll(() => {
    delete process.env['AWS_ENDPOINT_URL_S3'];
    delete process.env['AWS_ENDPOINT_URL_SQS'];
  });
  beforeEach(() => {
    kind.done.length = 0;
    kind.before = () => undefined;
  });
  afterEach(() => {
    own.later = 0;
  });

  const byHand = { name: 'command' } as const;
  const record = async (id: string) => (await api.ask(`GET /asyncOperations/${id}`)).body;

  test('are run to their end, with their progress in the record, and nothing of how they are run', async () => {
    const operations = own.create(byHand);
    const started = await operations.start(STEPS(3));
    expect(started).toMatchObject({ status: 'RUNNING', description: 'Counts', operationType: 'Bulk Granules' });
    const progress: unknown[] = [];
    kind.before = async () => void progress.push((await record(started.id)).output);
    expect(await operations.run(started.id, NEVER)).toEqual({
      state: 'ended',
      status: 'SUCCEEDED',
      output: { done: 3 },
    });
    expect(progress).toEqual([undefined, '{"done":1}', '{"done":2}']);
    expect(await record(started.id)).toMatchObject({ id: started.id, status: 'SUCCEEDED', output: '{"done":3}' });
    const [listed] = (await api.ask(`GET /asyncOperations?id=${started.id}`)).body.results;
    expect(Object.keys(listed).sort()).toEqual(
      ['createdAt', 'description', 'id', 'operationType', 'output', 'status', 'timestamp', 'updatedAt'].sort(),
    );
    expect(await operations.run(started.id, NEVER)).toEqual({ state: 'over' });
    expect(await operations.run('no-such-operation', NEVER)).toEqual({ state: 'absent' });
    expect(await bucket.keys(`${api.prefix}/async-operations/${started.id}/`)).toEqual([
      `${api.prefix}/async-operations/${started.id}/input.json`,
    ]);
  });

  test('go on where they were noted last, after a death at any request', async () => {
    const requests = await interruption.everywhere(async (work) => {
      kind.done.length = 0;
      const operations = own.create(byHand);
      const { id } = await operations.start(STEPS(3));
      await work(() => operations.run(id, NEVER)).catch(() => undefined);
      own.later += LEASE_TIME;
      const outcome = await own.create(byHand).run(id, NEVER);
      expect(['ended', 'over']).toContain(outcome.state);
      expect(await record(id)).toMatchObject({ status: 'SUCCEEDED', output: '{"done":3}' });
      // Only the step whose note was lost is done twice.
      expect(kind.done.length).toBeLessThanOrEqual(4);
      expect([...new Set(kind.done)]).toEqual([0, 1, 2]);
    });
    expect(requests).toBeGreaterThanOrEqual(5);
  });

  test('are run by one process at a time, and taken over from one that does not answer any more', async () => {
    const operations = own.create(byHand);
    const { id } = await operations.start(STEPS(2));
    let other: RunOutcome | undefined;
    kind.before = async (step, job) => {
      if (step !== 1 || other !== undefined) return;
      const held = await own.create(byHand).run(id, NEVER);
      expect(held).toMatchObject({ state: 'held' });
      if (held.state === 'held') expect(held.until).toBeGreaterThan(Date.now() + 30_000);
      own.later += LEASE_TIME;
      other = { state: 'over' };
      other = await own.create(byHand).run(id, NEVER);
      await expect(job.note(0, {})).rejects.toThrow(OperationLostError);
    };
    expect(await operations.run(id, NEVER)).toMatchObject({ state: 'held' });
    expect(other).toMatchObject({ state: 'ended', status: 'SUCCEEDED' });
    expect(await record(id)).toMatchObject({ status: 'SUCCEEDED', output: '{"done":2}' });
  });

  test('that fail say why, with what was done; those that are interrupted go on', async () => {
    const operations = own.create(byHand);
    const failing = await operations.start(STEPS(2));
    kind.before = (step) => {
      if (step === 1) throw new TypeError('The second step cannot be done.');
    };
    expect(await operations.run(failing.id, NEVER)).toMatchObject({ state: 'ended', status: 'TASK_FAILED' });
    expect(JSON.parse((await record(failing.id)).output)).toEqual({
      done: 1,
      error: { name: 'TypeError', message: 'The second step cannot be done.' },
    });

    const stopped = await operations.start(STEPS(3));
    const controller = new AbortController();
    kind.before = (step) => {
      if (step === 1) controller.abort();
    };
    expect(await operations.run(stopped.id, controller.signal)).toEqual({ state: 'interrupted' });
    expect(await record(stopped.id)).toMatchObject({ status: 'RUNNING', output: '{"done":1}' });
    kind.before = () => undefined;
    expect(await operations.run(stopped.id, NEVER)).toMatchObject({ state: 'ended', status: 'SUCCEEDED' });
  });

  test('outlast what passes', async () => {
    const operations = own.create(byHand);
    const { id } = await operations.start(STEPS(1));
    let throttled = 0;
    kind.before = (_, job) =>
      job.persist(async () => {
        throttled += 1;
        if (throttled < 3) throw new ThrottledError('Slower.');
      });
    expect(await operations.run(id, NEVER)).toMatchObject({ status: 'SUCCEEDED' });
    expect(throttled).toBe(3);
  });

  test('of a kind that this release does not know, or without what they were given, fail', async () => {
    const operations = own.create(byHand);
    const unknown = await operations.start({ ...STEPS(1), kind: 'unknown' });
    expect(await operations.run(unknown.id, NEVER)).toMatchObject({ status: 'TASK_FAILED' });
    const lost = await operations.start(STEPS(1));
    await bucket.remove(`${api.prefix}/async-operations/${lost.id}/input.json`);
    expect(await operations.run(lost.id, NEVER)).toMatchObject({
      output: { error: { name: 'OperationUnknownError', message: expect.stringContaining(lost.id) } },
    });
  });

  test('are not started where nobody would run them, or nothing can be kept', async () => {
    const before = (await api.ask('GET /asyncOperations?limit=1')).body.meta.count;
    await expect(own.create(undefined).start(STEPS(1))).rejects.toThrow(/operationsQueueUrl/);
    await expect(own.create(byHand, { systemObjects: undefined }).start(STEPS(1))).rejects.toThrow(/system_bucket/);
    expect((await api.ask('GET /asyncOperations?limit=1')).body.meta.count).toBe(before);
  });

  test('of earlier releases are left alone', async () => {
    await api.put('AsyncOperationsTable', {
      ...{ id: 'old', status: 'RUNNING', description: 'd', operationType: 'ES Index', createdAt: 1, updatedAt: 1 },
    });
    expect(await own.create(byHand).run('old', NEVER)).toEqual({ state: 'over' });
    expect(await record('old')).toMatchObject({ status: 'RUNNING' });
  });

  describe('within a server', () => {
    const serverOf = (warnings: string[] = []) => {
      const operations: { readonly of: Operations; readonly runner: ServerRunner } = {
        runner: new ServerRunner({
          model: own.model,
          operations: () => operations.of,
          onWarning: (text) => warnings.push(text),
        }),
        get of() {
          created ??= own.create(this.runner);
          return created;
        },
      };
      let created: Operations | undefined;
      return operations;
    };

    test('run by themselves, stop with it, and are taken up by the next one', async () => {
      const first = serverOf();
      let stopping: Promise<void> | undefined;
      kind.before = (step) => {
        if (step === 1) stopping = first.runner.stop();
      };
      const { id } = await first.of.start(STEPS(2));
      await first.runner.idle();
      await stopping;
      expect(await record(id)).toMatchObject({ status: 'RUNNING', output: '{"done":1}' });
      kind.before = () => undefined;
      const second = serverOf();
      expect(await second.runner.takeUp()).toBe(1);
      await second.runner.idle();
      expect(await record(id)).toMatchObject({ status: 'SUCCEEDED' });
      expect(kind.done).toEqual([0, 1]);
      expect(await second.runner.takeUp()).toBe(0);
    });

    test('of a server that was killed are taken up when its lease is over', async () => {
      const { id } = await own.create({ name: 'server' }).start(STEPS(1));
      await own.model.takeLease({ id }, 'killed', 500);
      const server = serverOf();
      expect(await server.runner.takeUp()).toBe(1);
      await server.runner.idle();
      expect(await record(id)).toMatchObject({ status: 'SUCCEEDED' });
    });

    test('are not those of a queue, or of another deployment', async () => {
      const queued = await own.create({ name: 'queue' }).start(STEPS(1));
      const server = serverOf();
      await own.model.begin(
        { id: 'elsewhere', description: 'd', operationType: 'Bulk Granules' },
        { kind: kind.name, runner: 'server', place: 's3://other/stack/async-operations/elsewhere/' },
      );
      expect(await server.runner.takeUp()).toBe(0);
      await server.runner.stop();
      expect(await record(queued.id)).toMatchObject({ status: 'RUNNING' });
    });
  });

  describe('by a queue', () => {
    let sqs: SQSClient;
    let queueUrl = '';
    let functions: OperationFunctions;
    let queue: QueueRunner;

    beforeAll(async () => {
      sqs = new SQSClient({ endpoint: moto.endpoint });
      queueUrl = `${(await sqs.send(new CreateQueueCommand({ QueueName: 'operations' }))).QueueUrl}`;
      queue = new QueueRunner(createAwsClients(api.client), queueUrl);
      const settings = settingsWithoutLogin({}, api.prefix);
      functions = createOperationFunctions(
        () => ({ ...api.services, operations: own.create(queue), runner: queue, settings }),
        () => logBy(() => undefined),
      );
    });
    afterAll(() => sqs.destroy());

    const context = { awsRequestId: 'r', getRemainingTimeInMillis: () => 120_000 };
    const eventOf = (...bodies: readonly string[]) => ({
      Records: bodies.map((body, at) => ({ eventSource: 'aws:sqs', messageId: `m${at}`, body })),
    });
    const messageOf = (id: string): string => JSON.stringify({ asyncOperationId: id });
    /** The messages that can be received at once. */
    const received = async (): Promise<readonly string[]> => {
      const command = new ReceiveMessageCommand({
        QueueUrl: queueUrl,
        MaxNumberOfMessages: 10,
        VisibilityTimeout: 600,
      });
      return ((await sqs.send(command)).Messages ?? []).map(({ Body = '' }) => Body);
    };

    test('are announced before they are recorded, so that none is forgotten', async () => {
      const sent: [id: string, delay: number | undefined][] = [];
      const announcing = new (class extends QueueRunner {
        override async send(id: string, delay?: number): Promise<void> {
          expect((await api.ask(`GET /asyncOperations/${id}`)).status).toBe(404);
          sent.push([id, delay]);
        }
      })(createAwsClients(api.client), queueUrl);
      const { id } = await own.create(announcing).start(STEPS(1));
      expect(sent).toEqual([[id, 5]]);
      expect(await functions.runOperations(eventOf(messageOf(id)), context)).toEqual({ batchItemFailures: [] });
      expect(await record(id)).toMatchObject({ status: 'SUCCEEDED' });
      // Delivered twice.
      expect(await functions.runOperations(eventOf(messageOf(id)), context)).toEqual({ batchItemFailures: [] });
      expect(kind.done).toEqual([0]);
    });

    test('go on in another invocation when the time of one is over', async () => {
      const { id } = await own.create({ name: 'queue' }).start(STEPS(3));
      kind.before = async (step, { abortSignal }) => {
        if (step === 1 && !abortSignal.aborted)
          await new Promise((resolve) => abortSignal.addEventListener('abort', resolve));
      };
      const short = { ...context, getRemainingTimeInMillis: () => 600 };
      expect(await functions.runOperations(eventOf(messageOf(id)), short)).toEqual({ batchItemFailures: [] });
      expect(await record(id)).toMatchObject({ status: 'RUNNING' });
      expect(await received()).toEqual([messageOf(id)]);
      kind.before = () => undefined;
      await functions.runOperations(eventOf(messageOf(id)), context);
      expect(await record(id)).toMatchObject({ status: 'SUCCEEDED' });
      expect(kind.done).toEqual([0, 1, 2]);
    });

    test('come again where they could not be run, and fail in the end', async () => {
      const { id } = await own.create({ name: 'queue' }).start(STEPS(1));
      kind.before = () => {
        throw new ThrottledError('Slower.');
      };
      await expect(functions.runOperations(eventOf(messageOf(id)), context)).rejects.toThrow();
      expect(await record(id)).toMatchObject({ status: 'RUNNING' });
      await functions.failOperations(eventOf(messageOf(id)), context);
      expect(await record(id)).toMatchObject({ status: 'RUNNER_FAILED', output: expect.stringContaining('log') });
      await expect(functions.runOperations(eventOf(messageOf('none')), context)).rejects.toThrow();
      await expect(functions.runOperations(eventOf('{}'), context)).rejects.toThrow();
      expect(await functions.failOperations(eventOf(messageOf('none')), context)).toEqual({ batchItemFailures: [] });
      // By hand it can be run again.
      kind.before = () => undefined;
      expect(await own.create(byHand).run(id, NEVER)).toEqual({ state: 'over' });
      expect(await own.create(byHand).run(id, NEVER, { again: true })).toMatchObject({ status: 'SUCCEEDED' });
    });

    test('are left to whoever is at work on them, and looked at again later', async () => {
      const { id } = await own.create({ name: 'queue' }).start(STEPS(1));
      kind.before = async () => {
        await functions.runOperations(eventOf(messageOf(id)), context);
        await functions.failOperations(eventOf(messageOf(id)), context);
      };
      expect(await own.create({ name: 'queue' }).run(id, NEVER)).toMatchObject({ status: 'SUCCEEDED' });
      expect(await received()).not.toContain(messageOf(id));
    });

    test('need the setting that names the queue, which has to exist', async () => {
      const without = createOperationFunctions(() => ({ ...api.services, runner: undefined }));
      await expect(without.runOperations(eventOf(messageOf('a')), context)).rejects.toThrow(/operationsQueueUrl/);
      const gone = new QueueRunner(createAwsClients(api.client), `${queueUrl}-gone`);
      await expect(own.create(gone).start(STEPS(1))).rejects.toThrow(/does not exist/);
    });
  });
});
