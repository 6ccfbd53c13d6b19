import { CreateBucketCommand, DeleteObjectCommand, ListObjectsV2Command, PutObjectCommand } from '@aws-sdk/client-s3';
import { parseMessage, recordsOfMessage } from '@cumulus/models/messages';
import { payloadPlace, putPayloads } from '@cumulus/models/payloads';
import { recordMessage } from '@cumulus/models/recording';
import { describeUnless, ownMoto, whyNoDynamoDBLocal, whyNoMoto } from '@cumulus/test-kit';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { OwnApi } from '../own-api.ts';

const BUCKET = 'system';

describeUnless((await whyNoMoto()) ?? whyNoDynamoDBLocal(), 'what lies in S3 for its size', () => {
  const moto = ownMoto();
  const own = new OwnApi({ systemBucket: BUCKET });
  const payload = { text: 'x'.repeat(1_000_000), granules: [{ granuleId: 'G1' }] };
  const error = { Cause: 'e'.repeat(1_000_000) };
  let records: ReturnType<typeof recordsOfMessage>;

  beforeAll(async () => {
    process.env['AWS_ENDPOINT_URL_S3'] = moto.endpoint;
    await moto.s3.send(new CreateBucketCommand({ Bucket: BUCKET }));
    const message = parseMessage({
      cumulus_meta: {
        execution_name: 'run',
        state_machine: 'arn:aws:states:us-east-1:123456789012:stateMachine:Ingest',
        workflow_start_time: 1000,
      },
      meta: { status: 'running', workflow_name: 'Ingest', collection: { name: 'C', version: '1' } },
      payload,
      exception: error,
    });
    records = recordsOfMessage(message, { time: 2000 }, payloadPlace(BUCKET, own.prefix));
    await putPayloads(moto.s3, records.payloads);
    await recordMessage(own.services.target, records);
  });
  afterAll(() => {
    delete process.env['AWS_ENDPOINT_URL_S3'];
  });

  const path = () => `GET /executions/${encodeURIComponent(records.execution.arn)}`;

  test('is answered whole where it is an execution’s, by its ARN, and with the pointer in lists', async () => {
    expect(await own.ask(path())).toMatchObject({ status: 200, body: { originalPayload: payload } });
    expect((await own.ask('GET /executions')).body.results).toMatchObject([
      { originalPayload: records.execution.originalPayload },
    ]);
  });

  test('is answered whole where it is a granule’s error, by its id, and with the pointer in lists', async () => {
    expect(await own.ask('GET /granules/G1')).toMatchObject({ status: 200, body: { error } });
    expect((await own.ask('GET /granules')).body.results).toMatchObject([{ error: records.execution.error }]);
  });

  test('is answered with the pointer once it is gone', async () => {
    const { bucket, key } = records.payloads.find(({ key }) => key.includes('/originalPayload-')) ?? {};
    await moto.s3.send(new DeleteObjectCommand({ Bucket: bucket, Key: key }));
    const { status, body } = await own.ask(path());
    expect({ status, body }).toMatchObject({
      status: 200,
      body: { originalPayload: records.execution.originalPayload },
    });
    await putPayloads(moto.s3, records.payloads);
  });

  test('goes with the execution when that is deleted, and nothing else does', async () => {
    const keys = async () => {
      const { Contents = [] } = await moto.s3.send(new ListObjectsV2Command({ Bucket: BUCKET }));
      return Contents.map(({ Key }) => Key);
    };
    const others = [`${own.prefix}/payloads/other/originalPayload-a.json`, `${own.prefix}/workflows/x.json`];
    for (const Key of others) await moto.s3.send(new PutObjectCommand({ Bucket: BUCKET, Key, Body: '{}' }));
    expect((await keys()).length).toBeGreaterThan(others.length);
    const request = path().replace('GET', 'DELETE');
    expect(await own.ask(request)).toMatchObject({ status: 200, body: { message: 'Record deleted' } });
    expect(await keys()).toEqual(others);
    expect((await own.ask(path())).status).toBe(404);
    expect(await own.ask(request)).toMatchObject({ status: 404, body: { message: 'No record found' } });
  });

  test('is not needed to delete an execution without it, whose next event makes a record again', async () => {
    const arn = 'arn:aws:states:us-east-1:123456789012:execution:Ingest:small';
    const message = parseMessage({
      cumulus_meta: {
        execution_name: 'small',
        state_machine: 'arn:aws:states:us-east-1:123456789012:stateMachine:Ingest',
        workflow_start_time: 1000,
      },
      meta: { status: 'running', workflow_name: 'Ingest' },
      payload: {},
    });
    for (let time = 2000; time < 4000; time += 1000) {
      await recordMessage(own.services.target, recordsOfMessage(message, { time }));
      expect((await own.ask(`DELETE /v1/executions/${arn}`)).status).toBe(200);
      expect((await own.ask(`GET /executions/${arn}`)).status).toBe(404);
    }
    expect((await own.ask(`DELETE /executions/${'x'.repeat(3_000)}`)).status).toBe(404);
  });
});
