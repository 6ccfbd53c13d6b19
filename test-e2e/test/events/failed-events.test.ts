import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DeleteTableCommand } from '@aws-sdk/client-dynamodb';
import { DeleteObjectCommand, GetObjectCommand, ListObjectsV2Command, PutObjectCommand } from '@aws-sdk/client-s3';
import { createClient } from '@cumulus/dynamodb/aws';
import { physicalTableName } from '@cumulus/dynamodb/tables';
import { createModels } from '@cumulus/models';
import { describeUnless, ownMoto, whyNoMoto } from '@cumulus/test-kit';
import { ownTables } from '@cumulus/test-kit/tables';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { cumulusApi, parseRun } from '../kit/command.ts';
import { refusedAs } from '../kit/faults/answered.ts';
import { withFaults } from '../kit/faults/proxy.ts';
import { REPOSITORY } from '../packed/packages.ts';
import { FunctionProcess, sqsBatch } from './function-process.ts';
import { createRecordedTables } from './recorded-tables.ts';
import { BUCKET, recordingEnvironment } from './recording-environment.ts';
import { cumulusMessage, executionArnOf, executionEvent } from './workflow-events.ts';

describeUnless(await whyNoMoto(), 'events that could not be recorded', () => {
  const moto = ownMoto();
  const tables = ownTables();
  const prefix = tables.name();
  const client = createClient();
  const models = createModels({ client, tables: prefix });
  const folder = `${prefix}/failed-events/`;
  let environment: NodeJS.ProcessEnv;

  beforeAll(async () => {
    environment = await recordingEnvironment(moto, prefix);
  }, 60_000);

  afterAll(() => client.destroy());

  /** Has a function, by the name of its file, handle an invocation. */
  async function invoke(name: string, event: unknown, other: NodeJS.ProcessEnv = {}) {
    const running = await FunctionProcess.start(name, { ...environment, ...other });
    try {
      return { invoked: await running.invoke(event), lines: running.lines };
    } finally {
      await running.kill();
    }
  }

  function succeeded(name: string, granuleId = `granule-of-${name}`): object {
    const message = cumulusMessage(name, { granules: [{ granuleId, files: [] }] });
    const times = { startDate: Date.UTC(2030, 0, 31), stopDate: Date.UTC(2030, 0, 31, 1) };
    return executionEvent(times.stopDate, { name, status: 'SUCCEEDED', ...times, input: message, output: message });
  }

  async function keys(): Promise<readonly string[]> {
    const { Contents = [] } = await moto.s3.send(new ListObjectsV2Command({ Bucket: BUCKET, Prefix: folder }));
    return Contents.map(({ Key = '' }) => Key);
  }

  async function kept(key: string): Promise<{ keptAt: string; reason: string; event: unknown }> {
    const { Body } = await moto.s3.send(new GetObjectCommand({ Bucket: BUCKET, Key: key }));
    return JSON.parse((await Body?.transformToString()) ?? '');
  }

  async function statusOf(name: string): Promise<string | undefined> {
    return (await models.executions.find({ arn: executionArnOf(name) }))?.status;
  }

  function replay(args: readonly string[] = [], place = `s3://${BUCKET}/${folder}`) {
    const all = ['events', 'replay', place, '--prefix', prefix, ...args];
    return cumulusApi(all, { environment: { AWS_ENDPOINT_URL: moto.endpoint } });
  }

  test('come again alone out of a batch, and the log says why', async () => {
    const invalid = { ...succeeded('invalid'), source: 'elsewhere' };
    const { invoked, lines } = await invoke(
      'record-execution-events',
      sqsBatch([
        { id: 'good', event: succeeded('good') },
        { id: 'bad', event: invalid },
        { id: 'text', event: 'no event' },
      ]),
    );
    expect(invoked).toEqual({
      result: { batchItemFailures: [{ itemIdentifier: 'bad' }, { itemIdentifier: 'text' }] },
    });
    expect(await statusOf('good')).toBe('completed');
    expect(lines).toContainEqual(
      expect.objectContaining({
        level: 'info',
        message: 'event recorded',
        executions: 'good',
        requestId: 'invocation-1',
      }),
    );
    expect(lines).toContainEqual(
      expect.objectContaining({
        level: 'error',
        message: 'event not recorded',
        executions: 'invalid',
        stackName: prefix,
        error: expect.objectContaining({ name: 'InvalidEventError', message: expect.stringContaining('source') }),
      }),
    );
  });

  test('are kept in S3 with the reason, recorded later by the command, and again without harm', async () => {
    const event = succeeded('throttled');
    const refused = refusedAs('TransactWriteItems', 'AccessDeniedException', 'not authorized to write');
    await withFaults([refused], async ({ environment: proxied }) => {
      const failed = await invoke('record-execution-events', sqsBatch([{ id: '1', event }]), proxied);
      expect(failed.invoked).toEqual({ error: expect.objectContaining({ name: 'FullBatchFailureError' }) });
      // Twice, as the queue may deliver it.
      for (let times = 0; times < 2; times += 1) {
        const { invoked, lines } = await invoke('record-failed-events', sqsBatch([{ id: '1', event }]), proxied);
        expect(invoked).toEqual({ result: { batchItemFailures: [] } });
        expect(lines).toContainEqual(
          expect.objectContaining({ level: 'warn', message: 'event kept', kept: expect.stringContaining(folder) }),
        );
      }
    });
    const [key = '', ...others] = await keys();
    expect(others).toEqual([]);
    expect(key).toMatch(/\/failed-events\/2030-01-31\/throttled-SUCCEEDED-[0-9a-f]{16}\.json$/);
    expect(await kept(key)).toEqual({
      keptAt: expect.stringMatching(/^\d{4}-.*Z$/),
      reason: expect.stringMatching(/^AccessDeniedError: .*/),
      event,
    });
    expect(await models.granules.find({ granuleId: 'granule-of-throttled' })).toBeUndefined();

    const dry = await replay(['--dry-run']);
    expect(dry.stdout).toContain('1 could be recorded, 0 failed');
    expect(await models.granules.find({ granuleId: 'granule-of-throttled' })).toBeUndefined();

    const first = await replay();
    expect(first.stderr).toBe('');
    expect(first.code).toBe(0);
    expect(first.stdout).toContain(`s3://${BUCKET}/${key}: recorded\n1 recorded, 0 known already, 0 failed\n`);
    const granule = await models.granules.get({ granuleId: 'granule-of-throttled' });
    expect(granule.status).toBe('completed');

    // A later event is not undone by the replay of an earlier one.
    const again = await replay(['--remove', '--yes', '--json'], `s3://${BUCKET}/${key}`);
    expect(parseRun(again.stdout)).toMatchObject({
      results: [{ command: 'events replay', event: `s3://${BUCKET}/${key}`, state: 'superseded', removed: true }],
      summary: { state: 'ended', recorded: 0, superseded: 1, failed: 0 },
    });
    expect(await models.granules.get({ granuleId: 'granule-of-throttled' })).toEqual(granule);
    expect(await keys()).toEqual([]);
  });

  test('are recorded out of the dead-letter queue where that works by now, and kept in no place then', async () => {
    const message = sqsBatch([{ id: '1', event: succeeded('recovered') }]);
    const { invoked } = await invoke('record-failed-events', message);
    expect(invoked).toEqual({ result: { batchItemFailures: [] } });
    expect(await statusOf('recovered')).toBe('completed');
    expect(await keys()).toEqual([]);
  });

  test('are kept whatever they are: no JSON, or what a destination of Lambda or EventBridge says of them', async () => {
    const inside = { ...succeeded('inside'), 'detail-type': 'else' };
    const destination = {
      version: '1.0',
      requestContext: { condition: 'RetriesExhausted' },
      requestPayload: inside,
      responsePayload: { errorMessage: 'it broke' },
    };
    const { Records } = sqsBatch([
      { id: '1', event: destination },
      { id: '2', event: 'x' },
    ]) as { Records: { body: string; messageAttributes: object }[] };
    const [first, second] = Records;
    const noJson = {
      ...second,
      body: '{"cut":',
      messageAttributes: { ERROR_MESSAGE: { stringValue: 'no such function' } },
    };
    const { invoked } = await invoke('record-failed-events', { Records: [first, noJson] });
    expect(invoked).toEqual({ result: { batchItemFailures: [] } });
    const found = await keys();
    expect(found).toHaveLength(2);
    const contents = await Promise.all(found.map(kept));
    expect(contents).toContainEqual(expect.objectContaining({ event: inside }));
    // What AWS said of it stays, with what is wrong with it.
    const reason = expect.stringMatching(/^InvalidEventError: [\s\S]*\nBefore that: no such function$/);
    expect(contents).toContainEqual(expect.objectContaining({ event: '{"cut":', reason }));

    const ended = await replay();
    expect(ended.code).toBe(1);
    expect(ended.stdout).toContain('0 recorded, 0 known already, 2 failed');
    expect(ended.stderr).toContain('detail-type');
  });

  test('stay in the queue while S3 cannot keep them', async () => {
    const invalid = { ...succeeded('unkept'), source: 'elsewhere' };
    const { invoked, lines } = await invoke('record-failed-events', sqsBatch([{ id: '1', event: invalid }]), {
      system_bucket: 'no-such-bucket',
    });
    expect(invoked).toEqual({ error: expect.objectContaining({ name: 'FullBatchFailureError' }) });
    expect(lines).toContainEqual(expect.objectContaining({ level: 'error', message: 'event not recorded' }));
  });

  test('that never came can be made by the recipe of docs/how-to/failed-events.md', async () => {
    const docs = readFileSync(join(REPOSITORY, 'docs', 'how-to', 'failed-events.md'), 'utf8');
    const [, recipe = ''] = /node -e '\n([\s\S]*?)' > event.json/.exec(docs) ?? [];
    // As the AWS CLI 2 prints it.
    const described = {
      executionArn: executionArnOf('lost'),
      name: 'lost',
      status: 'FAILED',
      startDate: '2020-01-31T11:59:58.250000+00:00',
      stopDate: '2020-01-31T12:00:00.750000+00:00',
      error: 'States.TaskFailed',
      cause: 'it broke',
      redriveCount: 0,
    };
    const made = execFileSync(process.execPath, ['-e', recipe], { input: JSON.stringify(described), encoding: 'utf8' });
    const event = JSON.parse(made) as { readonly time: string; readonly detail: object };
    expect(event.time).toBe('2020-01-31T12:00:00Z');
    // Step Functions would give the input, which moto does not have.
    const input = JSON.stringify(cumulusMessage('lost', {}));
    const { invoked } = await invoke('record-execution-events', { ...event, detail: { ...event.detail, input } });
    expect(invoked).toEqual({ result: undefined });
    expect(await models.executions.get({ arn: executionArnOf('lost') })).toMatchObject({
      status: 'failed',
      error: { Error: 'States.TaskFailed', Cause: 'it broke' },
      timestamp: Date.parse(event.time),
      duration: 2.5,
    });
  });

  test('an event without a queue fails as an invocation', async () => {
    const { invoked } = await invoke('record-execution-events', { ...succeeded('direct'), time: 'never' });
    expect(invoked).toEqual({ error: expect.objectContaining({ name: 'InvalidEventError' }) });
  });

  test('an event of which a part can be in no record is recorded but for that, and fails', async () => {
    const name = 'partly';
    const message = cumulusMessage(name, { granules: [{ granuleId: 'whole', files: [] }, { files: [] }] });
    const event = executionEvent(2_000, { name, status: 'SUCCEEDED', startDate: 1, stopDate: 2_000, output: message });
    const { invoked } = await invoke('record-execution-events', event);
    expect(invoked).toEqual({
      error: expect.objectContaining({
        name: 'PartlyRecordedError',
        message: expect.stringContaining('payload.granules[1].granuleId is missing'),
      }),
    });
    expect(await statusOf(name)).toBe('completed');
    expect(await models.granules.exists({ granuleId: 'whole' })).toBe(true);
  });

  test('a granule or PDR that another collection or provider has is left alone, and the event is kept with the reason', async () => {
    const reported = (name: string, startDate: number, meta: object) => {
      const granules = ['held', `of-${name}`].map((granuleId) => ({
        granuleId,
        files: [{ bucket: 'archive', key: `${granuleId}.hdf` }],
      }));
      const output = cumulusMessage(name, { pdr: { name: 'held.PDR' }, granules }, meta);
      return executionEvent(startDate, { name, status: 'SUCCEEDED', startDate, stopDate: startDate, output });
    };
    const other = { collection: { name: 'MOD14A1', version: '6' }, provider: { id: 'other' } };
    const foreign = reported('foreign', 2_000, other);
    expect((await invoke('record-execution-events', reported('first', 1_000, {}))).invoked).toEqual({
      result: undefined,
    });
    const held = await models.granules.get({ granuleId: 'held' });
    const pdr = await models.pdrs.get({ pdrName: 'held.PDR' });
    const { invoked } = await invoke('record-failed-events', sqsBatch([{ id: '1', event: foreign }]));
    expect(invoked).toEqual({ result: { batchItemFailures: [] } });
    const key = (await keys()).find((name) => name.includes('foreign')) ?? '';
    const { reason } = await kept(key);
    expect(reason).toMatch(/^PartlyRecordedError: /);
    expect(reason).toContain('Granule "held" belongs to collection MOD09GQ___006, not to MOD14A1___6.');
    expect(reason).toContain('PDR "held.PDR" belongs to provider podaac, not to other.');
    expect(await models.granules.get({ granuleId: 'held' })).toEqual(held);
    expect(await models.pdrs.get({ pdrName: 'held.PDR' })).toEqual(pdr);
    expect(await models.files.get({ bucket: 'archive', key: 'held.hdf' })).toMatchObject({ createdAt: 1_000 });
    // All else of the event is there.
    expect(await statusOf('foreign')).toBe('completed');
    expect(await models.granules.get({ granuleId: 'of-foreign' })).toMatchObject({ collectionId: 'MOD14A1___6' });
    await moto.s3.send(new DeleteObjectCommand({ Bucket: BUCKET, Key: key }));
  });

  test('a function without its settings does not start, and names them', async () => {
    const started = FunctionProcess.start('record-execution-events', {
      ...environment,
      system_bucket: '',
      FilesTable: '',
    });
    await expect(started).rejects.toThrow(/system_bucket is not set; FilesTable is not set/);
  });

  test('events replay says what is wrong before it records anything', async () => {
    const nothing = await replay([], `s3://${BUCKET}/nothing/`);
    expect(nothing.code).toBe(1);
    expect(nothing.stderr).toContain(`There is no event at s3://${BUCKET}/nothing/.`);
    const noPlace = await replay([], 'failed-events');
    expect(noPlace.code).toBe(2);
    const other = tables.name();
    await createRecordedTables(other);
    await client.send(new DeleteTableCommand({ TableName: physicalTableName(other, 'FilesTable') }));
    const all = ['events', 'replay', `s3://${BUCKET}/${folder}`, '--prefix', other];
    const noTable = await cumulusApi(all, { environment: { AWS_ENDPOINT_URL: moto.endpoint } });
    expect(noTable.code).toBe(1);
    expect(noTable.stderr).toContain(physicalTableName(other, 'FilesTable'));
  });

  test('replays many, of which some fail', async () => {
    const place = `${prefix}/many/`;
    for (let number = 0; number < 20; number += 1) {
      // Events by themselves do as well as kept ones.
      const event = number === 7 ? { broken: true } : succeeded(`many-${number}`);
      await moto.s3.send(
        new PutObjectCommand({ Bucket: BUCKET, Key: `${place}${number}/event.json`, Body: JSON.stringify(event) }),
      );
    }
    const ended = await replay(['--json'], `s3://${BUCKET}/${place}`);
    expect(ended.code).toBe(1);
    const { results, summary } = parseRun(ended.stdout);
    expect(results).toHaveLength(20);
    expect(summary).toMatchObject({ recorded: 19, failed: 1 });
    expect(await statusOf('many-19')).toBe('completed');
  });
});
