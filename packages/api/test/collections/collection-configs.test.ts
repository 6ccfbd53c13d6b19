import { describeUnless, ownBucket, ownMoto, whyNoDynamoDBLocal, whyNoMoto } from '@cumulus/test-kit';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Interruption } from '../faults/interruption.ts';
import { OwnApi } from '../own-api.ts';

const BUCKET = 'collections-system';

const COLLECTION = {
  name: 'MOD09GQ',
  version: '006',
  dataType: 'MOD09',
  granuleId: '^MOD09GQ.*$',
  granuleIdExtraction: '(MOD09GQ.*)\\.hdf',
  sampleFileName: 'MOD09GQ.1.hdf',
  files: [{ bucket: 'protected', regex: '^MOD09GQ.*$', sampleFileName: 'MOD09GQ.1.hdf' }],
};

const PATH = '/collections/MOD09GQ/006';

describeUnless((await whyNoMoto()) ?? whyNoDynamoDBLocal(), 'the configuration of a collection', () => {
  const moto = ownMoto();
  const bucket = ownBucket(moto, BUCKET);
  const api = new OwnApi({ systemBucket: BUCKET });
  const interruption = new Interruption();

  beforeAll(async () => {
    process.env['AWS_ENDPOINT_URL_S3'] = moto.endpoint;
    interruption.watch(api.client);
    interruption.watch(await api.services.clients.s3());
  }, 60_000);
  afterAll(() => {
    delete process.env['AWS_ENDPOINT_URL_S3'];
  });

  const keyOf = (id: string): string => `${api.prefix}/collections/${id}.json`;
  const configs = async (): Promise<Record<string, unknown>> =>
    Object.fromEntries(
      (await bucket.all(`${api.prefix}/collections/`)).map(({ key, content }) => [
        key.slice(keyOf('').length - '.json'.length).replace('.json', ''),
        JSON.parse(content.toString()),
      ]),
    );
  const record = async () => {
    const { status, body } = await api.ask(`GET ${PATH}`);
    const { timestamp, ...fields } = body;
    return status === 200 ? fields : undefined;
  };
  const reset = async (present?: object): Promise<void> => {
    await bucket.reset('', []);
    await api.ask(`DELETE ${PATH}`);
    if (present !== undefined) expect((await api.ask('POST /collections', present)).status).toBe(200);
  };

  test('is written and removed with its record, by its dataType or else its name', async () => {
    await reset(COLLECTION);
    expect(await configs()).toEqual({ MOD09___006: await record() });
    expect((await record()).granuleId).toBe(COLLECTION.granuleId);
    const { dataType, ...others } = COLLECTION;
    expect((await api.ask(`PUT ${PATH}`, { ...others, process: 'modis' })).status).toBe(200);
    expect(await configs()).toEqual({ MOD09GQ___006: expect.objectContaining({ process: 'modis' }) });
    expect(await api.ask(`DELETE ${PATH}`)).toMatchObject({ status: 200, body: { message: 'Record deleted' } });
    expect(await configs()).toEqual({});
  });

  test('is left alone by a request that is refused', async () => {
    await reset(COLLECTION);
    const before = await configs();
    expect((await api.ask('POST /collections', { ...COLLECTION, process: 'other' })).status).toBe(400);
    const wrong = { ...COLLECTION, dataType: 'OTHER', granuleId: '(' };
    expect((await api.ask(`PUT ${PATH}`, wrong)).status).toBe(400);
    expect((await api.ask('PUT /collections/none/1', { ...COLLECTION, name: 'none', version: '1' })).status).toBe(404);
    const rule = { name: 'r1', workflow: 'w', rule: { type: 'onetime' }, state: 'DISABLED' };
    await api.services.models.rules.createFrom({ ...rule, collection: { name: 'MOD09GQ', version: '006' } });
    expect((await api.ask(`DELETE ${PATH}`)).status).toBe(409);
    expect(await configs()).toEqual(before);
    await api.services.models.rules.delete({ name: 'r1' });
  });

  test('of another collection, which has the same name in S3, is not removed', async () => {
    await reset(COLLECTION);
    const other = { ...COLLECTION, name: 'MOD09' };
    expect((await api.ask('POST /collections', other)).status).toBe(200);
    expect((await api.ask(`DELETE ${PATH}`)).status).toBe(200);
    expect(await configs()).toEqual({ MOD09___006: expect.objectContaining({ name: 'MOD09' }) });
    await api.ask('DELETE /collections/MOD09/006');
    expect(await configs()).toEqual({});
  });

  test.each([
    { change: 'POST', before: undefined, request: 'POST /collections', body: COLLECTION, ends: [200, 400] },
    { change: 'PUT', before: COLLECTION, request: `PUT ${PATH}`, body: { ...COLLECTION, dataType: 'M' }, ends: [200] },
    { change: 'DELETE', before: COLLECTION, request: `DELETE ${PATH}`, body: undefined, ends: [200] },
  ])(
    'is right after a $change that is interrupted anywhere, once it is sent again',
    async ({ before, request, body, ends }) => {
      const requests = await interruption.everywhere(async (work) => {
        await reset(before);
        await work(() => api.ask(request, body));
        // Refused as one that is there already, a POST still mends what is missing.
        expect(ends).toContain((await api.ask(request, body)).status);
        const now = await record();
        expect(now?.dataType).toBe(body?.dataType);
        expect(await configs()).toEqual(now === undefined ? {} : { [`${now.dataType}___006`]: now });
      });
      expect(requests).toBeGreaterThanOrEqual(2);
    },
    60_000,
  );

  test('is that of the record when many write at once', async () => {
    await reset(COLLECTION);
    const types = ['A', 'B', 'C', 'D', 'E', 'F'];
    await Promise.all(types.map((dataType) => api.ask(`PUT ${PATH}`, { ...COLLECTION, dataType })));
    const now = await record();
    expect(await configs()).toEqual({ [`${now.dataType}___006`]: now });
  });

  test('goes with a collection that S3 did not take, so that the request can be sent again', async () => {
    await reset();
    const s3 = await api.services.clients.s3();
    s3.middlewareStack.add(
      () => async () => {
        throw Object.assign(new Error('Please reduce your request rate.'), {
          name: 'SlowDown',
          $metadata: { httpStatusCode: 503 },
        });
      },
      { step: 'initialize', name: 'throttled' },
    );
    const answer = await api.ask('POST /collections', COLLECTION);
    expect(answer).toMatchObject({ status: 503, body: { message: 'S3 cannot answer just now.' } });
    const removal = await api.ask(`DELETE ${PATH}`);
    s3.middlewareStack.remove('throttled');
    expect(removal.status).toBe(503);
    expect((await api.ask('POST /collections', COLLECTION)).status).toBe(200);
    expect(await configs()).toEqual({ MOD09___006: await record() });
  });

  test('is there again where the record could not be deleted after it', async () => {
    await reset(COLLECTION);
    const before = await configs();
    api.client.middlewareStack.add(
      (next, { commandName }) =>
        async (args) => {
          if (commandName !== 'DeleteItemCommand') return next(args);
          throw Object.assign(new Error('no'), { name: 'AccessDeniedException', $metadata: { httpStatusCode: 400 } });
        },
      { step: 'initialize', name: 'forbidden' },
    );
    const removal = await api.ask(`DELETE ${PATH}`);
    api.client.middlewareStack.remove('forbidden');
    expect(removal.status).toBe(500);
    expect(await record()).toBeDefined();
    expect(await configs()).toEqual(before);
  });

  describe('of a deployment', () => {
    test('without a bucket is a 501, and no record is written', async () => {
      await reset();
      const without = api.another({ isLocal: false });
      const missing = api.another({ systemBucket: 'no-such-bucket' });
      for (const [own, named] of [
        [without, 'system_bucket'],
        [missing, 'no-such-bucket'],
      ] as const) {
        const refused = { status: 501, body: { message: expect.stringContaining(named) } };
        expect(await own.ask('POST /collections', COLLECTION)).toMatchObject(refused);
        expect((await own.ask(`GET ${PATH}`)).status).toBe(404);
        expect(await own.ask('DELETE /pdrs/P1')).toMatchObject(refused);
      }
      expect((await without.ask(`DELETE ${PATH}`)).status).toBe(501);
    });
  });

  describe('of a PDR', () => {
    test('goes from S3 with its record, also if it is asked again', async () => {
      const pdr = { pdrName: 'P1.PDR', provider: 'p', collectionId: 'MOD09GQ___006', status: 'completed' } as const;
      const file = `${api.prefix}/pdrs/P1.PDR`;
      await interruption.everywhere(async (work) => {
        await api.services.models.pdrs.delete(pdr);
        await api.services.models.pdrs.create(pdr as never);
        await bucket.put(file, 'PDR');
        await bucket.put(`${file}.other`, 'PDR');
        await work(() => api.ask('DELETE /pdrs/P1.PDR'));
        expect([200, 400]).toContain((await api.ask('DELETE /pdrs/P1.PDR')).status);
        expect((await api.ask('GET /pdrs/P1.PDR')).status).toBe(404);
        expect(await bucket.keys(`${api.prefix}/pdrs/`)).toEqual([`${file}.other`]);
      });
    });
  });
});
