import { randomBytes } from 'node:crypto';
import { PutItemCommand } from '@aws-sdk/client-dynamodb';
import { CreateBucketCommand, DeleteObjectCommand, GetObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import {
  CreateStateMachineCommand,
  DescribeExecutionCommand,
  ListExecutionsCommand,
  SFNClient,
  StartExecutionCommand,
} from '@aws-sdk/client-sfn';
import { CreateQueueCommand, DeleteMessageCommand, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { createClient } from '@cumulus/dynamodb/aws';
import { toAttributes } from '@cumulus/dynamodb/items';
import { createDeployment, physicalTableName, type TableName } from '@cumulus/dynamodb/tables';
import { createModels } from '@cumulus/models';
import { executionUrlOf, followMessage, parseMessage, recordsOfMessage } from '@cumulus/models/messages';
import { fetchFromS3 } from '@cumulus/models/payloads';
import { recordMessage } from '@cumulus/models/recording';
import { describeUnless, ownMoto, whyNoMoto } from '@cumulus/test-kit';
import { ownTables } from '@cumulus/test-kit/tables';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { answered } from '../kit/faults/answered.ts';
import { type Fault, withFaults } from '../kit/faults/proxy.ts';
import { type Served, serveApi } from './served.ts';

const BUCKET = 'system-bucket';
const ROLE = 'arn:aws:iam::123456789012:role/workflows';
const DEFINITION = '{"StartAt":"Wait","States":{"Wait":{"Type":"Wait","Seconds":600,"End":true}}}';

interface Answer {
  readonly status: number;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into it as they expect it to be
  readonly body: any;
}

// DynamoDB is the tests' own; Step Functions, SQS and S3 are moto's.
describeUnless(await whyNoMoto(), 'workflows by the API', () => {
  const moto = ownMoto();
  const tables = ownTables();
  const prefix = tables.name();
  const client = createClient();
  const key = randomBytes(32).toString('base64');
  let stepFunctions: SFNClient;
  let sqs: SQSClient;
  let machine: string;
  let queueUrl: string;
  let api: Served;

  const models = createModels({ client, tables: prefix });
  const collection = {
    name: 'MOD09GQ',
    version: '006',
    granuleId: '^MOD09GQ\\.A\\d+$',
    granuleIdExtraction: '(MOD09GQ\\.A\\d+)\\.hdf',
    sampleFileName: 'MOD09GQ.A2017025.hdf',
    files: [],
  };

  beforeAll(async () => {
    process.env['CUMULUS_LOCAL_KEY'] ??= key;
    stepFunctions = new SFNClient({ endpoint: moto.endpoint });
    sqs = new SQSClient({ endpoint: moto.endpoint });
    await createDeployment({ client, prefix });
    await models.collections.create(collection as never);
    await models.providers.create({ id: 'modaps', host: 'example.org' } as never);
    const made = await stepFunctions.send(
      new CreateStateMachineCommand({ name: 'IngestGranule', definition: DEFINITION, roleArn: ROLE }),
    );
    machine = String(made.stateMachineArn);
    queueUrl = String((await sqs.send(new CreateQueueCommand({ QueueName: 'start' }))).QueueUrl);
    await moto.s3.send(new CreateBucketCommand({ Bucket: BUCKET }));
    await put(`${prefix}/workflows/IngestGranule.json`, { name: 'IngestGranule', arn: machine, definition: {} });
    await put(`${prefix}/workflows/Hello.json`, { cumulus_meta: { state_machine: machine } });
    await put(`${prefix}/workflow_template.json`, messageTemplate());
    api = await serveApi(['--prefix', prefix, '--port', '0', '--no-auth'], environment());
  }, 120_000);

  afterAll(async () => {
    await api?.stop();
    stepFunctions?.destroy();
    sqs?.destroy();
    client.destroy();
  });

  function environment(endpoint = moto.endpoint): NodeJS.ProcessEnv {
    return { AWS_ENDPOINT_URL: endpoint, system_bucket: BUCKET, CUMULUS_LOCAL_KEY: key };
  }

  /** What messages begin as, with a queue of limited executions. */
  function messageTemplate() {
    return {
      cumulus_meta: { system_bucket: BUCKET },
      meta: {
        stack: prefix,
        queues: { fast: queueUrl },
        queueExecutionLimits: { fast: 5 },
        cmr: { provider: 'P', env: 'UAT' },
      },
      payload: {},
    };
  }

  /** Does something with an API that asks AWS by way of faults, or has other settings. */
  async function withOther(
    faults: readonly Fault[],
    work: (url: string) => Promise<void>,
    settings: NodeJS.ProcessEnv = {},
  ): Promise<void> {
    await withFaults(
      faults,
      async ({ endpoint }) => {
        const args = ['--prefix', prefix, '--port', '0', '--no-auth'];
        const other = await serveApi(args, { ...environment(endpoint), ...settings });
        await work(other.url).finally(() => other.stop());
      },
      moto.endpoint,
    );
  }

  /** Takes what is in the queue: after half a minute it would otherwise be there again. */
  async function received(): Promise<readonly string[]> {
    const { Messages = [] } = await sqs.send(
      new ReceiveMessageCommand({ QueueUrl: queueUrl, MaxNumberOfMessages: 10 }),
    );
    for (const { ReceiptHandle } of Messages)
      await sqs.send(new DeleteMessageCommand({ QueueUrl: queueUrl, ReceiptHandle }));
    return Messages.map(({ Body = '' }) => Body);
  }

  async function put(Key: string, content: unknown): Promise<void> {
    await moto.s3.send(new PutObjectCommand({ Bucket: BUCKET, Key, Body: JSON.stringify(content) }));
  }

  async function ask(request: string, body?: unknown, url = api.url): Promise<Answer> {
    const [method = '', path = ''] = request.split(' ');
    const init = body === undefined ? { method } : { method, body: JSON.stringify(body) };
    const answer = await fetch(`${url}${path}`, init);
    return { status: answer.status, body: await answer.json() };
  }

  /** The messages of all executions that were started since. */
  async function started(since: ReadonlySet<string>): Promise<readonly Record<string, never>[]> {
    const { executions = [] } = await stepFunctions.send(new ListExecutionsCommand({ stateMachineArn: machine }));
    const fresh = executions.filter(({ executionArn = '' }) => !since.has(executionArn));
    return Promise.all(
      fresh.map(async ({ executionArn }) => {
        const { input = '{}' } = await stepFunctions.send(new DescribeExecutionCommand({ executionArn }));
        return JSON.parse(input);
      }),
    );
  }

  async function known(): Promise<ReadonlySet<string>> {
    const { executions = [] } = await stepFunctions.send(new ListExecutionsCommand({ stateMachineArn: machine }));
    return new Set(executions.map(({ executionArn = '' }) => executionArn));
  }

  async function execution(name: string, input: unknown): Promise<string> {
    const command = new StartExecutionCommand({ stateMachineArn: machine, name, input: JSON.stringify(input) });
    return String((await stepFunctions.send(command)).executionArn);
  }

  async function granule(granuleId: string, arn: string): Promise<void> {
    await models.granules.create({
      ...{ granuleId, collectionId: 'MOD09GQ___006', status: 'completed', execution: executionUrlOf(arn) },
      ...{ provider: 'modaps', published: false },
    } as never);
  }

  const rule = (name: string, more: object = {}) => ({
    ...{ name, workflow: 'IngestGranule', collection: { name: 'MOD09GQ', version: '006' }, provider: 'modaps' },
    ...{ rule: { type: 'onetime' }, meta: { mine: true, cmr: { env: 'OPS' } }, ...more },
  });

  test('are known by their templates', async () => {
    const { status, body } = await ask('GET /workflows');
    expect(status).toBe(200);
    expect(body).toEqual([
      { name: 'Hello', arn: machine, cumulus_meta: { state_machine: machine } },
      { name: 'IngestGranule', arn: machine, definition: {} },
    ]);
    expect((await ask('GET /workflows/IngestGranule')).body).toMatchObject({ name: 'IngestGranule' });
    expect((await ask('GET /workflows/None')).status).toBe(404);
    expect((await ask('GET /workflows/..%2F..%2Fsecret')).status).toBe(404);
  });

  test('are started by a onetime rule, and by its rerun, with what the rule names', async () => {
    const before = await known();
    expect((await ask('POST /rules', rule('once'))).status).toBe(200);
    const [message] = await started(before);
    expect(message).toMatchObject({
      cumulus_meta: {
        ...{ system_bucket: BUCKET, message_source: 'sfn', state_machine: machine },
        // Without a queue there is nobody else to set it.
        workflow_start_time: expect.any(Number),
      },
      meta: {
        stack: prefix,
        mine: true,
        cmr: { provider: 'P', env: 'OPS' },
        workflow_name: 'IngestGranule',
        collection: { name: 'MOD09GQ', version: '006' },
        provider: { id: 'modaps' },
      },
      payload: {},
      exception: null,
    });
    const again = await known();
    const rerun = await ask('PUT /rules/once', { action: 'rerun' });
    expect(rerun).toMatchObject({ status: 200, body: { name: 'once', state: 'ENABLED' } });
    expect(await started(again)).toHaveLength(1);
    // One that does nothing by itself can be rerun too.
    await models.rules.create(rule('daily', { rule: { type: 'scheduled', value: 'rate(1 day)' } }) as never);
    const last = await known();
    expect((await ask('PUT /rules/daily', { action: 'rerun' })).status).toBe(200);
    expect(await started(last)).toHaveLength(1);
  });

  test('are started by a rule of an earlier release that has null where a form was emptied', async () => {
    const empty = {
      provider: null,
      queueName: null,
      queueUrl: null,
      executionNamePrefix: null,
      meta: null,
      payload: null,
    };
    const stored = { ...rule('emptied', { rule: { type: 'onetime', value: null } }), ...empty };
    const TableName = `${prefix}-RulesTable`;
    await client.send(new PutItemCommand({ TableName, Item: toAttributes({ ...stored, createdAt: 1, updatedAt: 1 }) }));
    const before = await known();
    expect((await ask('PUT /rules/emptied', { action: 'rerun' })).status).toBe(200);
    const [message] = await started(before);
    expect(message).toMatchObject({ meta: { collection: { name: 'MOD09GQ' } }, payload: {} });
    expect(message).not.toHaveProperty('meta.provider');
  });

  test('are started from the queue that the rule names', async () => {
    const before = await known();
    expect((await ask('POST /rules', rule('queued', { queueName: 'fast' }))).status).toBe(200);
    expect(await started(before)).toEqual([]);
    const [message = '{}'] = await received();
    // What starts executions from a queue looks for its limit by the queue's name.
    expect(JSON.parse(message)).toMatchObject({
      cumulus_meta: { queueName: 'fast', queueUrl, execution_name: expect.any(String), state_machine: machine },
      meta: { workflow_name: 'IngestGranule', queueExecutionLimits: { fast: 5 } },
    });
  });

  test('are not started by a rule whose queue there is not, which says so', async () => {
    const before = await known();
    const refused = { status: 400, body: { message: expect.stringContaining('A queue "slow" does not exist.') } };
    expect(await ask('POST /rules', rule('slow', { queueName: 'slow' }))).toMatchObject(refused);
    expect((await ask('GET /rules/slow')).status).toBe(404);
    expect((await ask('POST /rules', rule('later', { queueName: 'slow', state: 'DISABLED' }))).status).toBe(200);
    expect(await ask('PUT /rules/later', { action: 'rerun' })).toMatchObject(refused);
    expect(await started(before)).toEqual([]);
    expect(await received()).toEqual([]);
  });

  test('are started from the deployment’s queue where the rule names none, by one name if the answer is lost', async () => {
    let sent = 0;
    const lost: Fault = async (call, pass) => {
      const answer = await pass();
      if (call.action !== 'SendMessage') return answer;
      sent += 1;
      return sent === 1 ? { ...answer, cutAfter: 0, fault: true } : answer;
    };
    await withFaults(
      [lost],
      async (proxy) => {
        // The SDK sends to where the queue's URL says.
        const defaultSchedulerQueueUrl = queueUrl.replace(moto.endpoint, proxy.endpoint);
        await withOther(
          [],
          async (url) => expect((await ask('PUT /rules/once', { action: 'rerun' }, url)).status).toBe(200),
          { defaultSchedulerQueueUrl },
        );
      },
      moto.endpoint,
    );
    expect(sent).toBe(2);
    const names = (await received()).map((message) => JSON.parse(message).cumulus_meta.execution_name);
    expect(names).toHaveLength(2);
    expect(new Set(names).size).toBe(1);
  });

  test('are started with all digits of a number', async () => {
    const before = await known();
    const body = JSON.stringify(rule('exact', { meta: { large: 'digits' } })).replace(
      '"digits"',
      '12345678901234567891',
    );
    expect((await fetch(`${api.url}/rules`, { method: 'POST', body })).status).toBe(200);
    const { executions = [] } = await stepFunctions.send(new ListExecutionsCommand({ stateMachineArn: machine }));
    const fresh = executions.find(({ executionArn = '' }) => !before.has(executionArn));
    const command = new DescribeExecutionCommand({ executionArn: fresh?.executionArn });
    expect((await stepFunctions.send(command)).input).toContain('"large":12345678901234567891');
  });

  test('of a granule are started again on what it was made from', async () => {
    const arn = await execution('made-it', {
      cumulus_meta: { queueName: 'unknown' },
      meta: { workflow_name: 'IngestGranule', stack: 'old' },
      payload: { granules: [{ granuleId: 'G1' }] },
    });
    await granule('G1', arn);
    const before = await known();
    expect(await ask('PUT /granules/G1', { action: 'reingest' })).toEqual({
      status: 200,
      body: {
        ...{ granuleId: 'G1', action: 'reingest', status: 'SUCCESS' },
        warning: 'The granule files may be overwritten',
      },
    });
    expect((await ask('GET /granules/G1')).body.status).toBe('running');
    expect(await started(before)).toMatchObject([
      {
        cumulus_meta: { cumulus_context: { reingestGranule: true, forceDuplicateOverwrite: true } },
        meta: { workflow_name: 'IngestGranule', stack: 'old', provider: { id: 'modaps' } },
        payload: { granules: [{ granuleId: 'G1' }] },
      },
    ]);
  });

  test('that Step Functions has forgotten are started again by the table, and else refused', async () => {
    const arn = `${machine.replace(':stateMachine:', ':execution:')}:forgotten`;
    await granule('G2', arn);
    expect(await ask('PUT /granules/G2', { action: 'reingest' })).toMatchObject({
      status: 400,
      body: { message: expect.stringContaining('no longer known') },
    });
    expect((await ask('GET /granules/G2')).body.status).toBe('completed');
    const record = { arn, name: 'forgotten', status: 'completed', type: 'IngestGranule', originalPayload: { old: 1 } };
    await models.executions.create(record as never);
    const before = await known();
    expect((await ask('PUT /granules/G2', { action: 'reingest' })).status).toBe(200);
    expect(await started(before)).toMatchObject([{ payload: { old: 1 } }]);
  });

  test('of a granule are started again on what was left in S3, by the table where that has expired', async () => {
    const replace = { Bucket: BUCKET, Key: 'events/left', TargetPath: '$' };
    await put(replace.Key, { meta: { workflow_name: 'Hello' }, payload: { from: 'S3' } });
    await granule('G3', await execution('left', { cumulus_meta: {}, replace }));
    const first = await known();
    expect((await ask('PUT /granules/G3', { action: 'reingest' })).status).toBe(200);
    expect(await started(first)).toMatchObject([{ meta: { workflow_name: 'Hello' }, payload: { from: 'S3' } }]);

    const arn = await execution('expired', { cumulus_meta: {}, replace: { ...replace, Key: 'events/expired' } });
    await granule('G4', arn);
    expect(await ask('PUT /granules/G4', { action: 'reingest' })).toMatchObject({
      status: 400,
      body: { message: expect.stringContaining('no longer known') },
    });
    const record = { arn, name: 'expired', status: 'completed', type: 'Hello', originalPayload: { from: 'table' } };
    await models.executions.create(record as never);
    const second = await known();
    expect((await ask('PUT /granules/G4', { action: 'reingest' })).status).toBe(200);
    expect(await started(second)).toMatchObject([{ payload: { from: 'table' } }]);

    const refused: Fault = async (call, pass) => {
      if (!call.action.includes('events/left')) return pass();
      const body = Buffer.from('<Error><Code>SlowDown</Code><Message>Said by the test</Message></Error>');
      return { status: 503, type: 'application/xml', body, fault: true };
    };
    await withOther([refused], async (url) => {
      expect(await ask('PUT /granules/G3', { action: 'reingest' }, url)).toMatchObject({
        status: 503,
        body: { message: 'S3 cannot answer just now.' },
      });
    });
  });

  test.each(['running', 'failed'])(
    'on an archived granule leave it its files while they have not completed: the next one is %s',
    async (status) => {
      const granuleId = `archived-${status}`;
      const files = [{ bucket: 'archive', key: `${granuleId}.hdf`, fileName: `${granuleId}.hdf`, size: 5 }];
      // As 1.18 left granules: without the time of their end.
      await models.granules.create({
        ...{ granuleId, collectionId: 'MOD09GQ___006', status: 'completed', execution: executionUrlOf('arn:old') },
        ...{ provider: 'modaps', published: false, files },
      } as never);
      const before = await known();
      expect((await ask(`PUT /granules/${granuleId}`, { action: 'applyWorkflow', workflow: 'Hello' })).status).toBe(
        200,
      );
      expect(await started(before)).toHaveLength(1);
      const message = parseMessage({
        cumulus_meta: { execution_name: 'next', state_machine: machine, workflow_start_time: Date.now() + 1_000 },
        meta: { status, collection: { name: 'MOD09GQ', version: '006' } },
        payload: { granules: [{ granuleId, files: [] }] },
        exception: status === 'failed' ? { Error: 'Broken' } : 'None',
      });
      const target = { client, tableName: (name: TableName) => physicalTableName(prefix, name) };
      const recorded = await recordMessage(target, recordsOfMessage(message, { time: Date.now() + 2_000 }));
      expect(recorded.granules.written).toEqual([granuleId]);
      const { body } = await ask(`GET /granules/${granuleId}`);
      expect(body).toMatchObject({ status, files, provider: 'modaps' });
      expect(body.execution).toMatch(/next$/);
    },
  );

  test('that the deployment is not set up for are refused with what is missing, and change nothing', async () => {
    await put(`${prefix}/workflows/Gone.json`, { arn: `${machine}-gone` });
    expect(await ask('POST /rules', rule('gone', { workflow: 'Gone' }))).toMatchObject({
      status: 501,
      body: { message: expect.stringContaining(`${machine}-gone`) },
    });
    expect((await ask('GET /rules/gone')).status).toBe(404);
    await put(`${prefix}/workflows/Gone.json`, 'no object');
    expect(await ask('GET /workflows/Gone')).toMatchObject({
      status: 501,
      body: { message: expect.stringContaining(`s3://${BUCKET}/${prefix}/workflows/Gone.json`) },
    });
    await moto.s3.send(new DeleteObjectCommand({ Bucket: BUCKET, Key: `${prefix}/workflows/Gone.json` }));
    const others = { system_bucket: 'no-such-bucket-of-tests' };
    await withOther(
      [],
      async (url) =>
        expect(await ask('GET /workflows', undefined, url)).toMatchObject({
          status: 501,
          body: { message: expect.stringContaining('no-such-bucket-of-tests') },
        }),
      others,
    );
    await withOther(
      [],
      async (url) =>
        expect(await ask('PUT /rules/once', { action: 'rerun' }, url)).toMatchObject({
          status: 501,
          body: { message: expect.stringContaining(`${queueUrl}-gone`) },
        }),
      { defaultSchedulerQueueUrl: `${queueUrl}-gone` },
    );
  });

  test('of a granule are started again as a request chooses', async () => {
    const made = (workflow: string, from: string) => ({
      cumulus_meta: {},
      meta: { workflow_name: workflow, from, deep: { a: 1, b: 2 } },
      payload: { granules: [{ granuleId: 'chosen' }], from },
    });
    const own = await execution('own', made('IngestGranule', 'own'));
    const other = await execution('other', made('Hello', 'other'));
    await granule('chosen', own);
    const record = (arn: string, name: string, type: string, granuleId: string, timestamp: number) =>
      models.executions.create({
        ...{ arn, name, type, timestamp, status: 'completed', collectionId: 'MOD09GQ___006' },
        finalPayload: { granules: [{ granuleId }] },
      });
    const unknown = `${machine.replace(':stateMachine:', ':execution:')}:of-another`;
    await record(own, 'own', 'IngestGranule', 'chosen', 1);
    await record(other, 'other', 'Hello', 'chosen', 2);
    await record(unknown, 'of-another', 'Hello', 'another', 3);
    const reingested = async (choices: object) => {
      const before = await known();
      const { status, body } = await ask('PATCH /granules/chosen', { action: 'reingest', ...choices });
      return { status, message: body.message, started: await started(before) };
    };
    expect(await reingested({})).toMatchObject({ status: 200, started: [{ payload: { from: 'own' } }] });
    expect(await reingested({ workflowName: 'Hello', executionArn: null })).toMatchObject({
      status: 200,
      started: [{ meta: { workflow_name: 'Hello' }, payload: { from: 'other' } }],
    });
    expect(await reingested({ executionArn: other, meta: { mine: 1, deep: { b: 3 } } })).toMatchObject({
      status: 200,
      started: [{ meta: { from: 'other', mine: 1, deep: { a: 1, b: 3 } } }],
    });
    expect(await reingested({ workflowName: 'None' })).toMatchObject({
      ...{
        status: 400,
        started: [],
        message: expect.stringMatching(/newest \d+ executions[\s\S]*"None"[\s\S]*executionArn/),
      },
    });
    await received();
    expect((await ask('PUT /granules/chosen', { action: 'reingest', queueName: 'fast' })).status).toBe(200);
    const [queued] = (await received()).map((text) => JSON.parse(text));
    expect(queued).toMatchObject({ cumulus_meta: { queueName: 'fast' }, payload: { from: 'own' } });
  });

  test('are not started where an action has what it does not take', async () => {
    await granule('refused', await execution('refused', { meta: { workflow_name: 'Hello' } }));
    const before = await known();
    for (const [body, words] of [
      [{ action: 'reingest', workflow: 'Hello' }, 'reingest does not take workflow; it takes workflowName'],
      [{ action: 'applyWorkflow', workflow: 'Hello', executionArn: 'a' }, 'does not take executionArn'],
      [{ action: 'applyWorkflow', workflow: 'Hello', queueUrl: 'q', huh: 1 }, 'queueUrl, huh'],
      [{ action: 'applyWorkflow', workflow: 'Hello', workflowName: 'IngestGranule' }, 'two workflows'],
      [{ action: 'applyWorkflow', workflow: 'Hello', meta: 'text' }, 'meta takes an object'],
      [{ action: 'applyWorkflow', workflow: 'Hello', queueName: 'none' }, 'A queue "none" does not exist.'],
      [{ action: 'reingest', queueName: 'none' }, 'Existing queues: fast.'],
      [{ action: 'removeFromCmr', force: true }, 'takes no further fields'],
    ] as const) {
      const { status, body: answer } = await ask('PUT /granules/refused', body);
      expect({ body, status, message: answer.message }).toEqual({
        ...{ body, status: 400, message: expect.stringContaining(words) },
      });
    }
    expect(await started(before)).toEqual([]);
    expect((await ask('GET /granules/refused')).body.status).toBe('completed');
  });

  test('are applied to a granule', async () => {
    const before = await known();
    expect(await ask('PUT /granules/G1', { action: 'applyWorkflow', workflow: 'Hello' })).toEqual({
      status: 200,
      body: { granuleId: 'G1', action: 'applyWorkflow Hello', status: 'SUCCESS' },
    });
    expect(await started(before)).toMatchObject([
      { meta: { workflow_name: 'Hello' }, payload: { granules: [{ granuleId: 'G1' }] } },
    ]);
    const next = await known();
    const chosen = { action: 'applyWorkflow', workflowName: 'Hello', meta: { mine: 1, cmr: { env: 'OPS' } } };
    expect((await ask('PUT /granules/G1', chosen)).status).toBe(200);
    expect(await started(next)).toMatchObject([
      { meta: { workflow_name: 'Hello', mine: 1, cmr: { provider: 'P', env: 'OPS' }, stack: prefix } },
    ]);
    for (const [body, status] of [
      [{ action: 'applyWorkflow', workflow: 'None' }, 404],
      [{ action: 'applyWorkflow' }, 400],
      [{ action: 'dance' }, 400],
      [{}, 400],
      [{ action: 'move', destinations: [] }, 400],
      [{ action: 'removeFromCmr' }, 400],
    ] as const) {
      expect((await ask('PUT /granules/G2', body)).status).toBe(status);
    }
    expect((await ask('PUT /granules/none', { action: 'reingest' })).status).toBe(404);
  });

  test('get what is too large for Step Functions by way of S3', async () => {
    const before = await known();
    const large = { many: Array.from({ length: 300 }, () => randomBytes(600).toString('hex')) };
    expect((await ask('POST /rules', rule('large', { meta: large }))).status).toBe(200);
    const [message] = await started(before);
    const { replace } = message as unknown as { replace: { Bucket: string; Key: string; TargetPath: string } };
    expect(replace).toMatchObject({ Bucket: BUCKET, TargetPath: '$' });
    const { Body } = await moto.s3.send(new GetObjectCommand({ Bucket: replace.Bucket, Key: replace.Key }));
    expect(JSON.parse(await (Body?.transformToString() ?? ''))).toMatchObject({ meta: large });

    expect((await ask('POST /rules', rule('large_queued', { meta: large, queueName: 'fast' }))).status).toBe(200);
    const [queued] = (await received()).map((text) => JSON.parse(text)).filter((body) => 'replace' in body);
    expect(queued).toMatchObject({
      cumulus_meta: { queueName: 'fast', state_machine: machine },
      meta: { queueExecutionLimits: { fast: 5 } },
    });
    // The starter adds when the workflow began, which what lies in S3 must not undo.
    queued.cumulus_meta.workflow_start_time = 1;
    expect(await followMessage(queued, fetchFromS3(moto.s3))).toMatchObject({
      cumulus_meta: { workflow_start_time: 1, execution_name: expect.any(String) },
      meta: { ...large, stack: prefix, queueExecutionLimits: { fast: 5 }, workflow_name: 'IngestGranule' },
      payload: {},
    });
  });

  test('return the status of an execution', async () => {
    const arn = await execution('stands', { payload: 1, meta: { provider: { id: 'p', password: 'hidden' } } });
    const { status, body } = await ask(`GET /executions/status/${arn}`);
    expect(status).toBe(200);
    expect(JSON.stringify(body)).not.toContain('hidden');
    expect(body).toMatchObject({
      execution: { executionArn: arn, status: 'RUNNING', input: '{"payload":1,"meta":{"provider":{"id":"p"}}}' },
      executionHistory: { events: expect.any(Array) },
      stateMachine: { stateMachineArn: machine, definition: DEFINITION },
    });
    const forgotten = `${machine.replace(':stateMachine:', ':execution:')}:forgotten`;
    expect((await ask(`GET /executions/status/${forgotten}`)).body).toMatchObject({
      warning: 'Execution does not exist in Step Functions API',
      execution: {
        ...{ executionArn: forgotten, stateMachineArn: machine, name: 'forgotten', status: 'SUCCEEDED' },
        input: '{"old":1}',
      },
    });
    expect((await ask(`GET /executions/status/${forgotten}-not`)).status).toBe(404);
    expect((await ask('GET /executions/status/none')).status).toBe(404);
    expect((await ask(`GET /executions/status/${forgotten}${'x'.repeat(300)}`)).status).toBe(404);
  });

  test('of which the table alone knows are described in Step Functions’ words', async () => {
    const base = machine.replace(':stateMachine:', ':execution:');
    for (const [status, word] of [
      ['completed', 'SUCCEEDED'],
      ['failed', 'FAILED'],
      ['running', 'RUNNING'],
      ['unknown', 'UNKNOWN'],
    ] as const) {
      const arn = `${base}:table-${status}`;
      await models.executions.create({ arn, name: `table-${status}`, status, createdAt: 1_000, duration: 2 });
      const { body } = await ask(`GET /executions/status/${arn}`);
      const isEnded = status === 'completed' || status === 'failed';
      expect(body.execution).toEqual({
        ...{ executionArn: arn, stateMachineArn: machine, name: `table-${status}`, status: word },
        startDate: '1970-01-01T00:00:01.000Z',
        ...(isEnded ? { stopDate: '1970-01-01T00:00:03.000Z' } : {}),
      });
    }
  });

  test('have name, input and output in each event of their history, with what they left in S3', async () => {
    const arn = await execution('history', {});
    await put('events/task', { payload: { from: 'S3' }, meta: { provider: { id: 'p', password: 'hidden' } } });
    const pointer = { cumulus_meta: { a: 1 }, replace: { Bucket: BUCKET, Key: 'events/task', TargetPath: '$' } };
    const input = JSON.stringify(pointer);
    const events = [
      { id: 1, type: 'ExecutionStarted', executionStartedEventDetails: { input, roleArn: ROLE } },
      { id: 2, type: 'TaskStateEntered', stateEnteredEventDetails: { name: 'Sync', input } },
      { id: 3, type: 'LambdaFunctionFailed', lambdaFunctionFailedEventDetails: { error: 'Broken', cause: 'it' } },
      { id: 4, type: 'TaskStateExited', stateExitedEventDetails: { name: 'Sync', output: '{"b":1}' } },
    ];
    const answers = answered('GetExecutionHistory', () => ({ events }));
    await withOther([answers], async (url) => {
      const { body } = await ask(`GET /executions/status/${arn}`, undefined, url);
      const whole = '{"cumulus_meta":{"a":1},"payload":{"from":"S3"},"meta":{"provider":{"id":"p"}}}';
      expect(body.executionHistory.events).toMatchObject([
        { id: 1, type: 'ExecutionStarted', roleArn: ROLE, input: expect.any(String) },
        { id: 2, type: 'TaskStateEntered', name: 'Sync', input: expect.any(String) },
        { id: 3, type: 'LambdaFunctionFailed', error: 'Broken', cause: 'it' },
        { id: 4, type: 'TaskStateExited', name: 'Sync', output: '{"b":1}' },
      ]);
      expect(JSON.parse(body.executionHistory.events[1].input)).toEqual(JSON.parse(whole));
      expect(JSON.stringify(body)).not.toContain('EventDetails');
    });
  });

  test('return the whole history of an execution', async () => {
    const arn = await execution('long', {});
    const events = Array.from({ length: 2_500 }, (_, index) => ({ id: index + 1, type: 'TaskStateEntered' }));
    const pages = answered('GetExecutionHistory', (_answer, { nextToken = '0', maxResults = 100 }) => {
      const end = Number(nextToken) + Number(maxResults);
      const page = events.slice(Number(nextToken), end);
      return { events: page, ...(end < events.length ? { nextToken: String(end) } : {}) };
    });
    const withoutToken: Fault = (call, pass) => {
      if (call.action !== 'GetExecutionHistory') return pass();
      const { nextToken: _, ...input } = JSON.parse(call.body.toString());
      return pages(call, () => pass(Buffer.from(JSON.stringify(input))));
    };
    await withOther([withoutToken], async (url) => {
      const { status, body } = await ask(`GET /executions/status/${arn}`, undefined, url);
      expect(status).toBe(200);
      expect(body.executionHistory.events).toHaveLength(2_500);
    });
  });

  test('that cannot be started leave rule and granule as they were', async () => {
    let requests = 0;
    const broken: Fault = async (call, pass) => {
      if (call.action !== 'StartExecution') return pass();
      requests += 1;
      const body = Buffer.from('{"__type":"ServiceUnavailable","message":"Said by the test"}');
      return { status: 503, type: 'application/x-amz-json-1.0', body, fault: true };
    };
    await withFaults(
      [broken],
      async (proxy) => {
        const other = await serveApi(['--prefix', prefix, '--port', '0', '--no-auth'], environment(proxy.endpoint));
        const failed = await ask('POST /rules', rule('unlucky'), other.url);
        expect(failed).toMatchObject({ status: 503, body: { message: 'Step Functions cannot answer just now.' } });
        expect((await ask('GET /rules/unlucky')).status).toBe(404);
        await models.granules.update({ granuleId: 'G2' }, { status: 'failed' });
        expect((await ask('PUT /granules/G2', { action: 'reingest' }, other.url)).status).toBe(503);
        expect((await ask('GET /granules/G2')).body.status).toBe('failed');
        await other.stop();
      },
      moto.endpoint,
    );
    expect(requests).toBeGreaterThan(2);
  });

  test('are started when the answer is lost and they have ended before it is asked again', async () => {
    let requests = 0;
    const ended: Fault = async (call, pass) => {
      if (call.action !== 'StartExecution') return pass();
      requests += 1;
      if (requests === 1) return { ...(await pass()), cutAfter: 0, fault: true };
      const body = Buffer.from('{"__type":"ExecutionAlreadyExists","message":"Said by the test"}');
      return { status: 400, type: 'application/x-amz-json-1.0', body, fault: true };
    };
    await withOther([ended], async (url) => {
      const before = await known();
      expect((await ask('POST /rules', rule('quick'), url)).status).toBe(200);
      expect((await ask('GET /rules/quick')).status).toBe(200);
      expect(await started(before)).toHaveLength(1);
    });
    expect(requests).toBe(2);
  });

  test('start once when the answer is lost', async () => {
    const names: string[] = [];
    const lost: Fault = async (call, pass) => {
      const answer = await pass();
      if (call.action !== 'StartExecution') return answer;
      names.push(String((JSON.parse(call.body.toString()) as { name: string }).name));
      return names.length === 1 ? { ...answer, cutAfter: 0, fault: true } : answer;
    };
    await withFaults(
      [lost],
      async (proxy) => {
        const other = await serveApi(['--prefix', prefix, '--port', '0', '--no-auth'], environment(proxy.endpoint));
        const before = await known();
        expect((await ask('PUT /rules/once', { action: 'rerun' }, other.url)).status).toBe(200);
        expect(names).toHaveLength(2);
        expect(new Set(names).size).toBe(1);
        expect(await started(before)).toHaveLength(1);
        await other.stop();
      },
      moto.endpoint,
    );
  });
});
