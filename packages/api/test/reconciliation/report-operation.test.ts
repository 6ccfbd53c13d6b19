import { physicalTableName } from '@cumulus/dynamodb/tables';
import { describeUnless, ownMoto, whyNoMoto } from '@cumulus/test-kit';
import { afterEach, beforeAll, expect, test } from '@jest/globals';
import { createApp } from '../../src/app.ts';
import type { HttpApi } from '../../src/http/http-api.ts';
import type { ServerRunner } from '../../src/operations/server-runner.ts';
import { createServices, type Services } from '../../src/services.ts';
import { BUCKETS, OwnArchive } from '../granules/own-archive.ts';

const FOREVER = new AbortController().signal;

describeUnless(await whyNoMoto(), 'POST /reconciliationReports', () => {
  const moto = ownMoto();
  const api = new OwnArchive(moto);
  let services: Services;
  let app: HttpApi;

  const create = (runner: 'server' | 'command', settings: Partial<Services['settings']> = {}): Services =>
    createServices({
      settings: { ...api.services.settings, ...settings },
      client: api.client,
      tableName: (name) => physicalTableName(api.prefix, name),
      requestLog: { request: () => undefined, brokenOff: () => undefined, warning: () => undefined },
      runner,
    });
  beforeAll(async () => {
    // Nothing is run before a test does.
    services = create('command');
    app = createApp(services);
    await api.archive('G1', [{ bucket: BUCKETS.protected, key: 'a/G1.hdf', content: 'data' }]);
    await api.buckets.public.put('only-in-s3', 'x');
  });
  afterEach(async () => {
    for (const { name } of (await listed()).reports) await ask(`DELETE /reconciliationReports/${name}`);
  });

  const ask = (request: string, body?: unknown) => api.ask(request, body, {}, app);
  const run = (id: string, signal = FOREVER) => services.operations.run(id, signal, { again: true });
  const listed = async () => {
    const reports = (await ask('GET /reconciliationReports?limit=50')).body.results;
    const { count } = (await ask('GET /stats/aggregate?type=reconciliationReports&field=status')).body;
    return {
      reports: reports.map(({ name, status }: { name: string; status: string }) => ({ name, status })),
      counts: Object.fromEntries(count.map(({ key, count: size }: { key: string; count: number }) => [key, size])),
    };
  };
  const shown = async (name: string) => (await ask(`GET /reconciliationReports/${name}`)).body;

  test('starts an operation, and the report is in the list at once, while it is made, and when it is there', async () => {
    // Dashboards of 1.16 send no body.
    const { status, body } = await ask('POST /reconciliationReports');
    expect(status).toBe(202);
    expect(body).toMatchObject({
      ...{ status: 'RUNNING', operationType: 'Reconciliation Report', message: 'Report is being generated' },
      reportName: expect.stringMatching(/^inventoryReport-\d{8}T\d{9}$/),
    });
    const { id, reportName: name } = body;
    expect(await listed()).toEqual({ reports: [{ name, status: 'Pending' }], counts: { Pending: 1 } });
    expect(await shown(name)).toMatchObject({
      status: 'RUNNING',
      reportEndTime: null,
      error: null,
      asyncOperationId: id,
    });

    expect(await run(id)).toMatchObject({
      state: 'ended',
      status: 'SUCCEEDED',
      output: { report: name, isEqual: false },
    });
    expect(await listed()).toEqual({ reports: [{ name, status: 'Generated' }], counts: { Generated: 1 } });
    expect(await shown(name)).toMatchObject({
      status: 'SUCCESS',
      filesInCumulus: { okCount: 1, onlyInS3: [`s3://${BUCKETS.public}/only-in-s3`], onlyInDynamoDb: [] },
      collectionsInCumulusCmr: { notCompared: expect.stringContaining('cmr_provider') },
    });
    const operation = (await ask(`GET /asyncOperations/${id}`)).body;
    expect(JSON.parse(operation.output)).toMatchObject({ differences: 1, filesInCumulus: { okCount: 1 } });
    expect(await ask(`DELETE /reconciliationReports/${name}`)).toMatchObject({ status: 200 });
    expect((await listed()).reports).toEqual([]);
  });

  test('is run by a server within its process', async () => {
    const server = create('server');
    const { body } = await api.ask('POST /reconciliationReports', { reportName: 'by-server' }, {}, createApp(server));
    await (server.runner as ServerRunner).idle();
    expect(body.reportName).toBe('by-server');
    expect(await listed()).toMatchObject({ reports: [{ name: 'by-server', status: 'Generated' }] });
    expect(await ask('POST /reconciliationReports', { reportName: 'by-server.json' })).toMatchObject({
      status: 409,
      body: { message: 'A reconciliation report by-server exists already.' },
    });
  });

  test('a report that cannot be made is Failed with its reason, and may be made again by its name', async () => {
    const described = `${api.prefix}/workflows/buckets.json`;
    const { content } = await api.buckets.system.read(described);
    await api.buckets.system.remove(described);
    const first = (await ask('POST /reconciliationReports', { reportName: 'again' })).body;
    expect(await run(first.id)).toMatchObject({ state: 'ended', status: 'TASK_FAILED' });
    expect(await listed()).toEqual({ reports: [{ name: 'again', status: 'Failed' }], counts: { Failed: 1 } });
    expect(await shown('again')).toMatchObject({ status: 'FAILED', error: expect.stringContaining('buckets.json') });

    await api.buckets.system.put(described, content);
    const second = await ask('POST /reconciliationReports', { reportName: 'again' });
    expect(second.status).toBe(202);
    expect((await listed()).reports).toEqual([{ name: 'again', status: 'Pending' }]);
    await run(second.body.id);
    expect((await listed()).reports).toEqual([{ name: 'again', status: 'Generated' }]);
  });

  test('interrupted it leaves no report, is begun again, and fails by name when that never ends', async () => {
    const { id } = (await ask('POST /reconciliationReports', { reportName: 'long' })).body;
    for (let attempt = 1; attempt <= 3; attempt += 1) {
      const stop = new AbortController();
      // In its midst: once it has noted that it began.
      const onProgress = (): void => stop.abort();
      const outcome = await services.operations.run(id, stop.signal, { again: true, onProgress });
      expect(outcome.state).toBe('interrupted');
      expect((await listed()).reports).toEqual([{ name: 'long', status: 'Pending' }]);
    }
    expect(await run(id)).toMatchObject({ state: 'ended', status: 'TASK_FAILED' });
    expect(await shown('long')).toMatchObject({ status: 'FAILED', error: expect.stringContaining('begun 3 times') });
  });

  test('a report that an operation on another machine was writing when it was killed is made again at once', async () => {
    const { id } = (await ask('POST /reconciliationReports', { reportName: 'killed' })).body;
    const lock = `${api.prefix}/reconciliation-reports/killed.json.lock`;
    await api.buckets.system.put(lock, JSON.stringify({ host: 'elsewhere', pid: 1, since: 'now', holder: 'x' }));
    expect(await run(id)).toMatchObject({ state: 'ended', status: 'SUCCEEDED' });
    await api.buckets.system.remove(lock);
    expect((await listed()).reports).toEqual([{ name: 'killed', status: 'Generated' }]);
  });

  test('a report whose operation was given up is Failed, although nobody noted it', async () => {
    const { id } = (await ask('POST /reconciliationReports', { reportName: 'lost' })).body;
    await services.operations.giveUp(id, 'The queue gave it up.');
    expect(await listed()).toEqual({ reports: [{ name: 'lost', status: 'Failed' }], counts: { Failed: 1 } });
    expect(await shown('lost')).toMatchObject({
      status: 'FAILED',
      error: expect.stringContaining('has ended without'),
    });
  });

  test('takes the parameters of later releases, in the form of docs/reference/reconciliation-report.md', async () => {
    for (const [request, filter] of [
      [{ reportType: 'Inventory', collectionId: 'MOD09GQ___006' }, { collectionId: ['MOD09GQ___006'] }],
      [
        { granuleId: ['G1', 'G2'], location: 'S3' },
        { granuleId: ['G1', 'G2'], location: 'S3' },
      ],
      [
        { provider: 'p', startTimestamp: '2020-01-01', endTimestamp: 1_600_000_000_000, systemBucket: BUCKETS.system },
        { provider: ['p'], startTimestamp: '2020-01-01T00:00:00.000Z', endTimestamp: '2020-09-13T12:26:40.000Z' },
      ],
    ] as const) {
      const { body } = await ask('POST /reconciliationReports', { ...request, reportName: 'asked' });
      await run(body.id);
      const report = await shown('asked');
      expect(report).toMatchObject({ status: 'SUCCESS', ...filter });
      expect(report.filesInCumulus).not.toHaveProperty('onlyInS3');
      await ask('DELETE /reconciliationReports/asked');
    }
  });

  test.each([
    [400, { collectionIds: ['a'] }, /"collectionIds" is no field/],
    [400, { reportType: 'Everything' }, /reportType takes Inventory, not "Everything"/],
    [400, { reportType: 1 }, /reportType takes a text/],
    [400, { reportName: '../x' }, /reportName takes up to 150/],
    [400, { location: 'DynamoDB' }, /location takes S3 or CMR/],
    [400, { startTimestamp: 'yesterday' }, /startTimestamp/],
    [400, { granuleId: [] }, /granuleId takes a text/],
    [400, { granuleId: 'a', provider: 'b' }, /one of granuleId, collectionId and provider/],
    [400, { systemBucket: 'another' }, /systemBucket is archive-system here, not "another"/],
    [400, '{', /not valid JSON/],
    [501, { location: 'CMR' }, /cannot ask CMR: .*cmr_provider/],
    [501, { reportType: 'Internal' }, /there is no second store/],
    [501, { reportType: 'Granule Not Found' }, /an Inventory report names what is missing/],
    [501, { reportType: 'granulenotfound' }, /are not made here/],
    [501, { reportType: 'Granule Inventory' }, /granule-csv/],
    [501, { reportType: 'ORCA Backup' }, /ORCA is not asked/],
  ])('answers %i to %j, and starts nothing', async (status, body, message) => {
    expect(await ask('POST /reconciliationReports', body)).toMatchObject({
      status,
      body: { message: expect.stringMatching(message) },
    });
    expect((await listed()).reports).toEqual([]);
  });

  test('is a 501 where nobody would run it, and where there is no bucket', async () => {
    expect(await api.ask('POST /reconciliationReports', {})).toMatchObject({
      status: 501,
      body: { message: expect.stringContaining('operationsQueueUrl') },
    });
    const without = createApp(create('command', { systemBucket: undefined }));
    expect((await api.ask('POST /reconciliationReports', {}, {}, without)).status).toBe(501);
  });
});
