import { onDynamoDBLocal, sizeOf } from '@cumulus/test-kit';
import { beforeEach, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { InvalidCursorError } from '../../src/errors.ts';
import type { RecordFilter, RecordFilterOf } from '../../src/lists/record-filter.ts';
import type { SearchOptions } from '../../src/lists/record-search.ts';
import type { Granule } from '../../src/schemas/granule.ts';
import { Deployment } from '../models/deployment.ts';

type GranuleFilter = RecordFilterOf<Granule>;

onDynamoDBLocal('a search', () => {
  const deployment = new Deployment({ tables: ['GranulesTable', 'ProvidersTable'], indexes: 'all' });
  const models = deployment.models();

  const granules = Array.from({ length: 30 }, (_, number) => ({
    granuleId: `granule-${String(number).padStart(2, '0')}`,
    collectionId: number % 3 === 0 ? 'A___1' : 'B___2',
    status: (['running', 'completed', 'failed'] as const)[number % 3] ?? 'failed',
    provider: number % 2 === 0 ? 's3' : 'ftp',
    execution: 'https://console/execution',
    published: number % 5 === 0,
    timestamp: 1_000 + number,
    createdAt: 500 + (number % 7),
    updatedAt: 2_000,
    ...(number % 4 === 0 ? { duration: number / 2 } : {}),
    files: [{ bucket: number % 2 === 0 ? 'private' : 'public', key: `k${number}`, fileName: `k${number}` }],
  }));

  beforeEach(async () => {
    await deployment.putMany('GranulesTable', granules);
  });

  /** The search as it should be. */
  function reference({
    filters = [],
    sort = [{ field: 'timestamp', order: 'desc' }],
  }: Partial<SearchOptions>): readonly string[] {
    const isIt = (granule: Record<string, unknown>, filter: RecordFilter): boolean => {
      const value = 'field' in filter ? granule[filter.field ?? ''] : undefined;
      if (filter.kind === 'is') return filter.values.includes(String(value));
      if (filter.kind === 'not') return !filter.values.includes(String(value));
      if (filter.kind === 'exists') return (value !== undefined) === filter.exists;
      if (filter.kind === 'range')
        return (
          typeof value === 'number' &&
          value >= Number(filter.from ?? Number.NEGATIVE_INFINITY) &&
          value <= Number(filter.to ?? Number.POSITIVE_INFINITY) &&
          value > Number(filter.above ?? Number.NEGATIVE_INFINITY) &&
          value < Number(filter.below ?? Number.POSITIVE_INFINITY)
        );
      if (filter.kind === 'prefix') return String(value).startsWith(filter.text);
      if (filter.kind === 'infix') return String(value).includes(filter.text);
      if (filter.kind === 'all') return filter.of.every((part) => isIt(granule, part));
      if (filter.kind === 'any') return filter.of.some((part) => isIt(granule, part));
      if (filter.kind === 'none') return !filter.of.some((part) => isIt(granule, part));
      throw new Error(`The reference has no ${filter.kind}.`);
    };
    const found = granules.filter((granule) => filters.every((filter) => isIt(granule, filter)));
    const sorted = found.toSorted((a, b) => {
      for (const { field, order } of sort as readonly { field: 'duration'; order: string }[]) {
        const [own, other] = [a[field], b[field]];
        if (own === other) continue;
        if (own === undefined || other === undefined) return own === undefined ? 1 : -1;
        return own < other === (order === 'asc') ? -1 : 1;
      }
      return a.granuleId < b.granuleId ? -1 : 1;
    });
    return sorted.map(({ granuleId }) => granuleId);
  }

  /** What a record is sorted by. */
  function placeOf(
    id: string,
    sort: SearchOptions['sort'] = [{ field: 'timestamp', order: 'desc' }],
  ): readonly unknown[] {
    const granule = granules.find(({ granuleId }) => granuleId === id) as Record<string, unknown> | undefined;
    return sort.map(({ field }) => granule?.[field]);
  }

  const anyFilter: fc.Arbitrary<GranuleFilter> = fc.oneof(
    fc.constantFrom<GranuleFilter[]>(
      { kind: 'is', field: 'status', values: ['failed'] },
      { kind: 'is', field: 'collectionId', values: ['B___2'] },
      { kind: 'is', field: 'provider', values: ['s3'] },
      { kind: 'is', field: 'status', values: ['failed', 'running'] },
      { kind: 'is', field: 'published', values: ['true'] },
      { kind: 'range', field: 'timestamp', from: '1004', to: '1019' },
      { kind: 'range', field: 'timestamp', from: '1010' },
      { kind: 'range', field: 'timestamp', from: '-4.4e16', to: '1e300' },
      { kind: 'range', field: 'duration', to: '6' },
      { kind: 'not', field: 'status', values: ['failed'] },
      { kind: 'not', field: 'provider', values: ['none', 's3'] },
      { kind: 'range', field: 'timestamp', above: '1004', to: '1019' },
      { kind: 'range', field: 'duration', above: '2', below: '8' },
      {
        kind: 'any',
        of: [
          { kind: 'is', field: 'status', values: ['failed'] },
          { kind: 'none', of: [{ kind: 'is', field: 'provider', values: ['s3'] }] },
        ],
      },
      {
        kind: 'all',
        of: [
          { kind: 'is', field: 'status', values: ['failed'] },
          { kind: 'exists', field: 'duration', exists: true },
        ],
      },
      { kind: 'exists', field: 'duration', exists: true },
      { kind: 'exists', field: 'duration', exists: false },
      { kind: 'prefix', field: 'granuleId', text: 'granule-1' },
      { kind: 'infix', field: 'granuleId', text: '-2' },
    ),
  );

  test('finds, orders and counts as it should, by pages and by cursors', async () => {
    const anySearch = fc.record({
      filters: fc.uniqueArray(anyFilter, { maxLength: 3 }),
      sort: fc.option(
        fc.uniqueArray(
          fc.record({
            field: fc.constantFrom('timestamp', 'createdAt', 'duration', 'status', 'nothing' as 'version'),
            order: fc.constantFrom('asc' as const, 'desc' as const),
          }),
          { selector: ({ field }) => field, minLength: 1, maxLength: 3 },
        ),
        { nil: undefined },
      ),
      limit: fc.integer({ min: sizeOf({ usual: 3, whole: 1 }), max: 12 }),
      budget: fc.constant({ milliseconds: Number.POSITIVE_INFINITY, readUnits: 500 }),
    });
    await fc.assert(
      fc.asyncProperty(anySearch, async (search) => {
        const expected = reference(search);
        const byPages: string[] = [];
        for (let page = 1; page <= Math.ceil(expected.length / search.limit) + 1; page += 1) {
          const found = await models.granules.search({ ...search, page });
          expect(found.count).toBe(expected.length);
          byPages.push(...found.records.map(({ granuleId }) => granuleId));
        }
        // Which of two records with the same values comes first is open.
        const placesOf = (ids: readonly string[]) => ids.map((id) => placeOf(id, search.sort));
        expect(placesOf(byPages)).toEqual(placesOf(expected));
        expect(byPages.toSorted()).toEqual(expected.toSorted());
        const byCursor: string[] = [];
        let cursor: string | undefined;
        do {
          const found = await models.granules.search({ ...search, cursor });
          byCursor.push(...found.records.map(({ granuleId }) => granuleId));
          cursor = found.cursor;
        } while (cursor !== undefined);
        expect(byCursor).toEqual(byPages);
      }),
      { numRuns: sizeOf({ usual: 10, whole: 60 }) },
    );
  }, 300_000);

  test('looks into lists and objects, at words anywhere, and takes numbers and booleans as texts', async () => {
    const find = async (...filters: GranuleFilter[]): Promise<readonly Granule[]> =>
      (await models.granules.search({ filters, limit: 100 })).records;
    const anywhere = (text: string): GranuleFilter => ({ kind: 'text', text });
    expect(await find({ kind: 'is', field: 'files.bucket', values: ['private'] })).toHaveLength(15);
    expect(await find({ kind: 'is', field: 'duration', values: ['2.0'] })).toHaveLength(1);
    expect(await find(anywhere('PRIVATE'), anywhere('FAILED'), anywhere('granule-2'))).toHaveLength(2);
    expect(await find({ kind: 'prefix', field: 'granuleId', text: 'GRANULE-0' })).toHaveLength(10);
    expect(await find({ kind: 'like', field: 'granuleId', pattern: 'G*-?5' })).toHaveLength(3);
    expect(await find({ kind: 'like', pattern: 'GRANULE-*2' })).toHaveLength(3);
    expect(await find({ kind: 'like', field: 'files.bucket', pattern: '*a*a*' })).toHaveLength(0);
    const except = ['granuleId'] as const;
    expect(await find({ kind: 'like', pattern: 'GRANULE-*2', except })).toEqual([]);
    expect(await find({ kind: 'text', text: 'granule-2', except })).toEqual([]);
  });

  test('by a cursor neither skips nor repeats anything while others write', async () => {
    for (const field of ['timestamp', 'granuleId'] as const) {
      const sort = [{ field, order: 'desc' }] as const;
      const seen: string[] = [];
      let cursor: string | undefined;
      let written = 0;
      do {
        const found = await models.granules.search({ sort, limit: 7, cursor });
        seen.push(...found.records.map(({ granuleId }) => granuleId));
        cursor = found.cursor;
        written += 1;
        const [first] = granules;
        await deployment.put('GranulesTable', {
          ...first,
          granuleId: `zz-${field}-${written}`,
          timestamp: 9_000 + written,
        });
        await models.granules.delete({ granuleId: `zz-${field}-${written - 1}` });
      } while (cursor !== undefined);
      const old = seen.filter((id) => id.startsWith('granule-'));
      expect(new Set(old).size).toBe(old.length);
      expect(old).toHaveLength(30);
    }
  });

  test('refuses the cursor of another search', async () => {
    const { cursor } = await models.granules.search({ sort: [{ field: 'granuleId', order: 'asc' }], limit: 3 });
    const other = [{ field: 'createdAt', order: 'asc' }] as const;
    await expect(models.granules.search({ sort: other, limit: 3, cursor })).rejects.toThrow(InvalidCursorError);
    await expect(models.granules.search({ limit: 3, cursor: 'x' })).rejects.toThrow(InvalidCursorError);
  });

  test('counts by what is kept, where it is', async () => {
    const asked: unknown[] = [];
    const { GranuleModel } = await import('../../src/models/granules.ts');
    const model = new GranuleModel({
      client: deployment.client,
      table: deployment.table('GranulesTable'),
      now: Date.now,
      countMatching: async (collectionId) => {
        asked.push(collectionId);
        return { total: 9_000_000, byStatus: { completed: 2_000_000, failed: 7_000_000 } };
      },
    });
    const filters: GranuleFilter[] = [{ kind: 'is', field: 'status', values: ['failed'] }];
    expect(await model.search({ filters, limit: 2 })).toMatchObject({ count: 7_000_000 });
    expect(asked).toEqual([undefined]);
    // By a provider or a time it is counted in the index.
    const byProvider: GranuleFilter[] = [{ kind: 'is', field: 'provider', values: ['s3'] }];
    expect(await model.search({ filters: byProvider, limit: 2 })).toMatchObject({ count: 15 });
  });

  test('sorts records of configuration by their last change', async () => {
    for (const [number, id] of ['a', 'b', 'c'].entries()) {
      deployment.now = 1_000 + number;
      await models.providers.create({ id, host: 'h' } as never);
    }
    deployment.now = 2_000;
    await models.providers.update({ id: 'a' }, { host: 'other' });
    const { records, count } = await models.providers.search({ limit: 2 });
    expect(records.map(({ id }) => id)).toEqual(['a', 'c']);
    expect(count).toBe(3);
  });
});
