import { cp, mkdtemp } from 'node:fs/promises';
import { join } from 'node:path';
import { CreateBucketCommand, ListObjectsV2Command, PutObjectCommand } from '@aws-sdk/client-s3';
import { GetQueueAttributesCommand, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { createClient } from '@cumulus/dynamodb/aws';
import { createModels } from '@cumulus/models';
import { describeUnless, ownMoto } from '@cumulus/test-kit';
import { ownTables } from '@cumulus/test-kit/tables';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { FunctionProcess } from '../events/function-process.ts';
import { createRecordedTables } from '../events/recorded-tables.ts';
import { cumulusMessage, executionArnOf, executionEvent } from '../events/workflow-events.ts';
import { whyNoTerraform } from './available.ts';
import { MODULE } from './deployment.ts';
import { withRole } from './enforced-role.ts';
import type { Policy } from './policy.ts';
import { providerAt } from './provider.ts';
import { changesOf, Terraform } from './terraform.ts';

const PLACE = 'us-east-1:123456789012';
const BUCKET = 'system-bucket';
const VERSION = '1.2.3';
const FUNCTIONS = { recordExecutionEvents: 'record-execution-events', recordFailedEvents: 'record-failed-events' };
const SERVICES = ['cloudformation', 'cloudwatch', 'cloudwatchevents', 'cloudwatchlogs', 'lambda', 's3', 'sqs'];

type FunctionName = keyof typeof FUNCTIONS;

interface State {
  readonly values: { readonly root_module: { readonly resources: readonly Resource[] } };
}

interface Resource {
  readonly address: string;
  readonly values: Readonly<Record<string, unknown>>;
}

interface DeployedFunction {
  readonly Configuration: Readonly<Record<string, unknown>> & {
    readonly Environment: { readonly Variables: NodeJS.ProcessEnv };
  };
}

describeUnless(await whyNoTerraform(), 'the example that records workflows', () => {
  const moto = ownMoto();
  const tables = ownTables();
  const prefix = tables.name();
  const client = createClient();
  let terraform: Terraform;
  let sqs: SQSClient;
  let resources: readonly Resource[];

  beforeAll(async () => {
    const names = await createRecordedTables(prefix);
    await moto.s3.send(new CreateBucketCommand({ Bucket: BUCKET }));
    for (const file of Object.values(FUNCTIONS)) {
      const Key = `${prefix}/functions/${VERSION}/${file}.zip`;
      await moto.s3.send(new PutObjectCommand({ Bucket: BUCKET, Key, Body: 'moto does not look into it' }));
    }
    sqs = new SQSClient({ endpoint: moto.endpoint });

    terraform = new Terraform(await mkdtemp(join(moto.folder, 'root-')));
    await cp(join(MODULE, 'examples/workflow-events'), terraform.folder, { recursive: true });
    await terraform.write('moto_override.tf.json', {
      terraform: { backend: { local: {} } },
      provider: { aws: providerAt(moto.endpoint, { services: SERVICES }) },
    });
    await terraform.write('terraform.tfvars.json', {
      region: 'us-east-1',
      prefix,
      system_bucket: BUCKET,
      functions_version: VERSION,
      maximum_concurrency: 7,
      dynamo_tables: Object.fromEntries(
        Object.entries(names).map(([name, table]) => [
          name.replace(/Table$/, '').toLowerCase(),
          { name: table, arn: `arn:aws:dynamodb:${PLACE}:table/${table}` },
        ]),
      ),
    });
    await terraform.init();
    await terraform.apply();
    resources = (JSON.parse(await terraform.succeed('show', '-json')) as State).values.root_module.resources;
  }, 180_000);

  afterAll(() => {
    sqs?.destroy();
    client.destroy();
  });

  function valuesOf(address: string): Resource['values'] {
    const resource = resources.find((one) => one.address === address);
    if (resource === undefined) throw new Error(`There is no ${address}.`);
    return resource.values;
  }

  async function queue(address: string): Promise<Readonly<Record<string, string>>> {
    const QueueUrl = String(valuesOf(address)['id']);
    const { Attributes = {} } = await sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['All'] }));
    return Attributes;
  }

  /** Asks moto what it has no client here for. */
  async function ask<T>(service: string, path: string, init: RequestInit = {}): Promise<T> {
    const authorization = `AWS4-HMAC-SHA256 Credential=test/20300101/us-east-1/${service}/aws4_request, Signature=any`;
    const answer = await fetch(moto.endpoint + path, { ...init, headers: { authorization, ...init.headers } });
    if (!answer.ok) throw new Error(`${service} ${path}: ${answer.status} ${await answer.text()}`);
    return (await answer.json()) as T;
  }

  const deployed = (name: FunctionName): Promise<DeployedFunction> =>
    ask<DeployedFunction>('lambda', `/2015-03-31/functions/${prefix}-${name}`);

  const policyOf = (name: FunctionName): Policy =>
    JSON.parse(String(valuesOf(`aws_iam_role_policy.functions["${name}"]`)['policy'])) as Policy;

  const machineOf = (name: string): string => `arn:aws:states:${PLACE}:stateMachine:${name}`;

  function entryOf(machine: string, status: string): object {
    const Detail = JSON.stringify({ stateMachineArn: machineOf(machine), status });
    return { Source: 'aws.states', DetailType: 'Step Functions Execution Status Change', Detail };
  }

  test('applied again changes nothing but the spaces that moto puts into a policy', async () => {
    const plan = await terraform.plan();
    expect(changesOf(plan)).toEqual({ 'aws_sqs_queue.events': ['update'] });
    const { before, after } =
      plan.resource_changes?.find(({ address }) => address === 'aws_sqs_queue.events')?.change ?? {};
    const parsed = (values: object | null | undefined): object => {
      const { redrive_policy, ...others } = values as { readonly redrive_policy: string };
      return { ...others, redrive_policy: JSON.parse(redrive_policy) };
    };
    expect(parsed(after)).toEqual(parsed(before));
  });

  test('has a queue from which a message goes to the dead-letter queue after five tries', async () => {
    const [events, failed] = [await queue('aws_sqs_queue.events'), await queue('aws_sqs_queue.failed')];
    expect(JSON.parse(events['RedrivePolicy'] ?? '')).toEqual({
      deadLetterTargetArn: failed['QueueArn'],
      maxReceiveCount: 5,
    });
    for (const { MessageRetentionPeriod, KmsMasterKeyId } of [events, failed]) {
      expect([MessageRetentionPeriod, KmsMasterKeyId]).toEqual([String(14 * 24 * 60 * 60), undefined]);
    }
    expect(failed['RedrivePolicy']).toBeUndefined();
  });

  test('lets EventBridge send to the queues, for its rule only', async () => {
    const rule = valuesOf('aws_cloudwatch_event_rule.status_changes')['arn'];
    for (const address of ['aws_sqs_queue.events', 'aws_sqs_queue.failed']) {
      const { Policy: policy = '', QueueArn } = await queue(address);
      expect((JSON.parse(policy) as { Statement: unknown }).Statement).toEqual([
        {
          Sid: 'SendFromRule',
          Effect: 'Allow',
          Principal: { Service: 'events.amazonaws.com' },
          Action: 'sqs:SendMessage',
          Resource: QueueArn,
          Condition: { ArnEquals: { 'aws:SourceArn': rule } },
        },
      ]);
    }
    expect(valuesOf('aws_cloudwatch_event_target.queue')['dead_letter_config']).toEqual([
      { arn: (await queue('aws_sqs_queue.failed'))['QueueArn'] },
    ]);
  });

  test.each(Object.entries(FUNCTIONS))('deploys %s with its code, tables and bucket', async (name, file) => {
    const { Configuration } = await deployed(name as FunctionName);
    expect(Configuration).toMatchObject({
      Handler: `${file}.handler`,
      Runtime: 'nodejs22.x',
      Environment: {
        Variables: {
          stackName: prefix,
          system_bucket: BUCKET,
          ExecutionsTable: `${prefix}-ExecutionsTable`,
          FilesTable: `${prefix}-FilesTable`,
          GranulesTable: `${prefix}-GranulesTable`,
          PdrsTable: `${prefix}-PdrsTable`,
        },
      },
    });
    const address = name === 'recordExecutionEvents' ? 'aws_sqs_queue.events' : 'aws_sqs_queue.failed';
    const { VisibilityTimeout, QueueArn } = await queue(address);
    // Lambda's advice: six times as long as the function may take.
    expect(Number(VisibilityTimeout)).toBe(6 * Number(Configuration['Timeout']));

    const path = `/2015-03-31/event-source-mappings?FunctionName=${prefix}-${name}`;
    const { EventSourceMappings } = await ask<{ EventSourceMappings: unknown }>('lambda', path);
    expect(EventSourceMappings).toEqual([
      expect.objectContaining({
        EventSourceArn: QueueArn,
        State: 'Enabled',
        BatchSize: name === 'recordExecutionEvents' ? 10 : 1,
        FunctionResponseTypes: ['ReportBatchItemFailures'],
        ScalingConfig: { MaximumConcurrency: 7 },
      }),
    ]);
  });

  test.each(Object.keys(FUNCTIONS) as FunctionName[])(
    'gives %s the permissions of docs/events.md, and no others',
    (name) => {
      const { Statement } = policyOf(name);
      const isKeeper = name === 'recordFailedEvents';
      const table = (one: string): string => `arn:aws:dynamodb:${PLACE}:table/${prefix}-${one}Table`;
      const queueArn = `arn:aws:sqs:${PLACE}:${prefix}-executionEvents${isKeeper ? 'Failed' : ''}`;
      const kept = `arn:aws:s3:::${BUCKET}/${prefix}/failed-events/*`;
      expect(Statement.map(({ Effect }) => Effect)).toEqual(Statement.map(() => 'Allow'));
      expect(Statement.map(({ Action, Resource }) => [Action, Resource])).toEqual([
        [['dynamodb:BatchGetItem', 'dynamodb:UpdateItem'], ['Executions', 'Granules', 'Pdrs'].map(table)],
        [['dynamodb:ConditionCheckItem'], [table('Granules')]],
        [['dynamodb:DeleteItem', 'dynamodb:PutItem'], [table('Files')]],
        [
          ['states:DescribeExecution', 'states:GetExecutionHistory'],
          [`arn:aws:states:${PLACE}:execution:${prefix}-*:*`],
        ],
        [['s3:GetObject'], [`arn:aws:s3:::${BUCKET}/events/*`]],
        [['s3:ListBucket'], [`arn:aws:s3:::${BUCKET}`]],
        [['s3:PutObject'], [`arn:aws:s3:::${BUCKET}/${prefix}/payloads/*`]],
        ...(isKeeper ? [[['s3:DeleteObject', 's3:PutObject'], [kept]]] : []),
        [['sqs:DeleteMessage', 'sqs:GetQueueAttributes', 'sqs:ReceiveMessage'], [queueArn]],
        [
          ['logs:CreateLogStream', 'logs:PutLogEvents'],
          [`arn:aws:logs:${PLACE}:log-group:/aws/lambda/${prefix}-${name}:*`],
        ],
      ]);
    },
  );

  test('brings status changes of the deployment’s workflows into the queue, and no others', async () => {
    const entries = [
      entryOf(`${prefix}-Ingest`, 'RUNNING'),
      entryOf(`${prefix}-Ingest`, 'PENDING_REDRIVE'),
      entryOf('other-Ingest', 'RUNNING'),
      { Source: 'aws.states', DetailType: 'Other', Detail: '{}' },
    ];
    const headers = { 'x-amz-target': 'AWSEvents.PutEvents', 'content-type': 'application/x-amz-json-1.1' };
    await ask('events', '/', { method: 'POST', headers, body: JSON.stringify({ Entries: entries }) });
    const QueueUrl = String(valuesOf('aws_sqs_queue.events')['id']);
    const { Messages = [] } = await sqs.send(new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10 }));
    expect(Messages.map(({ Body = '' }) => (JSON.parse(Body) as { detail: object }).detail)).toEqual([
      expect.objectContaining({ stateMachineArn: machineOf(`${prefix}-Ingest`), status: 'RUNNING' }),
    ]);
  });

  /** Hands events to a function that was deployed, with its environment and what its role permits. */
  async function invoke(name: FunctionName, events: readonly object[]): Promise<FunctionProcess> {
    const { Configuration } = await deployed(name);
    return await withRole(policyOf(name), moto, async (environment) => {
      const process = await FunctionProcess.start(FUNCTIONS[name], {
        ...Configuration.Environment.Variables,
        ...environment,
      });
      for (const [index, event] of events.entries()) {
        const Records = [{ eventSource: 'aws:sqs', messageId: String(index), body: JSON.stringify(event) }];
        expect(await process.invoke({ Records })).toEqual({ result: { batchItemFailures: [] } });
      }
      await process.kill();
      return process;
    });
  }

  async function keysIn(folder: string): Promise<readonly (string | undefined)[]> {
    const command = new ListObjectsV2Command({ Bucket: BUCKET, Prefix: `${prefix}/${folder}/` });
    return ((await moto.s3.send(command)).Contents ?? []).map(({ Key }) => Key);
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
    const ended = { stopDate: 2_000, output: message };
    const reported = status === 'RUNNING' ? { input: message } : ended;
    return executionEvent(status === 'RUNNING' ? 1_000 : 2_000, {
      name: 'many-files',
      status,
      startDate: 1_000,
      ...reported,
    });
  }

  test('permits the recorder all that it does: transactions, in parts too, and payloads in S3', async () => {
    // More files than a transaction takes, of which the end lists one; a payload that is too large for a record.
    const large = { report: 'x'.repeat(200_000), more: 'x'.repeat(200_000) };
    await invoke('recordExecutionEvents', [eventOf('RUNNING', 150), eventOf('SUCCEEDED', 1, large)]);
    const { executions, files, granules, pdrs } = createModels({ client, tables: prefix });
    expect(await granules.get({ granuleId: 'many' })).toMatchObject({ status: 'completed', files: [{ key: '0' }] });
    expect(await pdrs.exists({ pdrName: 'a.PDR' })).toBe(true);
    expect(await files.exists({ bucket: 'b', key: '0' })).toBe(true);
    expect(await files.exists({ bucket: 'b', key: '1' })).toBe(false);
    expect(await executions.get({ arn: executionArnOf('many-files') })).toMatchObject({ status: 'completed' });
    expect(await keysIn('payloads')).toHaveLength(1);
  });

  test('permits the keeper what it does; it keeps what cannot be recorded, and says so as its alarm reads it', async () => {
    const { lines } = await invoke('recordFailedEvents', [eventOf('RUNNING', 1), { source: 'other' }]);
    const [kept, ...others] = await keysIn('failed-events');
    expect(others).toEqual([]);
    const { pattern } = valuesOf('aws_cloudwatch_log_metric_filter.kept') as { readonly pattern: string };
    const [, message] = /^\{ \$\.message = "(.*)" \}$/.exec(pattern) ?? [];
    expect(lines.filter((line) => line['message'] === message)).toEqual([
      expect.objectContaining({ kept: `s3://${BUCKET}/${kept}` }),
    ]);
  });

  test('without recording leaves the events in the queues', async () => {
    const { EventSourceMappings: before } = await mappings();
    await terraform.succeed('apply', '-auto-approve', '-var', 'recording=false');
    expect((await mappings()).EventSourceMappings.map(({ State }) => State)).toEqual(['Disabled', 'Disabled']);
    expect(before.map(({ State }) => State)).toEqual(['Enabled', 'Enabled']);
  });

  const mappings = () =>
    ask<{ EventSourceMappings: readonly { readonly State: string }[] }>('lambda', '/2015-03-31/event-source-mappings');
});
