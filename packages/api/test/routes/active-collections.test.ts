import type { SearchOptions } from '@cumulus/models';
import type { Granule } from '@cumulus/models/schemas';
import { onDynamoDBLocal } from '@cumulus/test-kit';
import { beforeAll, expect, test } from '@jest/globals';
import { searchActiveCollections } from '../../src/lists/active-collections.ts';
import type { SearchedModel } from '../../src/lists/list-query.ts';
import { OwnApi } from '../own-api.ts';

const DAY = 86_400_000;
const START = Date.UTC(2026, 0, 1);

onDynamoDBLocal('active collections', () => {
  const api = new OwnApi();

  beforeAll(async () => {
    // A had granules on the first day, B on the first and the third, C never.
    const times = { A: [START], B: [START, START + 2 * DAY], C: [] };
    for (const [index, [name, updates]] of Object.entries(times).entries()) {
      await api.put('CollectionsTable', { name, version: '1', process: 'modis', createdAt: 1, updatedAt: 10 - index });
      for (const timestamp of updates) {
        await api.put('GranulesTable', {
          granuleId: `${name}-${timestamp}`,
          collectionId: `${name}___1`,
          status: 'completed',
          ...{ timestamp, createdAt: timestamp, updatedAt: timestamp },
        });
      }
    }
    await api.recount();
  }, 120_000);

  const names = async (query: string): Promise<readonly string[]> => {
    const { status, body } = await api.ask(`GET /collections/active?${query}`);
    expect({ query, status, body }).toMatchObject({ status: 200 });
    return body.results.map(({ name }: { name: string }) => name);
  };

  test('are those with granules that were updated in the time', async () => {
    expect(await names('')).toEqual(['A', 'B']);
    expect(await names(`timestamp__from=${START}&timestamp__to=${START + DAY}`)).toEqual(['A', 'B']);
    expect(await names(`timestamp__from=${START + DAY}`)).toEqual(['B']);
    expect(await names('timestamp__from=2026-01-03&timestamp__to=2026-01-03')).toEqual(['B']);
    expect(await names(`timestamp__from=${START + 3 * DAY}`)).toEqual([]);
    expect(await names(`granuleId=A-${START}`)).toEqual(['A']);
    expect(await names('granuleId__in=none')).toEqual([]);
  });

  test('are listed as all collections are', async () => {
    const { body } = await api.ask('GET /collections/active?limit=1&sort_key[]=-name&estimateTableRowCount=true');
    expect(body.meta).toMatchObject({ table: 'collection', limit: 1, page: 1, count: 2 });
    expect(body.results).toEqual([
      {
        ...{ name: 'B', version: '1', process: 'modis', createdAt: 1, updatedAt: 9, timestamp: 9 },
        stats: { running: 0, completed: 2, failed: 0, total: 2 },
      },
    ]);
    const next = await names(`limit=1&sort_key[]=-name&cursor=${encodeURIComponent(body.meta.next)}`);
    expect(next).toEqual(['A']);
    expect(await names('sort_by=name&order=desc')).toEqual(['B', 'A']);
    expect(await names('name=A')).toEqual(['A']);
    expect(await names('infix=b')).toEqual(['B']);
    expect(await names('q=process:modis AND name:B')).toEqual(['B']);
    const shown = await api.ask('GET /collections/active?fields=name&includeStats=false&name=A');
    expect(shown.body.results).toEqual([{ name: 'A' }]);
    expect((await api.ask('GET /collections/active?nothing=1')).status).toBe(400);
    expect((await api.ask('GET /collections/active?timestamp__from=soon')).status).toBe(400);
  });

  test('are not said to be all where the time was too short', async () => {
    const { models } = api.services;
    const filters = [{ kind: 'range', field: 'timestamp', from: `${START}` }] as const;
    const page = await searchActiveCollections({ filters, limit: 10 }, models, 0);
    expect(page).toMatchObject({ records: [], complete: false });
    expect(await searchActiveCollections({ filters, limit: 10 }, models)).toMatchObject({ complete: true, count: 2 });
    // A look can end before it finds a granule; the next one goes on.
    let looks = 0;
    const granules: SearchedModel<Granule> = models.granules;
    const search = async (options: SearchOptions) => {
      looks += 1;
      if (options.cursor === 'on') return granules.search({ ...options, cursor: undefined });
      return { records: [], count: undefined, complete: false, searchedUntil: undefined, cursor: 'on' };
    };
    const late = await searchActiveCollections(
      { filters, limit: 10 },
      { collections: models.collections, granules: { search } },
    );
    expect(late.records.map(({ name }) => name)).toEqual(['A', 'B']);
    expect(looks).toBe(6);
  });

  test('have their last change as their time, as all configuration has', async () => {
    const all = await api.ask('GET /collections?timestamp__from=9&sort_by=timestamp&order=asc');
    expect(
      all.body.results.map(({ name, timestamp }: { name: string; timestamp: number }) => [name, timestamp]),
    ).toEqual([
      ['B', 9],
      ['A', 10],
    ]);
    expect((await api.ask('GET /collections/A/1')).body).toMatchObject({ updatedAt: 10, timestamp: 10 });
    const lists = [
      ['ProvidersTable', 'providers', { id: 'p', host: 'h' }, 'providers/p'],
      ['RulesTable', 'rules', { name: 'r', rule: { type: 'onetime' }, workflow: 'W', state: 'ENABLED' }, 'rules/r'],
      ['AsyncOperationsTable', 'asyncOperations', { id: 'o', status: 'RUNNING' }, undefined],
    ] as const;
    for (const [table, path, record, single] of lists) {
      await api.put(table, { ...record, createdAt: 1, updatedAt: 5 });
      for (const query of ['', '?timestamp__from=5&timestamp__to=5', '?q=timestamp:>4', '?timestamp__exists=true'])
        expect((await api.ask(`GET /${path}${query}`)).body.results).toMatchObject([{ updatedAt: 5, timestamp: 5 }]);
      expect((await api.ask(`GET /${path}?timestamp__from=6`)).body.results).toEqual([]);
      if (single !== undefined) expect((await api.ask(`GET /${single}`)).body).toMatchObject({ timestamp: 5 });
    }
  });
});
