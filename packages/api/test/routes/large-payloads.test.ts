import { CreateBucketCommand, DeleteObjectCommand } from '@aws-sdk/client-s3';
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
});
