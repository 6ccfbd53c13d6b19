import { cp, mkdtemp } from 'node:fs/promises';
import { join } from 'node:path';
import { CreateBucketCommand, DeleteObjectCommand, ListObjectsV2Command, PutObjectCommand } from '@aws-sdk/client-s3';
import { GetQueueAttributesCommand, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { createClient } from '@cumulus/dynamodb/aws';
import { createDeployment, TABLE_NAMES } from '@cumulus/dynamodb/tables';
import { createModels } from '@cumulus/models';
import { describeUnless, ownMoto } from '@cumulus/test-kit';
import { ownTables } from '@cumulus/test-kit/tables';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { startIngest } from '../api/ingest.ts';
import { FunctionProcess } from '../events/function-process.ts';
import { whyNoTerraform } from './available.ts';
import { MODULE } from './deployment.ts';
import { withRole } from './enforced-role.ts';
import type { Policy } from './policy.ts';
import { providerAt } from './provider.ts';
import { Terraform } from './terraform.ts';

const PLACE = 'us-east-1:123456789012';
const BUCKET = 'system-bucket';
const FILES = 'granule-files';
const SERVICES = ['cloudformation', 'cloudwatchlogs', 'lambda', 's3', 'sqs'];

type FunctionName = 'runOperations' | 'failOperations';

interface Deployed {
  readonly Configuration: {
    readonly Handler: string;
    readonly Timeout: number;
    readonly Environment: { readonly Variables: NodeJS.ProcessEnv };
  };
}

interface State {
  readonly values: {
    readonly root_module: { readonly resources: readonly { readonly address: string; readonly values: object }[] };
    readonly outputs: Readonly<Record<string, { readonly value: never }>>;
  };
}

describeUnless(await whyNoTerraform(), 'the example that runs operations', () => {
  const moto = ownMoto();
  const tables = ownTables();
  const prefix = tables.name();
  const client = createClient();
  const { asyncOperations, files, granules } = createModels({ client, tables: prefix });
  let sqs: SQSClient;
  let state: State;

  beforeAll(async () => {
    await createDeployment({ client, prefix });
    await startIngest({ moto, bucket: BUCKET, stackName: prefix, input: {} });
    await moto.s3.send(new PutObjectCommand({ Bucket: BUCKET, Key: `${prefix}/workflow_template.json`, Body: '{}' }));
    await moto.s3.send(new CreateBucketCommand({ Bucket: FILES }));
    const Key = `${prefix}/functions/1/private-api.zip`;
    await moto.s3.send(new PutObjectCommand({ Bucket: BUCKET, Key, Body: 'moto does not look into it' }));
    sqs = new SQSClient({ endpoint: moto.endpoint });
    const terraform = new Terraform(await mkdtemp(join(moto.folder, 'root-')));
    await cp(join(MODULE, 'examples/operations'), terraform.folder, { recursive: true });
    await terraform.write('moto_override.tf.json', {
      terraform: { backend: { local: {} } },
      provider: { aws: providerAt(moto.endpoint, { services: SERVICES }) },
    });
    await terraform.write('terraform.tfvars.json', {
      ...{ region: 'us-east-1', prefix, system_bucket: BUCKET, functions_version: '1', granule_buckets: [FILES] },
      dynamo_tables: Object.fromEntries(
        TABLE_NAMES.map((name) => [
          name
            .replace(/Table$/, '')
            .replace(/(?<=.)[A-Z]/g, (letter) => `_${letter}`)
            .toLowerCase(),
          { name: `${prefix}-${name}`, arn: `arn:aws:dynamodb:${PLACE}:table/${prefix}-${name}` },
        ]),
      ),
    });
    await terraform.init();
    await terraform.apply();
    state = JSON.parse(await terraform.succeed('show', '-json')) as State;
  }, 180_000);

  afterAll(() => {
    sqs?.destroy();
    client.destroy();
  });

  function valuesOf(address: string): Readonly<Record<string, unknown>> {
    const resource = state.values.root_module.resources.find((one) => one.address === address);
    if (resource === undefined) throw new Error(`There is no ${address}.`);
    return resource.values as Readonly<Record<string, unknown>>;
  }

  async function askLambda<T>(path: string): Promise<T> {
    const authorization = 'AWS4-HMAC-SHA256 Credential=test/20300101/us-east-1/lambda/aws4_request, Signature=any';
    return (await (await fetch(`${moto.endpoint}/2015-03-31${path}`, { headers: { authorization } })).json()) as T;
  }

  const deployed = (name: FunctionName) => askLambda<Deployed>(`/functions/${prefix}-${name}`);

  async function queue(address: string): Promise<Readonly<Record<string, string>>> {
    const QueueUrl = String(valuesOf(address)['id']);
    return (await sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['All'] }))).Attributes ?? {};
  }

  const policyOf = (name: FunctionName): Policy =>
    JSON.parse(String(valuesOf(`aws_iam_role_policy.functions["${name}"]`)['policy'])) as Policy;

  /** Hands the message of an operation to a function that was deployed, with its environment and what its role permits. */
  async function invoke(name: FunctionName, id: string): Promise<void> {
    const { Configuration } = await deployed(name);
    const [file = '', handler = ''] = Configuration.Handler.split('.');
    await withRole(policyOf(name), moto, async (environment) => {
      const own = { ...Configuration.Environment.Variables, CUMULUS_LOCAL_KEY: undefined, ...environment };
      const process = await FunctionProcess.start(file, own, handler);
      const body = JSON.stringify({ asyncOperationId: id });
      const ended = await process.invoke({ Records: [{ eventSource: 'aws:sqs', messageId: 'm', body }] });
      await process.kill();
      expect({ ended, output: process.output }).toMatchObject({ ended: { result: { batchItemFailures: [] } } });
    });
  }

  /** An operation that the API has started. */
  async function started(input: object, kind = 'granules'): Promise<string> {
    const id = `operation-${Math.random()}`;
    const Key = `${prefix}/async-operations/${id}/input.json`;
    await moto.s3.send(new PutObjectCommand({ Bucket: BUCKET, Key, Body: JSON.stringify(input) }));
    const place = `s3://${BUCKET}/${prefix}/async-operations/${id}/`;
    const run = { kind, runner: 'queue', place } as const;
    await asyncOperations.begin({ id, description: 'of the tests', operationType: 'Bulk Granules' }, run);
    return id;
  }

  test('has a queue for each function, whose messages go to the dead-letter queue after five tries', async () => {
    const [operations, failed] = [await queue('aws_sqs_queue.operations'), await queue('aws_sqs_queue.failed')];
    expect(JSON.parse(operations['RedrivePolicy'] ?? '')).toEqual({
      ...{ deadLetterTargetArn: failed['QueueArn'], maxReceiveCount: 5 },
    });
    for (const [name, own] of [
      ['runOperations', operations],
      ['failOperations', failed],
    ] as const) {
      const { Configuration } = await deployed(name);
      expect(Configuration).toMatchObject({
        Handler: `private-api.${name}`,
        Environment: {
          Variables: {
            ...{ stackName: prefix, system_bucket: BUCKET, AsyncOperationsTable: `${prefix}-AsyncOperationsTable` },
            operationsQueueUrl: valuesOf('aws_sqs_queue.operations')['id'],
          },
        },
      });
      expect(Number(own['VisibilityTimeout'])).toBe(6 * Configuration.Timeout);
      const { EventSourceMappings } = await askLambda<{ readonly EventSourceMappings: unknown }>(
        `/event-source-mappings?FunctionName=${prefix}-${name}`,
      );
      expect(EventSourceMappings).toEqual([
        expect.objectContaining({
          ...{ EventSourceArn: own['QueueArn'], BatchSize: 1, FunctionResponseTypes: ['ReportBatchItemFailures'] },
        }),
      ]);
    }
    expect(state.values.outputs['api_environment']?.value).toEqual({
      operationsQueueUrl: valuesOf('aws_sqs_queue.operations')['id'],
    });
  });

  test('permits its functions all that they do with granules', async () => {
    const collectionId = 'C___1';
    for (const id of ['G1', 'G2']) {
      const file = { bucket: FILES, key: `a/${id}.hdf` };
      await moto.s3.send(new PutObjectCommand({ Bucket: FILES, Key: file.key, Body: id }));
      await files.create({ ...file, granuleId: id });
      await granules.createFrom({ granuleId: id, collectionId, status: 'completed', execution: 'e', files: [file] });
    }
    const filters = [{ kind: 'is', field: 'collectionId', values: [collectionId] }];
    const choices = {};
    const applied = await started({
      action: { name: 'applyWorkflow', workflow: 'Ingest', choices },
      selection: { filters },
    });
    await invoke('runOperations', applied);
    expect(await asyncOperations.get({ id: applied })).toMatchObject({
      ...{ status: 'SUCCEEDED', output: '{"total":2,"done":2,"failed":0,"failures":[]}' },
    });
    const deleted = await started({
      action: { name: 'delete', forceRemoveFromCmr: false },
      selection: { granules: [{ granuleId: 'G1' }, { granuleId: 'G2' }, { granuleId: 'none' }] },
    });
    await invoke('runOperations', deleted);
    expect(await asyncOperations.get({ id: deleted })).toMatchObject({ status: 'TASK_FAILED' });
    expect(JSON.parse((await asyncOperations.get({ id: deleted })).output ?? '')).toMatchObject({ done: 2, failed: 1 });
    expect((await moto.s3.send(new ListObjectsV2Command({ Bucket: FILES }))).Contents).toBeUndefined();
  }, 120_000);

  test('permits its functions to make a reconciliation report', async () => {
    const buckets = JSON.stringify({ protected: { name: FILES, type: 'protected' } });
    await moto.s3.send(
      new PutObjectCommand({ Bucket: BUCKET, Key: `${prefix}/workflows/buckets.json`, Body: buckets }),
    );
    await moto.s3.send(new PutObjectCommand({ Bucket: FILES, Key: 'only-in-s3', Body: 'x' }));
    await files.create({ bucket: FILES, key: 'only-in-table', granuleId: 'G9' });
    const id = await started({ name: 'report', filter: {} }, 'Reconciliation Report');
    await invoke('runOperations', id);
    const { status, output = '' } = await asyncOperations.get({ id });
    expect({ status, output: JSON.parse(output) }).toMatchObject({ status: 'SUCCEEDED', output: { differences: 3 } });
    const Prefix = `${prefix}/reconciliation-reports/`;
    const { Contents = [] } = await moto.s3.send(new ListObjectsV2Command({ Bucket: BUCKET, Prefix }));
    expect(Contents.map(({ Key }) => Key)).toEqual([`${Prefix}report.json`]);
    await moto.s3.send(new DeleteObjectCommand({ Bucket: FILES, Key: 'only-in-s3' }));
    await files.delete({ bucket: FILES, key: 'only-in-table' });
  }, 120_000);

  test('permits the other one to give an operation up', async () => {
    const id = await started({});
    await invoke('failOperations', id);
    expect(await asyncOperations.get({ id })).toMatchObject({ status: 'RUNNER_FAILED' });
    const QueueUrl = String(valuesOf('aws_sqs_queue.operations')['id']);
    expect((await sqs.send(new ReceiveMessageCommand({ QueueUrl }))).Messages).toBeUndefined();
  });
});
