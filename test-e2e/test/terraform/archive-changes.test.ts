import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { CreateBucketCommand, type S3 } from '@aws-sdk/client-s3';
import { listArchive, verifyArchive } from '@cumulus/dynamodb/archive';
import { createStreamsClient } from '@cumulus/dynamodb/aws';
import { findStream, readStream, type ShardBatch } from '@cumulus/dynamodb/streams';
import { ownMoto, putSampleRecords } from '@cumulus/test-kit';
import { beforeAll, expect, test } from '@jest/globals';
import { FunctionProcess, type Invoked } from '../events/function-process.ts';
import { cumulusApi } from '../kit/command.ts';
import { askMoto } from './ask-moto.ts';
import { describeWithNewestProvider } from './available.ts';
import type { FunctionConfiguration } from './deployed-functions.ts';
import { withRole } from './enforced-role.ts';
import { type Example, type Resource, resourcesOf, rootOf, TABLES } from './example-root.ts';
import { ownModuleCopy, runModuleTests } from './module-copy.ts';
import { type Policy, permits } from './policy.ts';
import { changesOf, NEWEST_RUNNER, type Terraform } from './terraform.ts';

const PLACE = 'us-east-1:123456789012';
const NAME = 'prod-archiveChanges';
const BUCKET = 'change-archive';
const ARCHIVE = `s3://${BUCKET}/prod`;
const LARGE = `${ARCHIVE}/large`;
const TABLE = 'prod-RulesTable';
const OTHER_TABLE = 'prod-PdrsTable';

/** moto does not look into it: the function runs from where it was built. */
const EMPTY_ZIP = Buffer.from('504b0506'.padEnd(44, '0'), 'hex');

/** All tables but the two that have no stream. */
const STREAMED = [
  ...['async_operations', 'collections', 'executions', 'files', 'granules', 'pdrs', 'providers', 'rules', 'users'],
];

const EXAMPLE: Example = {
  module: fileURLToPath(new URL('../../../tf-modules/archive-changes', import.meta.url)),
  ...{ name: 'archive_changes', example: 'complete', runner: NEWEST_RUNNER },
  services: ['cloudwatch', 'cloudwatchlogs', 'kms', 'lambda', 'scheduler', 'sqs'],
};

