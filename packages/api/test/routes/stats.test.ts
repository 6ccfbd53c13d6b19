import { markRecountDue } from '@cumulus/models/counts';
import { onDynamoDBLocal } from '@cumulus/test-kit';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { OwnApi } from '../own-api.ts';

const DAY = 86_400_000;
const START = Date.UTC(2026, 0, 1);

/** Of 25 granules each second one failed, from B on there are three times as many, and there are three days of them. */
function granule(index: number): object {
  const failed = index % 2 === 1;
  return {
    granuleId: `granule-${String(index).padStart(2, '0')}`,
    collectionId: index < 6 ? 'A___1' : 'B___2',
    status: failed ? 'failed' : 'completed',
    provider: index < 12 ? 'p' : 'q',
    createdAt: START + index,
    updatedAt: START + index,
    timestamp: START + (index % 3) * DAY + index * 1_000,
    duration: index / 10,
    beginningDateTime: `2026-0${1 + (index % 2)}-01T00:00:00Z`,
    published: index < 10,
    ...(failed ? { error: { Error: index < 10 ? 'TimeoutError' : 'ChecksumError', Cause: 'c' } } : {}),
  };
}

onDynamoDBLocal('numbers', () => {
  const api = new OwnApi();
  /** The tables of records, and of counts, that requests were sent to, by what they do. */
  const requests: string[] = [];

  beforeAll(async () => {
    for (let index = 0; index < 25; index += 1) await api.put('GranulesTable', granule(index) as never);
    await api.put('CollectionsTable', { name: 'A', version: '1', createdAt: START, updatedAt: START + DAY });
    await api.put('ProvidersTable', {
      id: 'p',
      host: 'h',
      protocol: 's3',
      globalConnectionLimit: 10,
      createdAt: START,
      username: 'secret',
    });
    await api.put('ProvidersTable', {
      id: 'q',
      host: 'h',
      protocol: 'https',
      globalConnectionLimit: 10,
      createdAt: START,
    });
    await api.put('ExecutionsTable', {
      arn: 'a:b',
      name: 'b',
      status: 'running',
      type: 'Ingest',
      createdAt: START,
      timestamp: START,
    });
    await api.recount();
    api.client.middlewareStack.add(
      (next, { commandName }) =>
        (args) => {
          const { TableName = '', RequestItems = {} } = args.input as { TableName?: string; RequestItems?: object };
          const tables = [TableName, ...Object.keys(RequestItems)].join('');
          requests.push(`${commandName} ${tables.slice(api.prefix.length + 1)}`);
          return next(args);
        },
      { step: 'initialize', name: 'note' },
    );
  }, 180_000);

  /** The body of an answer; its status is 200. */
  async function get(path: string) {
    const { status, body } = await api.ask(`GET ${path}`);
    expect({ status, message: body.message }).toEqual({ status: 200, message: undefined });
    return body;
  }

  const counts = async (query: string) => {
    const { count } = await get(`/stats/aggregate?${query}`);
    return Object.fromEntries(count.map(({ key, count: of }: { key: string; count: number }) => [key, of]));
  };

  describe('of the deployment', () => {
    test('are of the kept counts', async () => {
      const body = await get('/stats');
      expect(body.granules).toMatchObject({ value: 25, aggregation: 'count', unit: 'granule' });
      expect(body.granules.dateFrom).toBe('1970-01-01T00:00:00.000Z');
      expect(body.errors.value).toBe(12);
      expect(body.collections.value).toBe(2);
      expect(body.processingTime).toMatchObject({ value: 1.2, aggregation: 'average', unit: 'second' });
      expect(body).not.toHaveProperty('meta');
    });

    test.each([
      `timestamp__from=${START + DAY}`,
      'timestamp__from=2026-01-02T00:00:00Z',
      // As v1.6.1 sends it, and as it arrives without an encoded plus.
      'timestamp__from=2026-01-02T01:00:00%2B01:00',
      'timestamp__from=2026-01-02T01:00:00+01:00',
      'timestamp__from=2026-01-02',
    ])('are of a time: %s', async (query) => {
      const body = await get(`/stats?${query}&timestamp__to=2026-01-03T00:00:00Z`);
      expect(body.granules.value).toBe(8);
      expect(body.errors.value).toBe(4);
      expect(body.collections.value).toBe(2);
      expect(body.granules.dateFrom).toBe('2026-01-02T00:00:00.000Z');
      expect(body.granules.dateTo).toBe('2026-01-03T00:00:00.000Z');
    });

    test('of a time are of the kept counts by hours, and of granules at its ends alone', async () => {
      requests.length = 0;
      const from = START + DAY - 1_800_000;
      const body = await get(`/stats?timestamp__from=${from}`);
      const expected = Array.from({ length: 25 }, (_, index) => index).filter((index) => index % 3 > 0);
      expect([body.granules.value, body.errors.value, body.collections.value]).toEqual([16, 8, 2]);
      const mean = expected.reduce((sum, index) => sum + index / 10, 0) / expected.length;
      expect(body.processingTime.value).toBeCloseTo(mean, 10);
      expect(body).not.toHaveProperty('meta');
      // One of each of the two collections: whether it has any.
      expect(requests.filter((request) => request === 'BatchGetItemCommand GranulesTable')).toHaveLength(2);

      const inHour = await get(`/stats?timestamp__from=${START + DAY + 4_000}`);
      const later = expected.filter((index) => index % 3 === 2 || index >= 4);
      expect([inHour.granules.value, inHour.errors.value]).toEqual([later.length, 7]);
      const meanOfLater = later.reduce((sum, index) => sum + index / 10, 0) / later.length;
      expect(inHour.processingTime.value).toBeCloseTo(meanOfLater, 10);
    });

    test('are of what other filters leave', async () => {
      const body = await get('/stats?collectionId=A___1&status=failed&limit=1&sort_by=duration');
      expect([body.granules.value, body.errors.value, body.collections.value]).toEqual([3, 3, 1]);
    });
  });

  describe('by value', () => {
    test('are of the kept counts by status, and of all filters', async () => {
      const all = { meta: { name: 'cumulus-api', count: 25, field: 'status' } };
      const count = [
        { key: 'completed', count: 13 },
        { key: 'failed', count: 12 },
      ];
      expect(await get('/stats/aggregate?type=granules&field=status')).toEqual({ ...all, count });
      expect(await get('/stats/aggregate/granules')).toEqual({ ...all, count });
      expect(await get('/stats/aggregate')).toEqual({ ...all, count });
    });

    test.each([
      ['collectionId=A___1', { completed: 3, failed: 3 }],
      ['collectionId=A___1&timestamp__from=2026-01-02', { completed: 2, failed: 2 }],
      ['timestamp__from=2026-01-02&timestamp__to=2026-01-02T23:59:59.999Z', { completed: 4, failed: 4 }],
    ])('of whole hours and a collection are of the kept counts alone: %s', async (query, expected) => {
      requests.length = 0;
      expect(await counts(query)).toEqual(expected);
      expect(new Set(requests)).toEqual(
        new Set([
          'BatchGetItemCommand RecordCountsTable',
          ...(query.includes('time') ? ['QueryCommand RecordCountsTable'] : []),
        ]),
      );
    });

    test.each([
      ['type=granules&field=status&collectionId=A___1', { completed: 3, failed: 3 }],
      ['type=granules&field=status&provider=p', { completed: 6, failed: 6 }],
      ['type=granules&field=status&timestamp__from=2026-01-02&timestamp__to=2026-01-02', { completed: 4, failed: 4 }],
      ['type=granules&field=status&status=failed', { failed: 12 }],
      ['type=granules&field=status&status__in=failed, running&collectionId=A___1', { failed: 3 }],
      ['type=granules&field=status&infix=ule-0', { completed: 5, failed: 5 }],
      ['type=granules&field=status&prefix=granule-1', { completed: 5, failed: 5 }],
      ['type=granules&field=status&q=_exists_:error AND collectionId:A___1', { failed: 3 }],
      ['type=granules&field=status&published=true', { completed: 5, failed: 5 }],
      ['type=granules&field=status&status__not=failed,running', { completed: 13 }],
      ['type=granules&field=collectionId', { A___1: 6, B___2: 19 }],
      ['type=granules&field=collectionId&status=failed', { A___1: 3, B___2: 9 }],
      ['type=granules&field=collectionId.keyword&provider=q', { B___2: 13 }],
      ['type=granules&field=error.Error.keyword', { TimeoutError: 5, ChecksumError: 7 }],
      [
        'type=granules&field=error.Error.keyword&status=failed&sort_by=timestamp&order=desc&limit=1',
        { TimeoutError: 5, ChecksumError: 7 },
      ],
      ['type=granules&field=published', { true: 10, false: 15 }],
      ['type=executions&field=status', { running: 1 }],
      ['type=executions&field=type', { Ingest: 1 }],
      ['type=pdrs&field=status', {}],
      ['type=providers&field=protocol', { s3: 1, https: 1 }],
      ['type=providers&field=globalConnectionLimit', { 10: 2 }],
    ])('%s', async (query, expected) => {
      expect(await counts(query)).toEqual(expected);
    });

    test.each([
      ['type=collections&field=providers', 1],
      ['type=providers&field=status', 2],
      ['type=reconciliationReports&field=status', 0],
    ])('%s has none of each, and how many records there are', async (query, count) => {
      const field = new URLSearchParams(query).get('field');
      expect(await get(`/stats/aggregate?${query}`)).toEqual({
        meta: { name: 'cumulus-api', count, field },
        count: [],
      });
    });

    test('numbers are keys that are numbers', async () => {
      const { count } = await get('/stats/aggregate?type=providers&field=globalConnectionLimit');
      expect(count).toEqual([{ key: 10, count: 2 }]);
    });
  });

  describe('by time', () => {
    test('are by day, of all filters', async () => {
      expect(await get('/stats/histogram?type=granules&status=failed')).toEqual({
        meta: {
          ...{ name: 'cumulus-api', count: 12 },
          criteria: { field: 'timestamp', interval: 'day', format: 'yyyy-MM-dd' },
        },
        histogram: [
          { date: '2026-01-01', count: 4 },
          { date: '2026-01-02', count: 4 },
          { date: '2026-01-03', count: 4 },
        ],
      });
    });

    test('are by another field, interval and format, which the answer has too', async () => {
      const criteria = { field: 'beginningDateTime', interval: 'month', format: 'MMM yyyy' };
      expect(await get(`/stats/histogram/granules?${new URLSearchParams(criteria)}`)).toEqual({
        meta: { name: 'cumulus-api', count: 25, criteria },
        histogram: [
          { date: 'Jan 2026', count: 13 },
          { date: 'Feb 2026', count: 12 },
        ],
      });
    });

    test('of configuration are by the time of the last change', async () => {
      const { histogram } = await get('/stats/histogram/collections');
      expect(histogram).toEqual([{ date: '2026-01-02', count: 1 }]);
    });
  });

  test('of a field are described, with the type in the path or not', async () => {
    for (const path of ['/stats/average?type=granules&field=duration', '/stats/average/granules?field=duration']) {
      const body = await get(path);
      expect(body.meta).toEqual({ name: 'cumulus-api', count: 25, field: 'duration' });
      expect(body.stats).toMatchObject({ count: 25, min: 0, max: 2.4 });
      expect(body.stats.avg).toBeCloseTo(1.2, 10);
      expect(body.stats.variance).toBeCloseTo(0.52, 10);
    }
  });

  test.each([
    ['/stats/aggregate?type=nothing', 'type'],
    ['/stats/aggregate/nothing', 'type'],
    ['/stats/aggregate/constructor', 'type'],
    ['/stats/aggregate/granules?type=pdrs', 'type'],
    ['/stats/aggregate?field=nothing', 'field'],
    ['/stats/aggregate?field=files', 'field'],
    ['/stats/aggregate?field=constructor', 'field'],
    ['/stats/aggregate?field=status.keyword.keyword', 'field'],
    ['/stats/aggregate?field=status&field=duration', 'field'],
    ['/stats/aggregate?type=providers&field=username', 'field'],
    ['/stats/aggregate?type=providers&field=password', 'field'],
    ['/stats/aggregate?type=providers&username=secret', 'username'],
    ['/stats/aggregate?nothing=1', 'nothing'],
    ['/stats/aggregate?type=reconciliationReports&field=nothing', 'field'],
    ['/stats/aggregate?type=reconciliationReports&bucket=x', 'bucket'],
    ['/stats/histogram?field=status', 'field'],
    ['/stats/histogram?field=published', 'field'],
    ['/stats/histogram?interval=fortnight', 'interval'],
    ['/stats/histogram?format=foo', 'format'],
    ['/stats/average', 'field'],
    ['/stats/average?field=status', 'field'],
    ['/stats/average/granules?field=nothing', 'field'],
    ['/stats?timestamp__from=yesterday', 'timestamp__from'],
    ['/stats?timestamp__from=2026-02-30', 'timestamp__from'],
    ['/stats?nothing=1', 'nothing'],
  ])('%s is refused, by name', async (path, name) => {
    const { status, body } = await api.ask(`GET ${path}`);
    expect(status).toBe(400);
    expect(body.message).toContain(` ${name} `);
  });

  test('of the ends of a time with too many granules are of its whole hours, which is said', async () => {
    const from = START + 50 * DAY;
    for (let index = 0; index < 23; index += 1) {
      const timestamp = from + (index === 0 ? 3_600_000 : index);
      const status = index < 5 ? 'failed' : 'completed';
      await api.put('GranulesTable', {
        ...granule(0),
        granuleId: `of-an-hour-${index}`,
        status,
        timestamp,
        duration: index,
      } as never);
    }
    await api.recount();
    const body = await get(`/stats?timestamp__from=${from + 1}`);
    expect([body.granules.value, body.errors.value, body.collections.value]).toEqual([23, 5, 1]);
    expect(body.processingTime.value).toBe(0);
    expect(body.meta).toEqual({ name: 'cumulus-api', incomplete: ['processingTime'] });
    // Without a whole hour they are looked at.
    const end = await get(`/stats?timestamp__from=${from + 1}&timestamp__to=${from + 1_000}`);
    expect([end.granules.value, end.errors.value, end.processingTime.value]).toEqual([22, 4, 11.5]);
    expect(end).not.toHaveProperty('meta');
  });

  test('are right while the kept counts may be wrong, which is said', async () => {
    const countsTable = `${api.prefix}-RecordCountsTable`;
    await markRecountDue({ client: api.client, countsTable }, ['granule'], 'A test.');
    await api.put('GranulesTable', { ...granule(25), granuleId: 'late' } as never);
    expect(await get('/stats')).toMatchObject({ granules: { value: 49 }, meta: { recountDue: true } });
    expect(await get('/stats/aggregate')).toMatchObject({ meta: { count: 49, recountDue: true } });
    expect((await get('/stats/aggregate?field=collectionId')).meta).toMatchObject({ count: 49, recountDue: true });
    expect((await get('/stats/aggregate?field=provider')).meta).not.toHaveProperty('recountDue');
  });
});
