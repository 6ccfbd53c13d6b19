import { CreateBucketCommand, DeleteObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { MotoUnavailableError, startMoto } from '@cumulus/local';
import { onDynamoDBLocal } from '@cumulus/local/jest';
import { parseMessage, payloadPlace, putPayloads, recordMessage, recordsOfMessage } from '@cumulus/models';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { OwnApi } from '../own-api.ts';

const BUCKET = 'system';

const moto = await startMoto().catch((error: unknown) => {
  if (error instanceof MotoUnavailableError && !process.env['CI']) return undefined;
  throw error;
});
afterAll(() => moto?.stop());

(moto === undefined ? test.skip : onDynamoDBLocal)('an execution whose payloads lie in S3', () => {
  const { endpoint = '' } = moto ?? {};
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
  const s3 = new S3Client({ endpoint, region: 'us-east-1', forcePathStyle: true, credentials });
  const own = new OwnApi({ systemBucket: BUCKET });
  const payload = { text: 'x'.repeat(1_000_000) };
  let records: ReturnType<typeof recordsOfMessage>;

  beforeAll(async () => {
    process.env['AWS_ENDPOINT_URL_S3'] = endpoint;
    await s3.send(new CreateBucketCommand({ Bucket: BUCKET }));
    const message = parseMessage({
      cumulus_meta: {
        execution_name: 'run',
        state_machine: 'arn:aws:states:us-east-1:123456789012:stateMachine:Ingest',
        workflow_start_time: 1000,
      },
      meta: { status: 'running', workflow_name: 'Ingest' },
      payload,
    });
    records = recordsOfMessage(message, { time: 2000 }, payloadPlace(BUCKET, own.prefix));
    await putPayloads(s3, records.payloads);
    await recordMessage(own.surroundings.target, records);
  });
  afterAll(() => {
    delete process.env['AWS_ENDPOINT_URL_S3'];
    s3.destroy();
  });

  const path = () => `GET /executions/${encodeURIComponent(records.execution.arn)}`;

  test('is answered whole by its ARN, and with the pointer in lists', async () => {
    expect(await own.ask(path())).toMatchObject({ status: 200, body: { originalPayload: payload } });
    expect((await own.ask('GET /executions')).body.results).toMatchObject([
      { originalPayload: records.execution.originalPayload },
    ]);
  });

  test('is answered with the pointer once they are gone', async () => {
    const { bucket, key } = records.payloads[0] ?? {};
    await s3.send(new DeleteObjectCommand({ Bucket: bucket, Key: key }));
    const { status, body } = await own.ask(path());
    expect({ status, body }).toMatchObject({
      status: 200,
      body: { originalPayload: records.execution.originalPayload },
    });
    await putPayloads(s3, records.payloads);
  });
});
