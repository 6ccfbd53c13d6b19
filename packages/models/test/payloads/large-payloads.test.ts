import { DeleteObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { ownBucket } from '@cumulus/test-kit';
import { beforeEach, describe, expect, test } from '@jest/globals';
import { parseMessage } from '../../src/messages/cumulus-message.ts';
import { type MessageRecords, recordsOfMessage } from '../../src/messages/message-records.ts';
import type { PayloadSource } from '../../src/payloads/bring-back.ts';
import { PayloadError, RemoteMessageError } from '../../src/payloads/errors.ts';
import { fetchFromS3 } from '../../src/payloads/fetch-from-s3.ts';
import { payloadPlace } from '../../src/payloads/payload-place.ts';
import { isPayloadPointer } from '../../src/payloads/pointer.ts';
import { putPayloads } from '../../src/payloads/put-payloads.ts';
import { recordMessage } from '../../src/recording/record-message.ts';
import { Deployment } from '../models/deployment.ts';
import { onS3, unreachableS3 } from './own-s3.ts';

const PLACE = payloadPlace('system', 'stack');
const MEGABYTE = 1_000_000;
const ERROR = { Cause: 'e'.repeat(MEGABYTE) };

const granules = [{ granuleId: 'G1' }, { granuleId: 'G2' }];

/** The events of one execution, in the order in which they happened. */
const EVENTS = [
  { status: 'running', time: 1001, redriveCount: 0, payload: { granules, began: 'b'.repeat(MEGABYTE) } },
  { status: 'failed', time: 1005, redriveCount: 0, payload: { granules, failed: 'f'.repeat(MEGABYTE) } },
  { status: 'running', time: 1011, redriveCount: 1, payload: { granules, began: 'b'.repeat(MEGABYTE) } },
  { status: 'completed', time: 1015, redriveCount: 1, payload: { granules, done: 'd'.repeat(MEGABYTE) } },
] as const;

function recordsOf({ status, time, redriveCount, payload }: (typeof EVENTS)[number]): MessageRecords {
  const message = parseMessage({
    cumulus_meta: {
      execution_name: 'run',
      state_machine: 'arn:aws:states:us-east-1:123456789012:stateMachine:Ingest',
      workflow_start_time: 1000,
    },
    meta: { status, workflow_tasks: { 0: { name: 't'.repeat(MEGABYTE) } }, collection: { name: 'C', version: '1' } },
    payload,
    exception: ERROR,
  });
  return recordsOfMessage(message, { time, redriveCount }, PLACE);
}

await onS3('payloads beyond what an item holds', (moto) => {
  const bucket = ownBucket(moto, PLACE.bucket);
  ownBucket(moto, 'elsewhere');
  const deployment = new Deployment({ tables: ['ExecutionsTable', 'FilesTable', 'GranulesTable', 'PdrsTable'] });
  const target = { client: deployment.client, tableName: deployment.table.bind(deployment) };
  const source: PayloadSource = { ...PLACE, fetch: fetchFromS3(moto.s3) };
  const models = deployment.models({ payloads: source });
  const [begun, , , ended] = EVENTS.map(recordsOf) as [MessageRecords, MessageRecords, MessageRecords, MessageRecords];
  const { arn } = begun.execution;

  async function recordEvent(records: MessageRecords): Promise<void> {
    await putPayloads(moto.s3, records.payloads);
    await recordMessage(target, records);
  }

  test('end the same whatever order events come in, and reading by key brings all of them back', async () => {
    const reported = EVENTS.map(recordsOf);
    const rows: unknown[] = [];
    for (const order of [
      [0, 1, 2, 3],
      [3, 2, 1, 0],
      [1, 3, 0, 2, 1, 3],
    ]) {
      await deployment.empty('ExecutionsTable');
      for (const index of order) await recordEvent(reported[index] as MessageRecords);
      rows.push(await deployment.item('ExecutionsTable', { arn }));
    }
    expect(rows[0]).toMatchObject({ status: 'completed', redriveCount: 1 });
    expect(rows).toEqual([rows[0], rows[0], rows[0]]);

    const read = await models.executions.get({ arn });
    expect(read).toEqual({
      ...(rows[0] as object),
      originalPayload: EVENTS[0].payload,
      finalPayload: EVENTS[3].payload,
      error: ERROR,
      tasks: { 0: { name: 't'.repeat(MEGABYTE) } },
    });
    expect(await models.executions.find({ arn })).toEqual(read);
    expect(await models.executions.batchGet([{ arn }, { arn: 'arn:aws:states:::none' }])).toEqual([read]);
  });

  test('are JSON in S3, each once', async () => {
    await recordEvent(ended);
    await recordEvent(ended);
    const { key = '', text } = ended.payloads[0] ?? {};
    const { type, content } = await bucket.read(key);
    expect({ type, text: content.toString() }).toEqual({ type: 'application/json', text });
  });

  test('are pointers in lists, searches and to whoever has no place', async () => {
    await recordEvent(ended);
    const [listed] = (await models.executions.newest().page()).records;
    const [found] = (await models.executions.search({ limit: 1 })).records;
    for (const record of [listed, found, await deployment.models().executions.get({ arn })])
      expect(record).toEqual(ended.execution);
  });

  test('stay in S3 when another field is changed by what was read', async () => {
    await recordEvent(ended);
    await models.executions.update({ arn }, { status: 'unknown' });
    await models.executions.modify({ arn }, ({ duration = 0 }) => ({ duration: duration + 1 }));
    expect(await deployment.item('ExecutionsTable', { arn })).toMatchObject({
      status: 'unknown',
      finalPayload: ended.execution.finalPayload,
    });
    const { createdAt: _, updatedAt: _updated, ...whole } = await models.executions.get({ arn });
    await models.executions.replace(whole);
    await models.executions.update({ arn }, whole);
    const { finalPayload, error, tasks } = ended.execution;
    const pointers = { finalPayload, error, tasks };
    expect(await deployment.item('ExecutionsTable', { arn })).toMatchObject({ ...pointers, status: 'unknown' });

    // What is not as it was read is what is to be written.
    const another = { Cause: 'another' };
    await models.executions.update({ arn }, { error: another });
    expect(await deployment.item('ExecutionsTable', { arn })).toMatchObject({ ...pointers, error: another });
    await expect(models.executions.update({ arn }, { tasks: ERROR })).rejects.toThrow(/DynamoDB holds 409600/);
    await expect(models.executions.update({ arn }, { tasks: { large: 2n ** 60n } })).resolves.toBeDefined();
  });

  describe('as the error of a granule', () => {
    const key = { granuleId: 'G1' };
    const stored = () => deployment.item('GranulesTable', key);
    beforeEach(() => recordEvent(ended));

    test('come back where it is read by its id, and are pointers elsewhere', async () => {
      const [granule] = ended.granules;
      expect(isPayloadPointer(granule?.error)).toBe(true);
      expect(await models.granules.get(key)).toEqual({ ...granule, error: ERROR });
      expect(await models.granules.batchGet([key])).toEqual([{ ...granule, error: ERROR }]);
      expect((await models.granules.newest().page()).records).toContainEqual(granule);
      expect(await deployment.models().granules.get(key)).toEqual(granule);
      expect(await stored()).toMatchObject({ ...granule });
    });

    test('stay in S3 whatever is written of what was read', async () => {
      const { error } = ended.granules[0] ?? {};
      await models.granules.update(key, { status: 'running' });
      await models.granules.modify(key, (now) => ({ ...now, duration: 1 }));
      expect(await stored()).toMatchObject({ error, status: 'running', duration: 1 });
      const { createdAt: _, updatedAt: _updated, ...whole } = await models.granules.get(key);
      expect(await models.granules.replace({ ...whole, published: true })).toMatchObject({ error, published: true });
      await models.granules.update(key, { error: whole.error });
      expect(await stored()).toMatchObject({ error, published: true });
      await models.granules.update(key, { error: {} });
      expect(await stored()).toMatchObject({ error: {} });
    });

    test('leave the pointer once they are gone', async () => {
      const { error } = ended.granules[0] ?? {};
      const { bucket: Bucket, key: Key } = ended.payloads.find(({ key }) => key.includes('/error-')) ?? {};
      await moto.s3.send(new DeleteObjectCommand({ Bucket, Key }));
      expect((await models.granules.get(key)).error).toEqual(error);
    });
  });

  test('that are gone or damaged leave the pointer', async () => {
    await recordEvent(ended);
    const { key: Key = '' } = ended.payloads.find(({ key }) => key.includes('/finalPayload-')) ?? {};
    const { finalPayload } = ended.execution;
    for (const Body of ['{"done":', '{"done":"another"}', ' ']) {
      await bucket.put(Key, Body);
      const read = await models.executions.get({ arn });
      expect(read.finalPayload).toEqual(finalPayload);
      expect(isPayloadPointer(read.error)).toBe(false);
    }
    await bucket.remove(Key);
    expect((await models.executions.get({ arn })).finalPayload).toEqual(finalPayload);
  });

  test('elsewhere than in the deployment’s own place are not read', async () => {
    const text = '{"secret":1}';
    const name = ended.payloads[0]?.key.replace(/^.*\//, '') ?? '';
    const places = [
      ['elsewhere', `stack/payloads/${name}`],
      [PLACE.bucket, `stack/payloads-of-others/${name}`],
      [PLACE.bucket, name],
    ] as const;
    for (const [Bucket, Key] of places) {
      await moto.s3.send(new PutObjectCommand({ Bucket, Key, Body: text }));
      const finalPayload = { replace: { Bucket, Key, TargetPath: '$' } };
      await deployment.put('ExecutionsTable', { ...ended.execution, finalPayload });
      const asked: string[] = [];
      const fetch = async (bucket: string, key: string) => `${asked.push(`${bucket}/${key}`)}`;
      const read = await deployment.models({ payloads: { ...PLACE, fetch } }).executions.get({ arn });
      expect(read.finalPayload).toEqual(finalPayload);
      expect(asked.filter((address) => !address.startsWith('system/stack/payloads/'))).toEqual([]);
    }
  });

  test('that S3 cannot be asked for are an error, not a record without them', async () => {
    await recordEvent(ended);
    const unreachable = unreachableS3();
    const { executions } = deployment.models({ payloads: { ...PLACE, fetch: fetchFromS3(unreachable) } });
    await expect(executions.get({ arn })).rejects.toThrow(RemoteMessageError);
    await expect(executions.batchGet([{ arn }])).rejects.toThrow(RemoteMessageError);
    // Nor is S3 asked where only the table is changed.
    expect(await executions.modify({ arn }, () => ({ duration: 7 }))).toMatchObject({ duration: 7 });
    unreachable.destroy();
  });

  test('that S3 does not take are an error by name, after which the event comes again', async () => {
    const unreachable = unreachableS3();
    for (const [client, payloads] of [
      [unreachable, ended.payloads],
      [moto.s3, ended.payloads.map((payload) => ({ ...payload, bucket: 'no-such-bucket' }))],
    ] as const) {
      const error = await putPayloads(client, payloads).catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(PayloadError);
      expect(error).toMatchObject({ key: ended.payloads[0]?.key });
      expect(String(error)).toMatch(/could not be written: .*\n.*The record was not written\.\n.*send the event again/);
    }
    unreachable.destroy();
  });
});