await describeWithNewestProvider('the module that archives changes, applied by its example', () => {
  const moto = ownMoto();
  const s3 = async (): Promise<S3> => moto.s3;
  let terraform: Terraform;
  let resources: readonly Resource[];

  beforeAll(async () => {
    await moto.s3.send(new CreateBucketCommand({ Bucket: BUCKET }));
    const tables = await rootOf(moto, TABLES, { region: 'us-east-1', prefix: 'prod' });
    await tables.apply();
    await putSampleRecords(moto.client, 'prod', 3);
    const functions_zip = join(moto.folder, 'functions.zip');
    await writeFile(functions_zip, EMPTY_ZIP);
    const place = { region: 'us-east-1', account: '123456789012' };
    terraform = await rootOf(moto, EXAMPLE, { ...place, prefix: 'prod', archive: ARCHIVE, functions_zip });
    const outputs = await tables.succeed('output', '-json', 'for_archive_changes');
    await writeFile(join(terraform.folder, 'tables.auto.tfvars.json'), outputs);
    await terraform.apply();
    resources = await resourcesOf(terraform);
  }, 180_000);

  function resource(address: string): Resource['values'] {
    const found = resources.find((one) => one.address === `module.archive_changes.${address}`);
    if (found === undefined) throw new Error(`There is no ${address}.`);
    return found.values;
  }

  const policyAt = (address: string): Policy => JSON.parse(String(resource(address)['policy'])) as Policy;

  /** Works with the function as it was deployed, on moto's tables, within what its role permits. */
  async function withFunction(
    more: NodeJS.ProcessEnv,
    work: (invoke: (event: object) => Promise<Invoked | undefined>, process: FunctionProcess) => Promise<void>,
  ): Promise<void> {
    const path = `/2015-03-31/functions/${NAME}`;
    const { Configuration } = await askMoto<{ Configuration: FunctionConfiguration }>(moto, 'lambda', path);
    const [file = '', handler = ''] = Configuration.Handler.split('.');
    await withRole(
      policyAt('aws_iam_role_policy.function'),
      moto,
      async (environment) => {
        const own = { ...Configuration.Environment.Variables, ...environment, ...more };
        const process = await FunctionProcess.start(file, own, handler);
        try {
          await work((event) => process.invoke(event), process);
        } finally {
          await process.kill();
        }
      },
      moto.endpoint,
    );
  }

  /** All changes of the table before its stream invoked the function, since moto forgets those after that, as an event source mapping with a tumbling window has them. */
  async function batch(): Promise<{ readonly Records: readonly object[]; readonly shardId: string }> {
    const streams = createStreamsClient({ endpoint: moto.endpoint });
    try {
      const streamArn = String((await findStream(moto.client, TABLE))?.arn);
      const batches: ShardBatch[] = [];
      const take = async (one: ShardBatch): Promise<boolean> => {
        batches.push(one);
        return false;
      };
      await readStream({ streams, streamArn, positionOf: async () => 'start', onTrimmed: async () => {}, take });
      const [{ shard, records }] = batches as [ShardBatch];
      return {
        Records: records.map((record) => ({ ...record, eventSource: 'aws:dynamodb', eventSourceARN: streamArn })),
        ...{ shardId: shard.id, eventSourceARN: streamArn, state: {}, isFinalInvokeForWindow: false },
        ...{ window: { start: '2026-11-29T20:30:00Z', end: '2026-11-29T20:31:00Z' } },
      };
    } finally {
      streams.destroy();
    }
  }

  test('changes nothing when it is applied again', async () => {
    expect(changesOf(await terraform.plan())).toEqual({});
  });

  test('the stream of each table that has one invokes the function, which names what it could not archive', async () => {
    const path = `/2015-03-31/event-source-mappings?FunctionName=${NAME}`;
    const { EventSourceMappings } = await askMoto<{ EventSourceMappings: readonly object[] }>(moto, 'lambda', path);
    expect(EventSourceMappings).toHaveLength(STREAMED.length);
    for (const key of STREAMED)
      expect(resource(`aws_lambda_event_source_mapping.streams["${key}"]`)).toMatchObject({
        ...{ tumbling_window_in_seconds: 60, parallelization_factor: 1, starting_position: 'TRIM_HORIZON' },
        ...{ maximum_retry_attempts: -1, maximum_record_age_in_seconds: 21_600, enabled: true },
        function_response_types: ['ReportBatchItemFailures'],
        destination_config: [{ on_failure: [{ destination_arn: `arn:aws:sqs:${PLACE}:${NAME}Failed` }] }],
      });
    expect(await terraform.output('tables')).toHaveLength(STREAMED.length);
  });

  test('a schedule invokes it every five minutes, with a role that may do nothing else', async () => {
    const schedule = await askMoto<object>(moto, 'scheduler', `/schedules/tables?groupName=${NAME}`);
    expect(schedule).toMatchObject({
      ...{ ScheduleExpression: 'rate(5 minutes)', State: 'ENABLED', FlexibleTimeWindow: { Mode: 'OFF' } },
      Target: {
        Arn: `arn:aws:lambda:${PLACE}:function:${NAME}`,
        RoleArn: `arn:aws:iam::123456789012:role/${NAME}-scheduler`,
        Input: JSON.stringify({ 'detail-type': 'Scheduled Event' }),
        DeadLetterConfig: { Arn: `arn:aws:sqs:${PLACE}:${NAME}Failed` },
      },
    });
    const { Statement } = policyAt('aws_iam_role_policy.scheduler');
    expect(Statement.map(({ Action, Resource }) => [Action, Resource])).toEqual([
      [['lambda:InvokeFunction'], [`arn:aws:lambda:${PLACE}:function:${NAME}`]],
      [['sqs:SendMessage'], [`arn:aws:sqs:${PLACE}:${NAME}Failed`]],
      [['kms:Decrypt', 'kms:GenerateDataKey'], [resource('aws_sqs_queue.failed')['kms_master_key_id']]],
    ]);
  });

  test('its role cannot remove or replace a segment or a base’s data, and writes only in the folder', () => {
    const policy = policyAt('aws_iam_role_policy.function');
    const folder = `arn:aws:s3:::${BUCKET}/prod`;
    const segment = `${folder}/${TABLE}.20261129T203200123.shardId-1.000000001.changes.gz`;
    expect(permits(policy, 's3:DeleteObject', segment)).toBe(false);
    expect(permits(policy, 's3:DeleteObject', `${folder}/${TABLE}.20261129T203200Z.json.gz`)).toBe(false);
    expect(permits(policy, 's3:PutObject', `arn:aws:s3:::${BUCKET}/other/a.json`)).toBe(false);
    // IAM's own condition for writes where nothing is: https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes-enforce.html
    const writing = policy.Statement.filter((one) => permits({ ...policy, Statement: [one] }, 's3:PutObject', segment));
    expect(writing.map(({ Condition }) => Condition)).toEqual([{ Null: { 's3:if-none-match': 'false' } }]);
    expect(policy.Statement.flatMap(({ Action }) => Action).filter((action) => action.includes('*'))).toEqual([]);
    expect(JSON.stringify(policy).length).toBeLessThan(8_000);
  });

  /** Works with the function, for which all tables are too large. */
  const withoutBases: typeof withFunction = (more, work) =>
    withFunction({ ARCHIVED_TABLES: TABLE, ARCHIVE: LARGE, MAX_BASE_BYTES: '0', ...more }, work);

  test('the function names a table that is too large for a base from it, and archives its changes', async () => {
    await withoutBases({}, async (invoke, process) => {
      expect(await invoke({ 'detail-type': 'Scheduled Event' })).toMatchObject({
        error: { name: 'BaseTooLargeError', message: expect.stringContaining(TABLE) },
      });
      expect(process.lines.filter(({ level }) => level === 'error')).toMatchObject([{ table: TABLE }]);
    });
    const [summary] = await listArchive(LARGE, { s3 });
    expect(summary).toMatchObject({ table: TABLE, bases: [], problem: undefined });
    expect(summary?.changes).toBeGreaterThan(0);
  }, 60_000);

  test('the function archives a batch within its role, and by the schedule makes a base and reads on', async () => {
    await withFunction({ ARCHIVED_TABLES: `${TABLE},${OTHER_TABLE}` }, async (invoke, process) => {
      const event = await batch();
      const changes = event.Records.length;
      expect(changes).toBeGreaterThan(0);
      for (const _ of [1, 2])
        expect({ answer: await invoke(event), output: process.output }).toMatchObject({
          answer: { result: { state: {}, batchItemFailures: [] } },
        });
      expect({ answer: await invoke({ 'detail-type': 'Scheduled Event' }), output: process.output }).toMatchObject({
        answer: { result: undefined },
      });
      const [ofOther, ofTable] = await listArchive(ARCHIVE, { s3 });
      expect(ofTable).toMatchObject({ table: TABLE, changes, bases: [{ items: changes }] });
      // No batch of it came.
      expect(ofOther).toMatchObject({ table: OTHER_TABLE, bases: [{ items: ofOther?.changes }] });
      expect(ofOther?.changes).toBeGreaterThan(0);
      const said = process.lines.filter(({ message }) => message === 'batch archived');
      expect(said).toMatchObject([
        { changes, table: TABLE },
        { changes: 0, table: TABLE },
      ]);
    });
    for (const { isWhole, problems } of await verifyArchive(ARCHIVE, { s3 }))
      expect({ isWhole, problems }).toEqual({ isWhole: true, problems: [] });
  }, 90_000);

  // The test before this one waited for its own base for longer than the margin after a gap.
  test('after the command of tf-modules/archive-changes/README.md has made that base, the function is content', async () => {
    const args = ['backup', '--table', TABLE, '--to', LARGE, '--dated', '--gzip', '--consistent'];
    const environment = { ...moto.environment };
    expect(await cumulusApi(args, { environment })).toMatchObject({ code: 0 });
    await withoutBases({}, async (invoke) => {
      expect(await invoke({ 'detail-type': 'Scheduled Event' })).toEqual({ result: undefined });
    });
    expect(await listArchive(LARGE, { s3 })).toMatchObject([{ table: TABLE, bases: [{ items: expect.any(Number) }] }]);
  }, 60_000);

  const copy = ownModuleCopy();

  test('its own tests pass', async () => {
    const said = await runModuleTests(join(copy, 'archive-changes'), NEWEST_RUNNER);
    expect(said).toMatch(/Success! [1-9]\d* passed, 0 failed\./);
  }, 180_000);
});
