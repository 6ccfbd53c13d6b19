import { CreateBucketCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { payloadPlace } from '@cumulus/models/payloads';
import { describeUnless, ownMoto, whyNoMoto } from '@cumulus/test-kit';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { ServiceUnavailableError } from '../../src/aws/ask-service.ts';
import { createAwsClients } from '../../src/aws/clients.ts';
import { type EventRecording, recordExecutionEvent } from '../../src/events/record-execution-event.ts';
import { ECHO10, realMetadata, UMM_G } from '../cmr/real-metadata.ts';
import { OwnApi } from '../own-api.ts';

const BUCKET = 'protected';

const FOUND = { bucket: BUCKET, key: `data/${ECHO10}`, fileName: ECHO10 };
const STATE_MACHINE = 'arn:aws:states:us-east-1:123456789012:stateMachine:Ingest';

function eventOf(name: string, granules: readonly object[], startDate: number, status = 'SUCCEEDED'): object {
  const message = {
    cumulus_meta: { execution_name: name, state_machine: STATE_MACHINE, workflow_start_time: startDate },
    meta: { status: 'completed', collection: { name: 'MOD09GQ', version: '006' }, provider: { id: 'p' } },
    payload: { granules },
  };
  return {
    source: 'aws.states',
    'detail-type': 'Step Functions Execution Status Change',
    time: new Date(startDate + 60_000).toISOString(),
    detail: {
      executionArn: `${STATE_MACHINE.replace(':stateMachine:', ':execution:')}:${name}`,
      ...{ status, startDate, stopDate: status === 'RUNNING' ? null : startDate + 50_000 },
      ...{ input: JSON.stringify(message), output: JSON.stringify(message) },
    },
  };
}

describeUnless(await whyNoMoto(), 'a granule whose files have metadata for CMR', () => {
  const moto = ownMoto();
  const api = new OwnApi();
  const warnings: string[] = [];

  beforeAll(async () => {
    process.env['AWS_ENDPOINT_URL_S3'] = moto.endpoint;
    await moto.s3.send(new CreateBucketCommand({ Bucket: BUCKET }));
    for (const name of [ECHO10, UMM_G]) await put(`data/${name}`, realMetadata(name));
    await put('data/damaged.cmr.xml', '<Granule>');
    await put('data/large.cmr.json', ' '.repeat(5_000_001));
  });
  afterAll(() => {
    delete process.env['AWS_ENDPOINT_URL_S3'];
  });

  const put = (Key: string, Body: string) => moto.s3.send(new PutObjectCommand({ Bucket: BUCKET, Key, Body }));
  const granule = async (id: string) => (await api.ask(`GET /granules/${id}`)).body;
  const recording = (): EventRecording => {
    const ignore = (): void => undefined;
    return {
      target: api.services.target,
      sources: createAwsClients(api.client, 1),
      payloadPlace: payloadPlace(BUCKET, api.prefix),
      log: { debug: ignore, info: ignore, warn: (message) => void warnings.push(message), error: ignore },
    };
  };

  test('has the times of its data, in lists and as CSV too', async () => {
    const granules = [
      { granuleId: 'echo10', files: [{ bucket: BUCKET, key: 'data/x.hdf' }, FOUND] },
      // As earlier tasks name files.
      { granuleId: 'umm-g', files: [{ name: UMM_G, filename: `s3://${BUCKET}/data/${UMM_G}` }] },
      { granuleId: 'none', files: [{ bucket: BUCKET, key: 'data/x.xml' }] },
    ];
    await recordExecutionEvent(eventOf('found', granules, 1_600_000_000_000), recording());
    const times = {
      beginningDateTime: '2016-12-23T13:45:00.000000Z',
      endingDateTime: '2016-12-23T17:05:00.000000Z',
      productionDateTime: '2016-12-25T10:46:06.000Z',
      lastUpdateDateTime: '2018-04-26T21:33:43.913617',
    };
    expect(await granule('echo10')).toMatchObject(times);
    const { TemporalExtent } = JSON.parse(realMetadata(UMM_G));
    expect(await granule('umm-g')).toMatchObject({ endingDateTime: TemporalExtent.RangeDateTime.EndingDateTime });
    expect(await granule('none')).not.toHaveProperty('beginningDateTime');
    expect(warnings).toEqual([]);
    const found = await api.ask('GET /granules?beginningDateTime=2016-12-23T13:45:00.000000Z');
    expect(found.body.results.map(({ granuleId }: { granuleId: string }) => granuleId)).toEqual(['echo10']);
    const { body } = await api.ask('GET /granule-csv');
    expect(body).toContain(
      `echo10,MOD09GQ___006,2020-09-13T12:26:40.000Z,${times.beginningDateTime},${times.endingDateTime}`,
    );
  });

  test('keeps them while a later run has not completed, and whatever order the events come in', async () => {
    const granules = [{ granuleId: 'kept', files: [FOUND] }];
    const bare = [{ granuleId: 'kept', files: [] }];
    await recordExecutionEvent(eventOf('later', bare, 1_600_000_200_000, 'RUNNING'), recording());
    await recordExecutionEvent(eventOf('first', granules, 1_600_000_100_000), recording());
    expect(await granule('kept')).toMatchObject({ status: 'running', productionDateTime: '2016-12-25T10:46:06.000Z' });
    await recordExecutionEvent(eventOf('later', bare, 1_600_000_200_000), recording());
    expect(await granule('kept')).not.toHaveProperty('productionDateTime');
  });

  test.each([
    ['data/missing.cmr.xml', /does not exist/],
    ['data/damaged.cmr.xml', /not valid XML/],
    ['data/large.cmr.json', /more than 5000000 bytes/],
  ])('is recorded without them where %s is of no use, and the log says why', async (key, why) => {
    warnings.length = 0;
    const granules = [
      { granuleId: key, files: [{ bucket: BUCKET, key }] },
      { granuleId: `${key}-2`, files: [FOUND] },
    ];
    await recordExecutionEvent(eventOf(key.replaceAll('/', '-'), granules, 1_600_000_300_000), recording());
    expect(await granule(encodeURIComponent(key))).toMatchObject({ status: 'completed' });
    expect(await granule(encodeURIComponent(`${key}-2`))).toHaveProperty('endingDateTime');
    expect(warnings).toEqual([expect.stringMatching(why)]);
    expect(warnings[0]).toContain('payload.granules[0].files');
  });

  test('is not recorded while S3 cannot answer, so that the event comes again', async () => {
    const down = createAwsClients(api.client, 1);
    (await down.s3()).middlewareStack.add(
      () => async () => {
        throw Object.assign(new Error('Slow down'), { name: 'SlowDown', $metadata: { httpStatusCode: 503 } });
      },
      { step: 'initialize' },
    );
    const event = eventOf('down', [{ granuleId: 'down', files: [FOUND] }], 1_600_000_400_000);
    await expect(recordExecutionEvent(event, { ...recording(), sources: down })).rejects.toThrow(
      ServiceUnavailableError,
    );
    expect((await api.ask('GET /granules/down')).status).toBe(404);
  });
});
