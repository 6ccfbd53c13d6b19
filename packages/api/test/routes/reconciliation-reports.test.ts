import { CreateBucketCommand, ListObjectsV2Command, PutObjectCommand } from '@aws-sdk/client-s3';
import { describeUnless, ownMoto, whyNoDynamoDBLocal, whyNoMoto } from '@cumulus/test-kit';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createApp } from '../../src/app.ts';
import { OwnApi } from '../own-api.ts';

const BUCKET = 'reports-system';

/** As release 1.18 wrote them, with a number that has more digits than JavaScript holds. */
const REPORT =
  '{"reportStartTime":"2020-01-14T20:52:38.781Z","status":"SUCCESS","filesInCumulus":{"okCount":12345678901234567890}}';

const FILES = [
  ...['inventoryReport-20200114T205238781.json', 'granuleNotFoundReport-20200114T214148744.json'],
  ...['report-2019.json', 'internalReport-20200827T210339679.json'],
];

describeUnless((await whyNoMoto()) ?? whyNoDynamoDBLocal(), 'reconciliation reports', () => {
  const moto = ownMoto();
  const api = new OwnApi({ systemBucket: BUCKET });
  const keyOf = (file: string): string => `${api.prefix}/reconciliation-reports/${file}`;
  const put = (Key: string, Body: string) => moto.s3.send(new PutObjectCommand({ Bucket: BUCKET, Key, Body }));

  beforeAll(async () => {
    process.env['AWS_ENDPOINT_URL_S3'] = moto.endpoint;
    await moto.s3.send(new CreateBucketCommand({ Bucket: BUCKET }));
    for (const file of FILES) await put(keyOf(file), REPORT);
    // What is no report, and another stack's.
    await put(keyOf('notes.txt'), 'x');
    await put(keyOf('older/report-2018.json'), '{}');
    await put('other/reconciliation-reports/report-1.json', '{}');
  }, 60_000);
  afterAll(() => {
    delete process.env['AWS_ENDPOINT_URL_S3'];
  });

  const names = async (query: string): Promise<readonly string[]> =>
    (await api.ask(`GET /reconciliationReports?${query}`)).body.results.map(({ name }: { name: string }) => name);

  test('that lie in S3 are listed with what dashboards from v1.10 on read', async () => {
    const { status, body } = await api.ask('GET /reconciliationReports?limit=50&sort_key[]=-createdAt');
    expect(status).toBe(200);
    expect(body.meta).toMatchObject({ table: 'reconciliationReport', limit: 50, page: 1, count: 4 });
    const time = expect.any(Number);
    expect(body.results).toContainEqual({
      reconciliationReportName: 'inventoryReport-20200114T205238781.json',
      name: 'inventoryReport-20200114T205238781',
      type: 'Inventory',
      status: 'Generated',
      location: `s3://${BUCKET}/${keyOf('inventoryReport-20200114T205238781.json')}`,
      ...{ createdAt: time, updatedAt: time, timestamp: time },
    });
    expect(new Set(body.results.map(({ type }: { type: string }) => type))).toEqual(
      new Set(['Inventory', 'Granule Not Found', 'Internal']),
    );
  });

  test.each([
    ['limit=50&order=desc', FILES.toSorted()],
    ['limit=50&page=1&order=desc&sort_by=0', FILES.toSorted()],
    ['limit=50&page=1&order=desc&sort_by=reconciliationReportName', FILES.toSorted().toReversed()],
    ['limit=50&page=1&order=asc&sort_by=reconciliationReportName&prefix=report', ['report-2019.json']],
    ['limit=2&order=asc&sort_by=reconciliationReportName&fields=name', FILES.toSorted().slice(0, 2)],
  ])('are names of files, as in release 1.18, for dashboards that ask for %s', async (query, files) => {
    const { body } = await api.ask(`GET /reconciliationReports?${query}`);
    // Reports of the same time may be in any order.
    if (query.includes('sort_by=r')) expect(body.results).toEqual(files);
    else expect(new Set(body.results)).toEqual(new Set(files));
  });

  test.each(['', 'order=', 'order=desc&sort_by=createdAt', 'sort_by=name', 'order=desc&sort_key[]=-0'])(
    'are objects for clients that ask for "%s"',
    async (query) => {
      for (const report of (await api.ask(`GET /reconciliationReports?${query}`)).body.results)
        expect(report).toMatchObject({ name: expect.any(String), createdAt: expect.any(Number) });
    },
  );

  test('are sorted, searched and paged as others', async () => {
    const sorted = FILES.map((file) => file.replace('.json', '')).sort();
    expect(await names('sort_key[]=-reconciliationReportName')).toEqual(sorted.toReversed());
    expect(await names('sort_key[]=name&limit=2&page=2')).toEqual(sorted.slice(2));
    expect(await names('sort_key[]=-createdAt&limit=null')).toHaveLength(4);
    expect(await names('sort_key[]=-0')).toEqual(sorted);
    expect(await names('prefix=report')).toEqual(['report-2019']);
    expect(await names('infix=notfound')).toEqual(['granuleNotFoundReport-20200114T214148744']);
    expect(await names('type=Internal')).toEqual(['internalReport-20200827T210339679']);
    expect(await names('q=type:Inventory AND 2020')).toEqual(['inventoryReport-20200114T205238781']);
    expect(await names('timestamp__from=2999-01-01')).toEqual([]);
    const first = (await api.ask('GET /reconciliationReports?limit=3&sort_key[]=name&cursor=')).body;
    const rest = await names(`limit=3&sort_key[]=name&cursor=${encodeURIComponent(first.meta.next)}`);
    expect([...first.results.map(({ name }: { name: string }) => name), ...rest]).toEqual(sorted);
    expect((await api.ask('GET /reconciliationReports?bucket=x')).status).toBe(400);
  });

  test('are counted by what is known of them', async () => {
    const counts = async (query: string) =>
      (await api.ask(`GET /stats/aggregate?type=reconciliationReports&${query}`)).body;
    expect(await counts('field=status')).toMatchObject({ meta: { count: 4 }, count: [{ key: 'Generated', count: 4 }] });
    expect((await counts('field=type.keyword&q=2020')).count).toContainEqual({ key: 'Internal', count: 1 });
    expect((await counts('field=status&infix=notfound')).meta.count).toBe(1);
  });

  test('are shown as they were written, with or without their ending', async () => {
    for (const name of ['inventoryReport-20200114T205238781', 'inventoryReport-20200114T205238781.json']) {
      const response = await api.app.request(`/reconciliationReports/${name}`);
      expect(response.headers.get('Content-Type')).toBe('application/json');
      expect(await response.text()).toBe(REPORT);
    }
    for (const name of [
      'none',
      '..%2F..%2Fother%2Freconciliation-reports%2Freport-1',
      'notes.txt',
      '%00',
      'older%2Freport-2018',
    ])
      expect(await api.ask(`GET /reconciliationReports/${name}`)).toMatchObject({
        status: 404,
        body: { message: 'The report does not exist!' },
      });
  });

  test('that are larger than a function may answer are named by their place', async () => {
    const name = 'inventoryReport-20200114T205238781';
    const limited = (maxAnswerBytes: number) => createApp({ ...api.services, maxAnswerBytes });
    const ask = (bytes: number, path: string) =>
      api.ask(`GET /reconciliationReports/${path}`, undefined, {}, limited(bytes));
    expect(await ask(REPORT.length, name)).toMatchObject({ status: 200 });
    for (const each of [name, `${name}.json`])
      expect(await ask(REPORT.length - 1, each)).toMatchObject({
        status: 501,
        body: { message: expect.stringContaining(`It is s3://${BUCKET}/${keyOf(`${name}.json`)}.`) },
      });
    expect((await ask(1, 'none')).status).toBe(404);
  });

  test('are deleted', async () => {
    await put(keyOf('report-2017.json'), '{}');
    for (const name of ['report-2017', 'report-2017', '..%2Fother.json'])
      expect(await api.ask(`DELETE /reconciliationReports/${name}`)).toMatchObject({
        status: 200,
        body: { message: 'Report deleted' },
      });
    expect(await names('limit=50')).toHaveLength(4);
    const { KeyCount } = await moto.s3.send(new ListObjectsV2Command({ Bucket: BUCKET }));
    expect(KeyCount).toBe(FILES.length + 3);
  });

  describe('of a deployment', () => {
    const without = new OwnApi();
    const missing = new OwnApi({ systemBucket: 'no-such-bucket' });

    test('without a bucket are a 501 that names the setting', async () => {
      for (const request of [
        'GET /reconciliationReports',
        'GET /reconciliationReports/x',
        'DELETE /reconciliationReports/x',
      ]) {
        expect(await without.ask(request)).toMatchObject({
          status: 501,
          body: { message: expect.stringContaining('system_bucket') },
        });
        expect(await missing.ask(request)).toMatchObject({
          status: 501,
          body: { message: expect.stringContaining('no-such-bucket') },
        });
      }
    });
  });
});
