import { PutItemCommand } from '@aws-sdk/client-dynamodb';
import { onDynamoDBLocal } from '@cumulus/test-kit';
import { beforeAll, expect, test } from '@jest/globals';
import { OwnApi } from '../own-api.ts';

onDynamoDBLocal('lists', () => {
  const api = new OwnApi();
  let uncounted: unknown;

  beforeAll(async () => {
    for (let number = 0; number < 25; number += 1) {
      await api.put('GranulesTable', {
        granuleId: `granule-${String(number).padStart(2, '0')}`,
        collectionId: number % 5 === 0 ? 'A___1' : 'B___2',
        status: number % 2 === 0 ? 'completed' : 'failed',
        execution: 'https://console/execution',
        published: number === 3,
        provider: 's3',
        duration: number / 10,
        timestamp: Date.UTC(2026, 0, 1 + (number % 3)) + number,
        createdAt: 1_000 + number,
        updatedAt: 2_000,
        beginningDateTime: '2026-01-01T00:00:00Z',
        ofAnotherRelease: { big: 12345678901234567890n, set: new Set(['a', 'b']) },
      });
    }
    await api.put('CollectionsTable', { name: 'A', version: '1', createdAt: 1, updatedAt: 2 });
    await api.put('AsyncOperationsTable', {
      ...{ id: 'op', status: 'RUNNING', description: 'd', operationType: 'ES Index', createdAt: 1, updatedAt: 1 },
    });
    // Before anything is counted.
    uncounted = (await api.ask('GET /collections')).body.results;
    await api.recount();
  }, 120_000);

  const ids = async (query: string): Promise<readonly string[]> =>
    (await api.ask(`GET /granules?${query}`)).body.results.map(({ granuleId }: { granuleId: string }) => granuleId);

  test('have the meta that clients know', async () => {
    const { status, body } = await api.ask('GET /granules');
    expect(status).toBe(200);
    expect(body.meta).toEqual({
      ...{ name: 'cumulus-api', stack: api.prefix, table: 'granule', limit: 10, page: 1, count: 25 },
      next: expect.any(String),
    });
    expect(body.results).toHaveLength(10);
    const last = await api.ask('GET /v1/granules?limit=10&page=3');
    expect(last.body.meta).toEqual({
      ...{ name: 'cumulus-api', stack: api.prefix, table: 'granule', limit: 10, page: 3, count: 25 },
    });
    expect(last.body.results).toHaveLength(5);
    for (const page of [9, Number.MAX_SAFE_INTEGER])
      expect((await api.ask(`GET /granules?page=${page}`)).body).toMatchObject({
        meta: { count: 25, page },
        results: [],
      });
    expect((await api.ask('GET /granules?limit=5000')).body.meta.limit).toBe(100);
    expect((await api.ask('GET /collections?limit=5000')).body.meta.limit).toBe(50);
  });

  test('go on by a cursor', async () => {
    const seen: string[] = [];
    let query = 'limit=7';
    for (;;) {
      const { meta, results } = (await api.ask(`GET /granules?${query}`)).body;
      seen.push(...results.map(({ granuleId }: { granuleId: string }) => granuleId));
      if (meta.next === undefined) break;
      query = `limit=7&cursor=${encodeURIComponent(meta.next)}`;
    }
    expect(seen).toHaveLength(25);
    expect(new Set(seen).size).toBe(25);
    expect((await api.ask('GET /granules?status=failed&cursor=bm9uZQ')).status).toBe(400);
    expect((await api.ask('GET /granules?page=2&cursor=x')).status).toBe(400);
    const first = (await api.ask('GET /granules?limit=7&cursor=')).body;
    expect(first.results).toHaveLength(7);
    expect(first.meta).not.toHaveProperty('count');
    expect(first.meta.next).toBeDefined();
  });

  test('filter, sort, and show the fields that are asked for', async () => {
    expect(await ids('status=failed&limit=100')).toHaveLength(12);
    expect(await ids('status__in=failed,completed&limit=100')).toHaveLength(25);
    expect(await ids('status__not=failed&limit=100')).toHaveLength(13);
    expect(await ids('published=true')).toEqual(['granule-03']);
    expect(await ids('productVolume__exists=true')).toEqual([]);
    expect(await ids('duration__from=2.2&sort_by=duration&order=asc')).toEqual([
      'granule-22',
      'granule-23',
      'granule-24',
    ]);
    expect(await ids('prefix=granule-1&limit=100')).toHaveLength(10);
    expect(await ids('infix=-2&limit=100')).toHaveLength(5);
    expect(await ids('q=granule-07')).toEqual(['granule-07']);
    expect(await ids('collectionId=A___1&status=failed')).toHaveLength(2);
    expect((await api.ask('GET /granules?fields=granuleId,files.bucket&prefix=granule-03')).body.results).toEqual([
      { granuleId: 'granule-03' },
    ]);
  });

  test.each(['', '&collectionId=A___1', '&page=2', '&prefix=granule-1', '&duration__from=2.2'])(
    'of no records have the count alone, with filters "%s"',
    async (filters) => {
      const { meta } = (await api.ask(`GET /granules?limit=1${filters}`)).body;
      const { status, body } = await api.ask(`GET /granules?limit=0${filters}`);
      expect(status).toBe(200);
      expect(body).toEqual({ meta: { ...meta, limit: 0, next: undefined }, results: [] });
    },
  );

  test.each([
    ['limit=-1', 'limit'],
    ['limit=ten', 'limit'],
    ['page=-1', 'page'],
    ['order=up', 'order'],
    ['granuleID=x', 'granuleID'],
    ['duration=long', 'duration'],
    ['published=yes', 'published'],
    ['status__exists=1', 'status__exists'],
    ['duration__from=x', 'duration__from'],
    ['limit=1&limit=2', 'limit'],
    ['constructor=x', 'constructor'],
  ])('refuse %s, by name', async (query, name) => {
    const { status, body } = await api.ask(`GET /granules?${query}`);
    expect(status).toBe(400);
    expect(body.message).toMatch(new RegExp(`parameter ${name} `));
  });

  test('show records as the tables hold them, with all digits', async () => {
    const response = await api.app.request('/granules/granule-03');
    const text = await response.text();
    expect(text).toContain('"big":12345678901234567890');
    expect(text).toContain('"set":["a","b"]');
  });

  test('of collections have the number of their granules by status', async () => {
    expect(uncounted).toEqual((await api.ask('GET /collections')).body.results);
    expect((await api.ask('GET /collections')).body.results).toEqual([
      {
        name: 'A',
        version: '1',
        createdAt: 1,
        updatedAt: 2,
        timestamp: 2,
        stats: { running: 0, completed: 3, failed: 2, total: 5 },
      },
    ]);
  });

  test('an asynchronous operation has the fields that clients know', async () => {
    expect((await api.ask('GET /asyncOperations/op')).body).toEqual({
      ...{ id: 'op', status: 'RUNNING', description: 'd', operationType: 'ES Index' },
    });
    expect((await api.ask('GET /asyncOperations')).body.results).toHaveLength(1);
  });

  test('of granules come as CSV', async () => {
    const { status, headers, body } = await api.ask('GET /granule-csv');
    expect(status).toBe(200);
    expect(headers.get('Content-Type')).toContain('text/csv');
    const lines = body.trim().split('\n');
    expect(lines[0]).toBe('granuleUr,collectionId,createdAt,startDateTime,endDateTime');
    expect(lines).toHaveLength(26);
    expect(lines).toContain('granule-03,B___2,1970-01-01T00:00:01.003Z,2026-01-01T00:00:00Z,');
  });

  test('of rows that other releases wrote oddly are shown, and these can be deleted', async () => {
    const Item = { name: { S: 'Odd' }, version: { S: '1' }, meta: { M: { constructor: { S: 'x' } } } };
    await api.client.send(new PutItemCommand({ TableName: `${api.prefix}-CollectionsTable`, Item }));
    expect((await api.ask('GET /collections?name=Odd')).body.results).toMatchObject([{ meta: { constructor: 'x' } }]);
    const files = [null, { bucket: 'b', key: 'k' }, { bucket: 'b', key: 'k' }, { bucket: 'b', key: 7 }];
    await api.put('GranulesTable', { granuleId: 'odd', status: 'failed', createdAt: 9e15, timestamp: 1, files });
    expect((await api.ask('GET /granule-csv')).body).toContain('\nodd,');
    expect((await api.ask('PUT /granules/odd', { action: 'reingest' })).status).toBe(400);
    expect(await api.ask('DELETE /granules/odd')).toMatchObject({ status: 200 });
    await api.services.models.collections.delete({ name: 'Odd', version: '1' });
  });
});
