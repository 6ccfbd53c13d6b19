import { once } from 'node:events';
import { createServer } from 'node:http';
import { join } from 'node:path';
import {
  CreateBucketCommand,
  DeleteObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import { GetQueueAttributesCommand, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { createClient, createStreamsClient } from '@cumulus/dynamodb/aws';
import { backUpTable } from '@cumulus/dynamodb/backup';
import type { ProtectionReport } from '@cumulus/dynamodb/protection';
import { findStream, readStream, type ShardBatch } from '@cumulus/dynamodb/streams';
import { createDeployment } from '@cumulus/dynamodb/tables';
import { createModels } from '@cumulus/models';
import { readCounts } from '@cumulus/models/counts';
import { ownMoto } from '@cumulus/test-kit';
import { ownTables } from '@cumulus/test-kit/tables';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { NEW_COLLECTION, startIngest } from '../api/ingest.ts';
import { Browser, type LoginProviderServer, startLoginProvider } from '../api/login-provider.ts';
import { freePort } from '../api/served.ts';
import { cumulusMessage, executionArnOf, executionEvent } from '../events/workflow-events.ts';
import { Operator } from '../pages/operator.ts';
import { readPage } from '../pages/page.ts';
import { describeWithNewestProvider } from './available.ts';
import { DeployedFunctions, type Invoke } from './deployed-functions.ts';
import { ownModuleCopy, runModuleTests } from './module-copy.ts';
import { NEWEST_RUNNER } from './terraform.ts';

const PLACE = 'us-east-1:123456789012';
const BUCKET = 'system-bucket';
const FILES = 'granule-files';
const BACKUPS = 's3://backup-files/prod';
const FOURTEEN_DAYS = String(14 * 24 * 60 * 60);
const CLIENT = { clientId: 'cumulus', clientSecret: 'known-to_the.provider too!' };

interface Answer {
  readonly statusCode: number;
  readonly body: string;
  readonly multiValueHeaders?: Readonly<Record<string, readonly string[]>>;
}

await describeWithNewestProvider('the module with the API and the functions, applied by its example', () => {
  const moto = ownMoto();
  const tables = ownTables();
  const prefix = tables.name();
  const client = createClient();
  const models = createModels({ client, tables: prefix });
  let sqs: SQSClient;
  let provider: LoginProviderServer;
  let apiUrl: string;
  let deployed: DeployedFunctions;

  beforeAll(async () => {
    sqs = new SQSClient({ endpoint: moto.endpoint });
    apiUrl = `http://127.0.0.1:${await freePort()}`;
    provider = await startLoginProvider({ ...CLIENT, redirectUri: `${apiUrl}/token` });
    // The tables that the functions work on; those that Terraform makes in moto have the same names.
    await createDeployment({ client, prefix });
    await startIngest({ moto, bucket: BUCKET, stackName: prefix, input: {} });
    await moto.s3.send(new PutObjectCommand({ Bucket: BUCKET, Key: `${prefix}/workflow_template.json`, Body: '{}' }));
    await moto.s3.send(new CreateBucketCommand({ Bucket: FILES }));
    await moto.s3.send(new CreateBucketCommand({ Bucket: 'backup-files' }));
    // By steps 3 and 5 of docs/how-to/deploy-api.md.
    deployed = await DeployedFunctions.on(moto, prefix, {
      ...{ system_bucket: BUCKET, granule_buckets: [FILES], backups: BACKUPS },
      ...{ api_url: apiUrl, urs_url: provider.url },
      ...{ token_secret: 'a secret of the tests that is as long as has to be' },
      ...{ urs_client_id: CLIENT.clientId, urs_client_password: CLIENT.clientSecret },
    });
  }, 300_000);

  afterAll(async () => {
    await provider?.stop();
    sqs?.destroy();
    client.destroy();
  });

  const nameOf = (name: string): string => `${prefix}-${name}`;
  const arnOf = (service: string, name: string): string => `arn:aws:${service}:${PLACE}:${nameOf(name)}`;
  const tableArn = (name: string): string => `arn:aws:dynamodb:${PLACE}:table/${nameOf(`${name}Table`)}`;

  async function queue(name: string): Promise<Readonly<Record<string, string>>> {
    const QueueUrl = `${moto.endpoint}/123456789012/${nameOf(name)}`;
    return (await sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['All'] }))).Attributes ?? {};
  }

  async function keysIn(folder: string): Promise<readonly (string | undefined)[]> {
    const command = new ListObjectsV2Command({ Bucket: BUCKET, Prefix: `${prefix}/${folder}/` });
    return ((await moto.s3.send(command)).Contents ?? []).map(({ Key }) => Key);
  }

  test('changes nothing when it is applied again, but for what moto does not keep as it was given', async () => {
    const { resource_changes: changes = [] } = await deployed.terraform.plan();
    const changed = changes.filter(({ change }) => change.actions.join() !== 'no-op');
    for (const { address, change } of changed) {
      const { before, after } = change;
      const differing = Object.keys(after ?? {}).filter(
        (key) => JSON.stringify(before?.[key]) !== JSON.stringify(after?.[key]) && after?.[key] !== undefined,
      );
      // It has no dead-letter queues of functions, and writes what a queue's policy is in its own way.
      const notKept = address.includes('aws_sqs_queue') ? ['redrive_policy'] : ['dead_letter_config'];
      expect({ address, actions: change.actions, differing }).toEqual({
        ...{ address, actions: ['update'], differing: notKept },
      });
      if (address.includes('aws_sqs_queue'))
        expect(JSON.parse(String(after?.['redrive_policy']))).toEqual(JSON.parse(String(before?.['redrive_policy'])));
    }
  });

  test('encrypts all queues, keeps their messages for 14 days, and lets only its rules send to them', async () => {
    const key = deployed.resource('aws_lambda_function.functions["countRecords"]')['kms_key_arn'];
    const rules: Record<string, string | undefined> = {
      executionEvents: 'recordExecutionEvents',
      executionEventsFailed: 'recordExecutionEvents',
      ruleFunctionsFailed: 'sqsMessageRemover',
    };
    for (const name of [
      'executionEvents',
      'executionEventsFailed',
      'operations',
      'operationsFailed',
      'ruleFunctionsFailed',
    ]) {
      const { KmsMasterKeyId, MessageRetentionPeriod, Policy: policy, QueueArn } = await queue(name);
      expect({ name, KmsMasterKeyId, MessageRetentionPeriod }).toEqual({
        ...{ name, KmsMasterKeyId: key, MessageRetentionPeriod: FOURTEEN_DAYS },
      });
      const rule = rules[name];
      expect(policy === undefined ? undefined : (JSON.parse(policy) as { Statement: unknown }).Statement).toEqual(
        rule === undefined
          ? undefined
          : [
              {
                Sid: 'SendFromRule',
                Effect: 'Allow',
                Principal: { Service: 'events.amazonaws.com' },
                Action: 'sqs:SendMessage',
                Resource: QueueArn,
                Condition: { ArnEquals: { 'aws:SourceArn': `arn:aws:events:${PLACE}:rule/${nameOf(rule)}` } },
              },
            ],
      );
    }
    for (const name of ['executionEvents', 'operations']) {
      expect(JSON.parse((await queue(name))['RedrivePolicy'] ?? '')).toEqual({
        ...{ deadLetterTargetArn: (await queue(`${name}Failed`))['QueueArn'], maxReceiveCount: 5 },
      });
    }
  });

  test('invokes functions with the messages of queues, one try of which may fail alone', async () => {
    const readers = {
      executionEvents: 'recordExecutionEvents',
      executionEventsFailed: 'recordFailedEvents',
      operations: 'runOperations',
      operationsFailed: 'failOperations',
    };
    for (const [name, reader] of Object.entries(readers)) {
      const { QueueArn, VisibilityTimeout } = await queue(name);
      expect(await deployed.mappingsOf(reader)).toEqual([
        expect.objectContaining({
          EventSourceArn: QueueArn,
          State: 'Enabled',
          BatchSize: reader === 'recordExecutionEvents' ? 10 : 1,
          FunctionResponseTypes: ['ReportBatchItemFailures'],
          ScalingConfig: { MaximumConcurrency: reader.startsWith('record') ? 20 : 2 },
        }),
      ]);
      // Lambda's advice: six times as long as the function may take.
      expect(Number(VisibilityTimeout)).toBe(6 * (await deployed.configurationOf(reader)).Timeout);
    }
  });

  test('gives no function more than named actions, and none everything but what has no resource', () => {
    expect(deployed.functions).toHaveLength(12);
    for (const name of deployed.functions) {
      const { Statement } = deployed.policyOf(name);
      expect(Statement.map(({ Effect }) => Effect)).toEqual(Statement.map(() => 'Allow'));
      expect(Statement.flatMap(({ Action }) => Action).filter((action) => action.includes('*'))).toEqual([]);
      const everything = Statement.filter(({ Resource }) => Resource.includes('*')).map(({ Sid }) => Sid);
      const ofRules = ['ListBackupsAndExports', 'FindMappingsOfStreams', 'MapStreams'];
      const expected: Record<string, readonly string[]> = {
        ...{ ApiEndpoints: ofRules, PrivateApiLambda: ofRules },
        ...{ messageConsumer: ['ListStreams'], KinesisInboundEventLogger: ['ListStreams'] },
      };
      expect({ name, everything }).toEqual({ name, everything: expected[name] ?? [] });
      // As AWS counts: without spaces, at most 10,240 characters for all policies in a role.
      expect(JSON.stringify(deployed.policyOf(name)).length).toBeLessThan(8_000);
    }
  });

  describe('records workflows:', () => {
    function entryOf(machine: string, status: string): object {
      const Detail = JSON.stringify({ stateMachineArn: `arn:aws:states:${PLACE}:stateMachine:${machine}`, status });
      return { Source: 'aws.states', DetailType: 'Step Functions Execution Status Change', Detail };
    }

    async function askEvents(action: string, input: object): Promise<void> {
      const headers = { 'x-amz-target': `AWSEvents.${action}`, 'content-type': 'application/x-amz-json-1.1' };
      await deployed.ask('events', '/', { method: 'POST', headers, body: JSON.stringify(input) });
    }

    /** An event of an execution that works on a granule with so many files. */
    function eventOf(status: 'RUNNING' | 'SUCCEEDED', files: number, more: object = {}): object {
      const message = cumulusMessage('many-files', {
        pdr: { name: 'a.PDR' },
        granules: [
          { granuleId: 'many', files: Array.from({ length: files }, (_, key) => ({ bucket: 'b', key: `${key}` })) },
        ],
        ...more,
      });
      const reported = status === 'RUNNING' ? { input: message } : { stopDate: 2_000, output: message };
      const time = status === 'RUNNING' ? 1_000 : 2_000;
      return executionEvent(time, { name: 'many-files', status, startDate: 1_000, ...reported });
    }

    async function record(invoke: Invoke, event: object): Promise<void> {
      const Records = [{ eventSource: 'aws:sqs', messageId: 'm', body: JSON.stringify(event) }];
      expect(await invoke({ Records })).toEqual({ batchItemFailures: [] });
    }

    test('status changes of the deployment’s workflows come into the queue, and no others', async () => {
      const Entries = [
        entryOf(nameOf('Ingest'), 'RUNNING'),
        entryOf(nameOf('Ingest'), 'PENDING_REDRIVE'),
        entryOf('other-Ingest', 'RUNNING'),
        { Source: 'aws.states', DetailType: 'Other', Detail: '{}' },
      ];
      // moto takes a schedule for a pattern that every event fits, and cannot invoke functions.
      const { rule: Rule, target_id: id } = deployed.resource('aws_cloudwatch_event_target.poll[0]');
      await askEvents('RemoveTargets', { Rule, Ids: [id] });
      await askEvents('PutEvents', { Entries });
      const QueueUrl = `${moto.endpoint}/123456789012/${nameOf('executionEvents')}`;
      const { Messages = [] } = await sqs.send(new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10 }));
      expect(Messages.map(({ Body = '' }) => (JSON.parse(Body) as { detail: object }).detail)).toEqual([
        { stateMachineArn: `arn:aws:states:${PLACE}:stateMachine:${nameOf('Ingest')}`, status: 'RUNNING' },
      ]);
    });

    test('the recorder has the permissions of docs/reference/recording.md, and no others', () => {
      for (const name of ['recordExecutionEvents', 'recordFailedEvents']) {
        const isKeeper = name === 'recordFailedEvents';
        const { Statement } = deployed.policyOf(name);
        const [ofKey, ...others] = Statement.filter(({ Sid }) => Sid === 'UseKeys');
        expect([ofKey?.Action, others]).toEqual([['kms:Decrypt', 'kms:GenerateDataKey'], []]);
        expect(
          Statement.filter(({ Sid }) => Sid !== 'UseKeys').map(({ Action, Resource }) => [Action, Resource]),
        ).toEqual([
          [['dynamodb:BatchGetItem', 'dynamodb:UpdateItem'], ['Executions', 'Granules', 'Pdrs'].map(tableArn)],
          [['dynamodb:ConditionCheckItem'], [tableArn('Granules')]],
          [['dynamodb:DeleteItem', 'dynamodb:PutItem'], [tableArn('Files')]],
          [
            ['states:DescribeExecution', 'states:GetExecutionHistory'],
            [`arn:aws:states:${PLACE}:execution:${prefix}-*:*`],
          ],
          [['s3:GetObject'], [`arn:aws:s3:::${BUCKET}/events/*`]],
          [['s3:ListBucket'], [`arn:aws:s3:::${BUCKET}`]],
          [['s3:PutObject'], [`arn:aws:s3:::${BUCKET}/${prefix}/payloads/*`]],
          [['s3:GetObject'], [`arn:aws:s3:::${FILES}/*.cmr.xml`, `arn:aws:s3:::${FILES}/*.cmr.json`]],
          ...(isKeeper
            ? [[['s3:DeleteObject', 's3:PutObject'], [`arn:aws:s3:::${BUCKET}/${prefix}/failed-events/*`]]]
            : []),
          [
            ['sqs:DeleteMessage', 'sqs:GetQueueAttributes', 'sqs:ReceiveMessage'],
            [arnOf('sqs', `executionEvents${isKeeper ? 'Failed' : ''}`)],
          ],
          [
            ['logs:CreateLogStream', 'logs:PutLogEvents'],
            [`arn:aws:logs:${PLACE}:log-group:/aws/lambda/${nameOf(name)}:*`],
          ],
        ]);
      }
    });

    test('the recorder may do all that it does: transactions, in parts too, and payloads in S3', async () => {
      // More files than a transaction takes, of which the end lists one; a payload that is too large for a record.
      const large = { report: 'x'.repeat(200_000), more: 'x'.repeat(200_000) };
      await deployed.withFunction('recordExecutionEvents', async (invoke) => {
        await record(invoke, eventOf('RUNNING', 150));
        await record(invoke, eventOf('SUCCEEDED', 1, large));
      });
      const { executions, files, granules, pdrs } = models;
      expect(await granules.get({ granuleId: 'many' })).toMatchObject({ status: 'completed', files: [{ key: '0' }] });
      expect(await pdrs.exists({ pdrName: 'a.PDR' })).toBe(true);
      expect(await files.exists({ bucket: 'b', key: '0' })).toBe(true);
      expect(await files.exists({ bucket: 'b', key: '1' })).toBe(false);
      expect(await executions.get({ arn: executionArnOf('many-files') })).toMatchObject({ status: 'completed' });
      expect(await keysIn('payloads')).toHaveLength(1);
    });

    test('the keeper keeps what cannot be recorded, and says so as its alarm reads it', async () => {
      await deployed.withFunction('recordFailedEvents', async (invoke, process) => {
        await record(invoke, eventOf('RUNNING', 1));
        await record(invoke, { source: 'other' });
        const [kept, ...others] = await keysIn('failed-events');
        expect(others).toEqual([]);
        const { pattern } = deployed.resource('aws_cloudwatch_log_metric_filter.kept[0]') as {
          readonly pattern: string;
        };
        const [, message] = /^\{ \$\.message = "(.*)" \}$/.exec(pattern) ?? [];
        expect(process.lines.filter((line) => line['message'] === message)).toEqual([
          expect.objectContaining({ kept: `s3://${BUCKET}/${kept}` }),
        ]);
      });
    });
  });

  describe('counts records:', () => {
    test('the streams of three tables invoke the function, so that no change is left out', async () => {
      const mappings = await deployed.mappingsOf('countRecords');
      expect(mappings).toHaveLength(3);
      for (const name of ['Executions', 'Granules', 'Pdrs'])
        expect(mappings).toContainEqual(
          expect.objectContaining({
            EventSourceArn: expect.stringMatching(`:table/${nameOf(`${name}Table`)}/stream/`),
            StartingPosition: 'TRIM_HORIZON',
          }),
        );
      for (const name of ['executions', 'granules', 'pdrs'])
        expect(deployed.resource(`aws_lambda_event_source_mapping.streams["${name}"]`)).toMatchObject({
          ...{ tumbling_window_in_seconds: 60, maximum_retry_attempts: -1, maximum_record_age_in_seconds: -1 },
          ...{ parallelization_factor: 1, starting_position: 'TRIM_HORIZON' },
        });
    });

    test('the function may do all that it does', async () => {
      const counts = { client, countsTable: nameOf('RecordCountsTable'), recordType: 'pdr' } as const;
      const { total: before } = await readCounts(counts);
      const pdr = { pdrName: 'counted.PDR', provider: 'p', collectionId: 'A___1', status: 'running' } as const;
      await models.pdrs.create({ ...pdr, createdAt: 1 });
      const streams = createStreamsClient();
      const streamArn = String((await findStream(client, nameOf('PdrsTable')))?.arn);
      const batches: ShardBatch[] = [];
      const take = async (batch: ShardBatch): Promise<boolean> => {
        batches.push(batch);
        return !batch.records.some(({ dynamodb }) => dynamodb?.Keys?.['pdrName']?.S === pdr.pdrName);
      };
      await readStream({ streams, streamArn, positionOf: async () => 'start', onTrimmed: async () => {}, take });
      streams.destroy();
      await deployed.withFunction('countRecords', async (invoke) => {
        for (const { shard, records } of batches) {
          const Records = records.map((record) => inLambdaForm(record, streamArn));
          const event = { Records, shardId: shard.id, eventSourceARN: streamArn };
          expect(await invoke(event)).toEqual({ state: {}, batchItemFailures: [] });
        }
      });
      // That of the event that was recorded above, and this one.
      expect([before, (await readCounts(counts)).total]).toEqual([0, 2]);
    });
  });

  describe('has the functions behind rules:', () => {
    test('by the names of earlier releases, with handlers that there are, and the API knows them', async () => {
      const handlers = {
        ScheduleSF: 'startScheduled',
        messageConsumer: 'startOfRecords',
        KinesisInboundEventLogger: 'logRecords',
        sqsMessageConsumer: 'pollQueues',
        sqsMessageRemover: 'finishQueueMessage',
      };
      const bundle = new URL('../../../packages/api/dist/rule-functions/index.js', import.meta.url);
      const there = Object.keys((await import(bundle.href)) as object);
      for (const [name, handler] of Object.entries(handlers)) {
        expect(await deployed.configurationOf(name)).toMatchObject({
          Handler: `rule-functions.${handler}`,
          Environment: { Variables: { stackName: prefix, system_bucket: BUCKET, RulesTable: nameOf('RulesTable') } },
        });
        expect(there).toContain(handler);
      }
      const arn = (name: keyof typeof handlers): string => `arn:aws:lambda:${PLACE}:function:${nameOf(name)}`;
      for (const name of ['ApiEndpoints', 'PrivateApiLambda'])
        expect((await deployed.configurationOf(name)).Environment.Variables).toMatchObject({
          invokeArn: arn('ScheduleSF'),
          messageConsumer: arn('messageConsumer'),
          KinesisInboundEventLogger: arn('KinesisInboundEventLogger'),
          sqsMessageConsumer: arn('sqsMessageConsumer'),
        });
    });

    test('a scheduled rule’s function may start its workflow', async () => {
      await models.collections.create(NEW_COLLECTION as never);
      await deployed.withFunction('ScheduleSF', async (invoke) => {
        await invoke({
          definition: { name: 'Ingest' },
          collection: { name: 'NEW', version: '1' },
          payload: {},
          meta: {},
        });
      });
    });
  });

  describe('runs operations:', () => {
    /** Hands the message of an operation to a function. */
    async function run(name: 'runOperations' | 'failOperations', asyncOperationId: string): Promise<void> {
      const Records = [{ eventSource: 'aws:sqs', messageId: 'm', body: JSON.stringify({ asyncOperationId }) }];
      await deployed.withFunction(name, async (invoke, process) => {
        const result = await invoke({ Records });
        expect({ result, output: process.output }).toMatchObject({ result: { batchItemFailures: [] } });
      });
    }

    /** An operation that the API has started. */
    async function started(input: object, kind = 'granules'): Promise<string> {
      const id = `operation-${Math.random()}`;
      const Key = `${prefix}/async-operations/${id}/input.json`;
      await moto.s3.send(new PutObjectCommand({ Bucket: BUCKET, Key, Body: JSON.stringify(input) }));
      const place = `s3://${BUCKET}/${prefix}/async-operations/${id}/`;
      const operation = { id, description: 'of the tests', operationType: 'Bulk Granules' } as const;
      await models.asyncOperations.begin(operation, { kind, runner: 'queue', place });
      return id;
    }

    test('the function may do all that it does with granules', async () => {
      const collectionId = 'C___1';
      for (const id of ['G1', 'G2']) {
        const file = { bucket: FILES, key: `a/${id}.hdf` };
        await moto.s3.send(new PutObjectCommand({ Bucket: FILES, Key: file.key, Body: id }));
        await models.files.create({ ...file, granuleId: id });
        const granule = { granuleId: id, collectionId, status: 'completed', execution: 'e', files: [file] } as const;
        await models.granules.createFrom(granule);
      }
      const filters = [{ kind: 'is', field: 'collectionId', values: [collectionId] }];
      const applied = await started({
        ...{ action: { name: 'applyWorkflow', workflow: 'Ingest', choices: {} }, selection: { filters } },
      });
      await run('runOperations', applied);
      expect(await models.asyncOperations.get({ id: applied })).toMatchObject({
        ...{ status: 'SUCCEEDED', output: '{"total":2,"done":2,"failed":0,"failures":[]}' },
      });
      const deleted = await started({
        action: { name: 'delete', forceRemoveFromCmr: false },
        selection: { granules: [{ granuleId: 'G1' }, { granuleId: 'G2' }, { granuleId: 'none' }] },
      });
      await run('runOperations', deleted);
      const { status, output = '' } = await models.asyncOperations.get({ id: deleted });
      expect({ status, ...JSON.parse(output) }).toMatchObject({ status: 'TASK_FAILED', done: 2, failed: 1 });
      expect((await moto.s3.send(new ListObjectsV2Command({ Bucket: FILES }))).Contents).toBeUndefined();
    }, 120_000);

    test('the function may make a reconciliation report', async () => {
      const buckets = JSON.stringify({ protected: { name: FILES, type: 'protected' } });
      const Key = `${prefix}/workflows/buckets.json`;
      await moto.s3.send(new PutObjectCommand({ Bucket: BUCKET, Key, Body: buckets }));
      await moto.s3.send(new PutObjectCommand({ Bucket: FILES, Key: 'only-in-s3', Body: 'x' }));
      await models.files.create({ bucket: FILES, key: 'only-in-table', granuleId: 'G9' });
      const id = await started({ name: 'report', filter: {} }, 'Reconciliation Report');
      await run('runOperations', id);
      expect(await models.asyncOperations.get({ id })).toMatchObject({ status: 'SUCCEEDED' });
      expect(await keysIn('reconciliation-reports')).toEqual([`${prefix}/reconciliation-reports/report.json`]);
      await moto.s3.send(new DeleteObjectCommand({ Bucket: FILES, Key: 'only-in-s3' }));
      await models.files.delete({ bucket: FILES, key: 'only-in-table' });
    }, 120_000);

    test('the other function may give an operation up', async () => {
      const id = await started({});
      await run('failOperations', id);
      expect(await models.asyncOperations.get({ id })).toMatchObject({ status: 'RUNNER_FAILED' });
    });
  });

  describe('serves the API:', () => {
    test('the private one may do all that its routes do', async () => {
      const { files, granules, pdrs } = models;
      const file = { bucket: FILES, key: 'a/D1.hdf' };
      await moto.s3.send(new PutObjectCommand({ Bucket: FILES, Key: file.key, Body: 'x' }));
      await files.create({ ...file, granuleId: 'D1' });
      const granule = { collectionId: 'NEW___1', status: 'completed', execution: 'https://console/e' } as const;
      await granules.createFrom({ ...granule, granuleId: 'D1', files: [file] });
      await granules.createFrom({ ...granule, granuleId: 'D2', files: [] });
      await pdrs.create({ pdrName: 'd.PDR', provider: 'p', collectionId: 'A___1', status: 'running' } as never);
      await moto.s3.send(new PutObjectCommand({ Bucket: BUCKET, Key: `${prefix}/pdrs/d.PDR`, Body: 'x' }));
      const rule = { name: 'once', workflow: 'Ingest', rule: { type: 'onetime' }, state: 'DISABLED' };
      const scheduled = { ...rule, name: 'daily', rule: { type: 'scheduled', value: 'rate(1 day)' } };
      const arn = executionArnOf('many-files');
      const requests: readonly (readonly [request: string, body?: object])[] = [
        ['GET /granules?status=completed&sort_by=duration'],
        ['GET /granules?collectionId=NEW___1&infix=D'],
        ['GET /executions?limit=1'],
        [`GET /executions/${arn}`],
        ['GET /pdrs?provider=p'],
        ['GET /stats'],
        ['GET /stats/aggregate?type=granules&field=status'],
        ['GET /logs'],
        ['POST /collections', { ...NEW_COLLECTION, name: 'OTHER' }],
        ['PUT /collections/OTHER/1', { ...NEW_COLLECTION, name: 'OTHER', duplicateHandling: 'skip' }],
        ['DELETE /collections/OTHER/1'],
        // Encrypted with the deployment's key.
        ['POST /providers', { id: 'p', host: 'h', protocol: 'https', username: 'u', password: 'secret' }],
        ['POST /rules', { ...rule, collection: { name: 'NEW', version: '1' }, provider: 'p' }],
        ['POST /rules', { ...scheduled, collection: { name: 'NEW', version: '1' } }],
        ['PUT /rules/once', { action: 'rerun' }],
        ['DELETE /rules/once'],
        ['DELETE /rules/daily'],
        ['DELETE /providers/p'],
        ['PUT /granules/D2', { action: 'applyWorkflow', workflow: 'Ingest' }],
        ['PUT /granules/D1', { action: 'move', destinations: [{ regex: '.*', bucket: FILES, filepath: 'moved' }] }],
        ['DELETE /granules/D1'],
        ['DELETE /pdrs/d.PDR'],
        [`DELETE /executions/${arn}`],
        ['POST /granules/bulkDelete', { ids: ['D2'] }],
        ['POST /reconciliationReports', {}],
        ['GET /reconciliationReports'],
        ['GET /asyncOperations'],
        ['GET /workflows'],
      ];
      await deployed.withFunction('PrivateApiLambda', async (invoke) => {
        for (const [request, body] of requests) {
          const [httpMethod = '', address = ''] = request.split(' ');
          const { pathname: path, searchParams } = new URL(address, apiUrl);
          const { statusCode, body: answer } = await invoke<Answer>({
            ...{ httpMethod, path, headers: { 'Content-Type': 'application/json' } },
            ...{ queryStringParameters: Object.fromEntries(searchParams), body: JSON.stringify(body) },
          });
          const isDone = statusCode === 200 || statusCode === 202;
          expect({ request, statusCode, answer, isDone }).toEqual({ request, statusCode, answer, isDone: true });
        }
      });
      expect(await keysIn('payloads')).toEqual([]);
      expect(await keysIn('pdrs')).toEqual([]);
    }, 120_000);

    test('it may read what protects the tables: nothing is denied, and a backup file is found', async () => {
      const s3 = async (): Promise<S3Client> => moto.s3;
      const backedUp = { client, table: nameOf('RulesTable'), directory: BACKUPS, s3 };
      await backUpTable(backedUp);
      await deployed.withFunction('PrivateApiLambda', async (invoke) => {
        const { statusCode, body } = await invoke<Answer>({ httpMethod: 'GET', path: '/protection', headers: {} });
        expect(statusCode).toBe(200);
        expect(body).not.toContain('denied');
        const { tables: found, backups } = JSON.parse(body) as ProtectionReport;
        expect(backups).toBe(BACKUPS);
        expect(found.find(({ name }) => name === 'RulesTable')).toMatchObject({
          ...{ exists: true, backup: { known: true, value: { file: expect.stringContaining(BACKUPS) } } },
        });
        expect(found.map(({ table }) => table).sort()).toEqual(found.map(({ name }) => nameOf(name)).sort());
      });
    }, 120_000);

    /** A request as API Gateway hands it over. */
    const requestOf = (httpMethod: string, address: string, token?: string): object => {
      const { pathname: path, searchParams } = new URL(address, apiUrl);
      const queryStringParameters = Object.fromEntries(searchParams);
      const headers = {
        host: 'api.example.org',
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      };
      return {
        ...{
          httpMethod,
          path,
          resource: '/{proxy+}',
          headers,
          queryStringParameters,
          body: null,
          isBase64Encoded: false,
        },
        multiValueHeaders: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, [value]])),
        multiValueQueryStringParameters: Object.fromEntries(
          Object.entries(queryStringParameters).map(([name, value]) => [name, [value]]),
        ),
        requestContext: { path: `/dev${path}`, httpMethod, stage: 'dev', requestId: 'r', identity: {} },
      };
    };

    test('a user logs in at the one behind API Gateway, whose login returns to it', async () => {
      await models.users.create({ userName: 'wanderer' });
      await deployed.withFunction('ApiEndpoints', async (invoke) => {
        const ask = (method: string, address: string, token?: string) =>
          invoke<Answer>(requestOf(method, address, token));
        expect((await ask('GET', '/granules')).statusCode).toBe(401);
        const { multiValueHeaders } = await ask('GET', '/token');
        const [location] = multiValueHeaders?.['location'] ?? [];
        const back = await new Browser().logIn(String(location), 'wanderer', `${apiUrl}/token?`);
        const { statusCode, body } = await ask('GET', back);
        expect(statusCode).toBe(200);
        const { token } = (JSON.parse(body) as { message: { token: string } }).message;
        expect((await ask('GET', '/granules', token)).statusCode).toBe(200);
        expect((await ask('DELETE', `/tokenDelete/${token}`)).statusCode).toBe(200);
        expect((await ask('GET', '/granules', token)).statusCode).toBe(401);
      });
    });

    test('the one behind API Gateway answers what docs/how-to/deploy-api.md asks', async () => {
      const blocks = readPage('docs/how-to/deploy-api.md').map(({ text }) => text);
      const block = blocks.find((text) => text.includes('terraform output -raw api_uri')) ?? 'false';
      await deployed.withFunction('ApiEndpoints', async (invoke) => {
        // Stands in for API Gateway, at the address that was deployed.
        const gateway = createServer(async ({ method = '', url = '' }, response) => {
          const answer = await invoke<Answer>(requestOf(method, url)).catch(() => ({ statusCode: 502, body: '' }));
          response.writeHead(answer.statusCode).end(answer.body);
        }).listen(Number(new URL(apiUrl).port), '127.0.0.1');
        await once(gateway, 'listening');
        const { folder, environment } = deployed.terraform;
        const operator = await Operator.at(folder, environment);
        try {
          expect(JSON.parse(await operator.run(block))).toMatchObject({ api_version: expect.any(String) });
        } finally {
          gateway.close();
        }
      });
    });
  });
});

await describeWithNewestProvider('the module with the API and the functions', () => {
  const copy = ownModuleCopy();

  test('passes its own tests, by `terraform test`', async () => {
    const said = await runModuleTests(join(copy, 'metadata-api'), NEWEST_RUNNER);
    expect(said).toMatch(/Success! [1-9]\d* passed, 0 failed\./);
  }, 180_000);
});

/** A record of a stream as Lambda hands it to a function: with its time in seconds. */
function inLambdaForm({ dynamodb, ...record }: ShardBatch['records'][number], eventSourceARN: string): object {
  const seconds = Number(dynamodb?.ApproximateCreationDateTime) / 1_000;
  return { ...record, eventSourceARN, dynamodb: { ...dynamodb, ApproximateCreationDateTime: seconds } };
}
