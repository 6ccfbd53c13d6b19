import type { QueryCommandInput } from '@aws-sdk/client-dynamodb';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import {
  CreateStateMachineCommand,
  DescribeExecutionCommand,
  ListExecutionsCommand,
  SFNClient,
} from '@aws-sdk/client-sfn';
import { toAttributes } from '@cumulus/dynamodb/items';
import { CmrServer, describeUnless, ownMoto, whyNoDynamoDBLocal, whyNoMoto } from '@cumulus/test-kit';
import { putAll } from '@cumulus/test-kit/tables';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { ServiceUnavailableError } from '../../src/aws/ask-service.ts';
import { type BulkProgress, bulkGranules } from '../../src/bulk/bulk-granules.ts';
import { failuresOf } from '../../src/bulk/failures-of.ts';
import { type FindingPosition, findGranules, listName } from '../../src/bulk/found-granules.ts';
import { NotConfiguredError } from '../../src/errors.ts';
import { ServerRunner } from '../../src/operations/server-runner.ts';
import { BUCKETS, OwnArchive } from '../granules/own-archive.ts';

const ROLE = 'arn:aws:iam::123456789012:role/workflows';
const DEFINITION = '{"StartAt":"Wait","States":{"Wait":{"Type":"Wait","Seconds":600,"End":true}}}';
const NEVER = new AbortController().signal;
const LEASE_TIME = 61_000;
const LINK = 'https://cmr.uat.earthdata.nasa.gov/search/granules.json?concept_id=';

describeUnless((await whyNoMoto()) ?? whyNoDynamoDBLocal(), 'something with many granules', () => {
  const moto = ownMoto();
  const cmr = new CmrServer();
  /** How much later it is than by the clock, in milliseconds. */
  let later = 0;
  const api = new OwnArchive(moto, cmr, { runner: 'command', now: () => Date.now() + later });
  let stepFunctions: SFNClient;
  let stateMachineArn = '';

  beforeAll(async () => {
    process.env['AWS_ENDPOINT_URL_SFN'] = moto.endpoint;
    stepFunctions = new SFNClient({ endpoint: moto.endpoint });
    const machine = { name: 'Ingest', definition: DEFINITION, roleArn: ROLE };
    stateMachineArn = `${(await stepFunctions.send(new CreateStateMachineCommand(machine))).stateMachineArn}`;
    const put = (path: string, content: object) =>
      moto.s3.send(
        new PutObjectCommand({ Bucket: BUCKETS.system, Key: `${api.prefix}/${path}`, Body: JSON.stringify(content) }),
      );
    await put('workflows/Ingest.json', { name: 'Ingest', arn: stateMachineArn, definition: {} });
    await put('workflow_template.json', {
      cumulus_meta: {},
      meta: { queues: { slow: 'https://sqs.example.org/slow' } },
    });
    api.interruption.watch(await api.services.clients.stepFunctions());
  });
  afterAll(() => {
    delete process.env['AWS_ENDPOINT_URL_SFN'];
    stepFunctions.destroy();
  });
  beforeEach(() => {
    later = 0;
  });

  const run = (id: string) => api.services.operations.run(id, NEVER);
  const operation = async (id: string) => (await api.ask(`GET /asyncOperations/${id}`)).body;
  const outputOf = async (id: string): Promise<BulkProgress> => JSON.parse((await operation(id)).output);
  const file = (id: string) => ({ bucket: BUCKETS.protected, key: `a/${id}.hdf`, content: id });
  const executions = async () => {
    const { executions: all = [] } = await stepFunctions.send(new ListExecutionsCommand({ stateMachineArn }));
    return Promise.all(
      all.map(async ({ executionArn }) => {
        const { input } = await stepFunctions.send(new DescribeExecutionCommand({ executionArn }));
        return JSON.parse(`${input}`);
      }),
    );
  };
  /** The granules of an operation's executions, by their ids. */
  const startedBy = async (id: string) =>
    (await executions())
      .filter(({ cumulus_meta }) => cumulus_meta.asyncOperationId === id)
      .map(({ payload }) => payload.granules[0].granuleId)
      .sort();

  test('is an operation that counts what was done, and names what was not', async () => {
    for (const id of ['G1', 'G2']) await api.archive(id, [file(id)]);
    await api.archive('P1', [], { published: true, cmrLink: `${LINK}G1-CUMULUS` });
    const started = await api.ask('POST /granules/bulkDelete', { ids: ['G1', 'none', 'G2', 'G1', 'P1'] });
    expect(started).toMatchObject({
      status: 202,
      body: {
        ...{ id: expect.any(String), status: 'RUNNING', operationType: 'Bulk Delete' },
        description: 'Bulk granule deletion of 5 granules',
      },
    });
    const { id } = started.body;
    expect(await run(id)).toMatchObject({ state: 'ended', status: 'TASK_FAILED' });
    const output = await outputOf(id);
    expect(output).toMatchObject({
      ...{ total: 4, done: 2, failed: 2 },
      failuresAt: `s3://${BUCKETS.system}/${api.prefix}/async-operations/${id}/failures/`,
    });
    expect(output.failures.toSorted((a, b) => (a.granuleId < b.granuleId ? -1 : 1))).toEqual([
      { granuleId: 'P1', error: expect.stringContaining('published') },
      { granuleId: 'none', error: 'There is no granule none.' },
    ]);
    const inS3: unknown[] = [];
    for await (const failure of failuresOf(api.services.operations.folderOf(id))) inS3.push(failure);
    expect(inS3).toHaveLength(2);
    expect(await api.objects()).toEqual([]);
    expect(await api.granule('G1')).toBeUndefined();
    expect(await api.granule('P1')).toMatchObject({ published: true });
    await api.services.models.granules.delete({ granuleId: 'P1' });
  });

  test('deletes after a death at any request what it would have deleted without, and counts the same', async () => {
    // A connection that broke off is tried again for minutes.
    cmr.interruption = undefined;
    const requests = await api.interruption.everywhere(async (work) => {
      await api.archive('G1', [file('G1')]);
      cmr.put('native P2', 'G2-CUMULUS');
      await api.archive('P2', [], { published: true, cmrLink: `${LINK}G2-CUMULUS` });
      const { body } = await api.ask('POST /granules/bulkDelete', {
        ids: ['G1', 'P2', 'none'],
        forceRemoveFromCmr: true,
      });
      await work(() => run(body.id)).catch(() => undefined);
      later += LEASE_TIME;
      await run(body.id);
      expect(await operation(body.id)).toMatchObject({ status: 'TASK_FAILED' });
      expect(await outputOf(body.id)).toMatchObject({
        ...{ total: 3, done: 2, failed: 1 },
        failures: [{ granuleId: 'none', error: 'There is no granule none.' }],
      });
      expect([await api.granule('G1'), await api.granule('P2'), await api.objects()]).toEqual([
        undefined,
        undefined,
        [],
      ]);
      expect(cmr.granules.get('native P2')?.metadata).toBeUndefined();
    });
    cmr.interruption = api.interruption;
    expect(requests).toBeGreaterThanOrEqual(9);
  }, 60_000);

  test('starts one execution for each granule, whenever it dies, and no granule runs forever', async () => {
    const requests = await api.interruption.everywhere(async (work) => {
      for (const id of ['W1', 'W2']) await api.archive(id, []);
      const { body } = await api.ask('POST /granules/bulk', {
        workflowName: 'Ingest',
        ids: ['W1', 'W2'],
        meta: { a: 1 },
      });
      await work(() => run(body.id)).catch(() => undefined);
      // Meanwhile these have ended, and their ends are recorded.
      const ended = await startedBy(body.id);
      for (const granuleId of ended) await api.services.models.granules.update({ granuleId }, { status: 'completed' });
      later += LEASE_TIME;
      await run(body.id);
      expect(await operation(body.id)).toMatchObject({ status: 'SUCCEEDED' });
      expect(await outputOf(body.id)).toMatchObject({ total: 2, done: 2, failed: 0 });
      expect(await startedBy(body.id)).toEqual(['W1', 'W2']);
      for (const id of ['W1', 'W2'])
        expect((await api.granule(id)).status).toBe(ended.includes(id) ? 'completed' : 'running');
    });
    expect(requests).toBeGreaterThanOrEqual(7);
    expect((await executions()).at(-1)).toMatchObject({ meta: { workflow_name: 'Ingest', a: 1 } });
  }, 60_000);

  test('repeats what made granules, and names those of which that is not known', async () => {
    const executionArn = stateMachineArn.replace(':stateMachine:', ':execution:');
    await api.put('ExecutionsTable', {
      ...{ arn: `${executionArn}:old`, name: 'old', status: 'completed', type: 'Ingest', createdAt: 1, updatedAt: 1 },
      originalPayload: { granules: [{ granuleId: 'R1' }] },
    });
    await api.archive('R1', [], { execution: `https://console.example.org/${executionArn}:old` });
    await api.archive('R2', [], { execution: `https://console.example.org/${executionArn}:forgotten` });
    const { body } = await api.ask('POST /granules/bulkReingest', {
      granules: [
        { granuleId: 'R1', collectionId: 'MOD09GQ___006' },
        { granuleId: 'R2', collectionId: 'OTHER___1' },
        'R2',
      ],
    });
    expect(body).toMatchObject({
      description: 'Bulk granule reingest run on 3 granules',
      operationType: 'Bulk Granules',
    });
    await run(body.id);
    expect(await outputOf(body.id)).toMatchObject({
      ...{ total: 2, done: 1, failed: 1 },
      failures: [{ granuleId: 'R2', error: expect.stringContaining('is no longer known') }],
    });
    expect(await startedBy(body.id)).toEqual(['R1']);
  });

  test('is done with all granules of a collection by one request', async () => {
    const collection = { granuleId: '^C.*$', granuleIdExtraction: '(C.*)', sampleFileName: 'C1', files: [] };
    await api.services.models.collections.createFrom({ ...collection, name: 'ALL', version: '1' });
    for (const id of ['C1', 'C2', 'C3'])
      await api.archive(id, [], { collectionId: 'ALL___1', published: id === 'C3', cmrLink: `${LINK}G3-CUMULUS` });
    const put = (body: object, name = 'ALL') => api.ask(`PUT /collections/${name}/1`, body);
    const applied = await put({ action: 'applyWorkflow', workflow: 'Ingest' });
    expect(applied).toMatchObject({ status: 202, body: { operationType: 'Bulk Granules', status: 'RUNNING' } });
    await run(applied.body.id);
    expect(await startedBy(applied.body.id)).toEqual(['C1', 'C2', 'C3']);
    cmr.put('C3', 'G3-CUMULUS');
    const removed = await put({ action: 'removeFromCmr' });
    await run(removed.body.id);
    expect(await outputOf(removed.body.id)).toMatchObject({ total: 1, done: 1, failed: 0 });
    expect(await api.granule('C3')).toMatchObject({ published: false });
    const deleted = await put({ action: 'delete' });
    await run(deleted.body.id);
    expect(await outputOf(deleted.body.id)).toMatchObject({ total: 3, done: 3 });
    expect(await api.granule('C1')).toBeUndefined();
    expect(await put({ action: 'explode' })).toMatchObject({
      status: 400,
      body: { message: expect.stringContaining('applyWorkflow, delete, reingest, removeFromCmr') },
    });
    expect((await put({ action: 'delete' }, 'NONE')).status).toBe(404);
    expect((await put({ action: 'explode' }, 'NONE')).status).toBe(404);
    expect((await put({ action: 'delete', workflow: 'Ingest' })).status).toBe(400);
    // Without an action it is what it was.
    const whole = { ...collection, name: 'ALL', version: '1' };
    expect(await put({ ...whole, reportToEms: false })).toMatchObject({ status: 200, body: { reportToEms: false } });
  });

  test('of a query is done with all that it finds, and with nothing where these are more than its size', async () => {
    for (const id of ['Q1', 'Q2', 'Q3']) await api.archive(id, [], { collectionId: 'QUERIED___1' });
    const query = { query: { bool: { filter: [{ term: { 'collectionId.keyword': 'QUERIED___1' } }] } } };
    const limited = await api.ask('POST /granules/bulkDelete', { index: 'granules', query: { ...query, size: 2 } });
    await run(limited.body.id);
    expect(await operation(limited.body.id)).toMatchObject({
      status: 'TASK_FAILED',
      output: expect.stringContaining('more than its size, 2'),
    });
    expect(await api.granule('Q1')).toBeDefined();
    const { body } = await api.ask('POST /granules/bulkDelete', {
      ids: [],
      index: 'granules',
      query: { ...query, size: 3 },
    });
    await run(body.id);
    expect(await outputOf(body.id)).toEqual({ total: 3, done: 3, failed: 0, failures: [] });
    const nothing = await api.ask('POST /granules/bulkDelete', { index: 'granules', query });
    await run(nothing.body.id);
    expect(await operation(nothing.body.id)).toMatchObject({ status: 'SUCCEEDED' });
  });

  test('stops with what it has begun, and goes on with the others', async () => {
    const ids = Array.from({ length: 12 }, (_, index) => `S${index + 10}`);
    for (const id of ids) await api.archive(id, []);
    const { body } = await api.ask('POST /granules/bulkDelete', { ids });
    const controller = new AbortController();
    let deletions = 0;
    api.client.middlewareStack.add(
      (next, context) => async (args) => {
        if (context['commandName'] === 'TransactWriteItemsCommand' || context['commandName'] === 'DeleteItemCommand') {
          deletions += 1;
          if (deletions === 3) controller.abort();
        }
        return next(args);
      },
      { step: 'initialize', name: 'counted', override: true },
    );
    expect(await api.services.operations.run(body.id, controller.signal)).toEqual({ state: 'interrupted' });
    api.client.middlewareStack.remove('counted');
    // As S3 answers a function that may read objects, and not list the bucket.
    const s3 = await api.services.clients.s3();
    const denied = async () => {
      throw Object.assign(new Error('Access Denied'), { name: 'AccessDenied', $metadata: { httpStatusCode: 403 } });
    };
    s3.middlewareStack.add((next) => (args) => next(args).catch(denied), { step: 'initialize', name: 'denied' });
    const { done } = await outputOf(body.id);
    expect(done).toBeGreaterThanOrEqual(3);
    expect(done).toBeLessThan(12);
    let left = 0;
    for (const id of ids) if ((await api.granule(id)) !== undefined) left += 1;
    expect(left).toBe(12 - done);
    await run(body.id);
    s3.middlewareStack.remove('denied');
    expect(await outputOf(body.id)).toMatchObject({ total: 12, done: 12, failed: 0 });
  });

  test('outlasts throttling, and starts no granule twice by that', async () => {
    for (const id of ['T1', 'T2', 'T3']) await api.archive(id, []);
    const client = await api.services.clients.stepFunctions();
    let refused = 0;
    let ended = '';
    client.middlewareStack.add(
      (next, { commandName }) =>
        async (args) => {
          if (commandName !== 'StartExecutionCommand' || refused === 5) return next(args);
          refused += 1;
          if (refused === 2) {
            // It has started, its answer is lost, and its end is recorded before it is tried again.
            await next(args);
            ended = JSON.parse((args.input as { readonly input: string }).input).payload.granules[0].granuleId;
            await api.services.models.granules.update({ granuleId: ended }, { status: 'completed' });
          }
          throw Object.assign(new Error('Slower.'), {
            name: 'ThrottlingException',
            $metadata: { httpStatusCode: 400 },
          });
        },
      { step: 'initialize', name: 'throttled', override: true },
    );
    const { body } = await api.ask('POST /granules/bulk', { workflowName: 'Ingest', ids: ['T1', 'T2', 'T3'] });
    await run(body.id);
    client.middlewareStack.remove('throttled');
    expect(refused).toBe(5);
    expect(await outputOf(body.id)).toMatchObject({ total: 3, done: 3, failed: 0 });
    expect(await startedBy(body.id)).toEqual(['T1', 'T2', 'T3']);
    for (const id of ['T1', 'T2', 'T3'])
      expect((await api.granule(id)).status).toBe(id === ended ? 'completed' : 'running');
  });

  test('counts a deletion as done although its answer was lost', async () => {
    await api.archive('O1', []);
    let isLost = false;
    api.client.middlewareStack.add(
      (next, { commandName }) =>
        async (args) => {
          const answer = await next(args);
          if (isLost || !/^(TransactWriteItems|DeleteItem)Command$/.test(`${commandName}`)) return answer;
          isLost = true;
          throw Object.assign(new Error('socket hang up'), { name: 'TimeoutError' });
        },
      { step: 'initialize', name: 'lost' },
    );
    const { body } = await api.ask('POST /granules/bulkDelete', { ids: ['O1'] });
    await run(body.id);
    api.client.middlewareStack.remove('lost');
    expect([isLost, await api.granule('O1')]).toEqual([true, undefined]);
    expect(await outputOf(body.id)).toMatchObject({ total: 1, done: 1, failed: 0 });
  });

  test('lists no failure of a run that died before it noted it', async () => {
    await api.archive('T1', []);
    const { body } = await api.ask('POST /granules/bulkDelete', { ids: ['T1'] });
    const folder = api.services.operations.folderOf(body.id);
    const controller = new AbortController();
    api.client.middlewareStack.add(
      (next, { commandName }) =>
        (args) => {
          // It has begun with the list.
          if (commandName === 'BatchGetItemCommand') controller.abort();
          return next(args);
        },
      { step: 'initialize', name: 'stopped' },
    );
    await api.services.operations.run(body.id, controller.signal);
    api.client.middlewareStack.remove('stopped');
    await folder.write('failures/0000001.json', [{ granuleId: 'T1', error: 'S3 was asked by a run that died.' }]);
    await run(body.id);
    expect(await outputOf(body.id)).toMatchObject({ total: 1, done: 1, failed: 0 });
    for await (const failure of failuresOf(folder)) expect(failure).toBeUndefined();
  });

  test.each([
    ['that does not answer stops the run, and no granule has failed for it', false],
    ['that answers for others, but not for one granule, does not hold them up', true],
  ])('a service %s', async (_, answersForOthers) => {
    const refs = ['none', 'U1', 'U2', 'U3'].map((granuleId) => ({ granuleId }));
    for (const { granuleId } of refs.slice(1)) await api.archive(granuleId, []);
    const { id } = (await api.ask('POST /granules/bulkDelete', { ids: ['x'] })).body;
    const folder = api.services.operations.folderOf(id);
    const { models, workflows, granuleServices } = api.services;
    let done = 0;
    const applyWorkflow = async ({ granuleId }: { readonly granuleId: string }): Promise<void> => {
      if (granuleId === 'U1' || !answersForOthers) throw new ServiceUnavailableError('It cannot answer just now.');
      done += 1;
    };
    const services = {
      models,
      granuleServices,
      filesIn: undefined,
      workflows: Object.assign(Object.create(workflows), { applyWorkflow }),
    };
    const request = {
      action: { name: 'applyWorkflow', workflow: 'Ingest', choices: {} },
      selection: { granules: refs },
    } as const;
    let noted = {};
    const run = bulkGranules(() => services).run(request, {
      ...{ id, folder, position: undefined, abortSignal: NEVER },
      note: async (_position, progress) => {
        noted = progress;
      },
      persist: (act) =>
        act().catch(async (error) => {
          if (!(error instanceof ServiceUnavailableError)) throw error;
          while (answersForOthers && done < 2) await new Promise(setImmediate);
          await new Promise(setImmediate);
          return act();
        }),
    });
    if (answersForOthers) expect(await run).toMatchObject({ output: { done: 2, failed: 2 } });
    else await expect(run).rejects.toThrow('cannot answer just now');
    expect(noted).toMatchObject({ total: 4, done: answersForOthers ? 2 : 0, failed: answersForOthers ? 2 : 1 });
  });

  test('ends at once where the deployment is not set up for it', async () => {
    await api.archive('N1', [], { published: true });
    const { workflows } = api.services;
    const { body } = await api.ask('POST /granules/bulk', { workflowName: 'Ingest', ids: ['N1', 'N2'] });
    const apply = workflows.applyWorkflow;
    workflows.applyWorkflow = async () => {
      throw new NotConfiguredError('The workflow "Ingest" has no state machine.');
    };
    await run(body.id);
    workflows.applyWorkflow = apply;
    expect(await operation(body.id)).toMatchObject({
      status: 'TASK_FAILED',
      output: expect.stringContaining('has no state machine'),
    });
  });

  test('is found page by page, each granule once, also where granules change meanwhile or the finding dies', async () => {
    const { granules } = api.services.models;
    const total = 1_100;
    const granule = (index: number, timestamp: number) => ({
      ...{ granuleId: `F${index}`, collectionId: 'FOUND___1', status: 'completed', execution: 'e' },
      ...{ createdAt: 1, updatedAt: timestamp, timestamp },
    });
    const write = (index: number, timestamp: number) => api.put('GranulesTable', granule(index, timestamp));
    const all = Array.from({ length: total }, (_, index) => granule(index, 1_000_000 + index));
    await putAll(granules.table, all.map(toAttributes), api.client);
    const { id } = (await api.ask('POST /granules/bulkDelete', { ids: ['x'] })).body;
    const folder = api.services.operations.folderOf(id);
    const selection = { filters: [{ kind: 'is', field: 'collectionId', values: ['FOUND___1'] }] } as const;
    const notes: FindingPosition[] = [];
    const common = { selection, granules, folder, abortSignal: NEVER, persist: <T>(act: () => Promise<T>) => act() };
    const dies = findGranules({
      ...common,
      position: undefined,
      note: async (position) => {
        notes.push(position);
        // One that was found, and one that was not, are written, and come to the end.
        await Promise.all([write(3, 2_000_000), write(total - 1, 2_000_001)]);
        throw new Error('died');
      },
    });
    await expect(dies).rejects.toThrow('died');
    const found = await findGranules({
      ...common,
      position: notes[0],
      note: async (position) => void notes.push(position),
    });
    expect(found).toEqual({ lists: 11, total });
    const ids: string[] = [];
    for (let list = 1; list <= found.lists; list += 1)
      ids.push(...((await folder.read(listName(list))) as { granuleId: string }[]).map(({ granuleId }) => granuleId));
    expect(ids).toHaveLength(total);
    expect(new Set(ids).size).toBe(total);
    // From the last note, only the lists are made again.
    expect(await findGranules({ ...common, position: notes.at(-1), note: async () => undefined })).toEqual(found);
  }, 60_000);

  test('finds granules whose status changes after all others of the new status were found', async () => {
    const { granules } = api.services.models;
    const granule = (index: number, status: string, timestamp: number) => ({
      ...{ granuleId: `H${index}`, collectionId: `H${index % 2}___1`, status, execution: 'e', productVolume: 777 },
      ...{ createdAt: 1, updatedAt: timestamp, timestamp },
    });
    const total = 1_100;
    const all = Array.from({ length: total }, (_, index) =>
      granule(index, index === 0 ? 'failed' : 'running', 1_000_000 + index),
    );
    await putAll(granules.table, all.map(toAttributes), api.client);
    const { id } = (await api.ask('POST /granules/bulkDelete', { ids: ['x'] })).body;
    const folder = api.services.operations.folderOf(id);
    const move = (index: number, timestamp: number) => api.put('GranulesTable', granule(index, 'failed', timestamp));
    // Of the last page, one goes from running to failed after the failed ones were read, and before those that are running.
    let pagesFound = 0;
    let areFailedRead: () => void = () => undefined;
    const failedRead = new Promise<void>((resolve) => {
      areFailedRead = resolve;
    });
    let isMoved = false;
    api.client.middlewareStack.add(
      (next) => async (args) => {
        const values = JSON.stringify((args.input as QueryCommandInput).ExpressionAttributeValues ?? {});
        if (pagesFound !== 1) return next(args);
        if (values.includes('"running"') && !isMoved) {
          isMoved = true;
          await failedRead;
          await move(total - 1, 2_000_001);
        }
        const answer = await next(args);
        if (values.includes('"failed"')) areFailedRead();
        return answer;
      },
      { step: 'initialize', name: 'moves' },
    );
    const found = await findGranules({
      ...{ granules, folder, abortSignal: NEVER, persist: <T>(act: () => Promise<T>) => act(), position: undefined },
      selection: { filters: [{ kind: 'is', field: 'productVolume', values: ['777'] }] },
      note: async ({ pages }) => {
        pagesFound = pages;
        if (pages === 1) await move(total - 2, 2_000_000);
      },
    });
    api.client.middlewareStack.remove('moves');
    expect(isMoved).toBe(true);
    expect(found.total).toBe(total);
  }, 60_000);

  describe('of a request that is wrong', () => {
    test.each([
      ['bulk', {}, 'One of ids or query is required'],
      ['bulk', { ids: [] }, 'no values provided for ids'],
      ['bulk', { ids: 'G1' }, 'ids should be an array of values, received G1'],
      ['bulk', { ids: ['G1'] }, 'workflowName is required.'],
      ['bulk', { ids: [1], workflowName: 'Ingest' }, 'Each granule has an id'],
      ['bulk', { ids: ['G1'], workflowName: 'Ingest', workflow: 'Other' }, 'two workflows'],
      ['bulk', { ids: ['G1'], workflowName: 'Ingest', meta: [] }, 'meta takes an object'],
      ['bulk', { ids: ['G1'], workflowName: 'Ingest', queueName: 'slow', queueUrl: 'https://x' }, 'a queue each'],
      ['bulk', { ids: ['G1'], workflowName: 'Ingest', queueName: 'none' }, 'A queue "none" does not exist'],
      ['bulk', { ids: ['G1'], workflowName: 'Ingest', color: 'red' }, 'does not take color'],
      ['bulkDelete', { ids: ['G1'], forceRemoveFromCmr: 'yes' }, 'forceRemoveFromCmr must be a boolean value'],
      ['bulkDelete', { ids: ['G1'], workflowName: 'Ingest' }, 'does not take workflowName'],
      ['bulkDelete', { query: { query: { match_all: {} } } }, 'Index is required if query is sent'],
      ['bulkDelete', { ids: ['G1'], index: 'i', query: { query: { match_all: {} } } }, 'give one of them'],
      ['bulkDelete', { index: 'i', query: 'status:failed' }, 'query takes an object'],
      ['bulkDelete', { index: 'i', query: { query: { fuzzy: {} } } }, 'query.fuzzy'],
      ['bulkReingest', { ids: ['G1'], granules: ['G2'] }, 'give one of them'],
    ])('to %s, %j is a 400: %s', async (route, body, said) => {
      expect(await api.ask(`POST /granules/${route}`, body)).toMatchObject({
        status: 400,
        body: { message: expect.stringContaining(said) },
      });
    });

    test('nothing is started: a workflow that does not exist is a 404, and what is missing a 501', async () => {
      expect((await api.ask('POST /granules/bulk', { ids: ['G1'], workflowName: 'None' })).status).toBe(404);
      const systemBucket = BUCKETS.system;
      const nobody = api.another({ systemBucket }, { runner: undefined });
      expect(await nobody.ask('POST /granules/bulkDelete', { ids: ['G1'] })).toMatchObject({
        status: 501,
        body: { message: expect.stringContaining('operationsQueueUrl') },
      });
      const noCmr = api.another({ systemBucket });
      expect((await noCmr.ask('POST /granules/bulkDelete', { ids: ['G1'], forceRemoveFromCmr: true })).status).toBe(
        501,
      );
      const noS3 = api.another({});
      expect(await noS3.ask('POST /granules/bulkDelete', { ids: ['G1'] })).toMatchObject({
        status: 501,
        body: { message: expect.stringContaining('system_bucket') },
      });
    });

    test('what a dashboard’s form leaves empty counts as not given', async () => {
      const form = { index: '', query: '', ids: ['E1'], forceRemoveFromCmr: false };
      expect((await api.ask('POST /granules/bulkDelete', form)).status).toBe(202);
      const bulk = { workflowName: 'Ingest', index: '', query: '', ids: ['E1'], meta: {} };
      expect((await api.ask('POST /granules/bulk', bulk)).status).toBe(202);
    });
  });

  test('runs by itself within a server', async () => {
    await api.archive('V1', []);
    const server = api.another({ systemBucket: BUCKETS.system }, { runner: 'server' });
    const { body } = await server.ask('POST /granules/bulkDelete', { ids: ['V1'] });
    const { runner } = server.services;
    if (!(runner instanceof ServerRunner)) throw new Error('No server runs it.');
    await runner.idle();
    expect(await operation(body.id)).toMatchObject({ status: 'SUCCEEDED' });
    expect(await api.granule('V1')).toBeUndefined();
  });
});
