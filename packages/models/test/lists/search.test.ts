import { DescribeTableCommand, UpdateTableCommand } from '@aws-sdk/client-dynamodb';
import { createClient, createStreamsClient } from '@cumulus/dynamodb/aws';
import { type PlainItem, toAttributes } from '@cumulus/dynamodb/items';
import { createTableInput, RECORD_COUNTS_TABLE, schemaOf, TABLE_DEFINITIONS } from '@cumulus/dynamodb/tables';
import { onDynamoDBLocal, sizeOf } from '@cumulus/test-kit';
import { createTable, ownTables, putAll } from '@cumulus/test-kit/tables';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { countInTime } from '../../src/counts/kept-counts.ts';
import { recount } from '../../src/counts/recount.ts';
import { PageTooFarError } from '../../src/errors.ts';
import type { SearchBudget } from '../../src/lists/budget.ts';
import { KnownIndexes } from '../../src/lists/known-indexes.ts';
import { PageStarts } from '../../src/lists/page-starts.ts';
import { passes, type RecordFilter } from '../../src/lists/record-filter.ts';
import { comparePlaces, placeOf, type SortField } from '../../src/lists/record-order.ts';
import type { SearchOptions } from '../../src/lists/record-search.ts';
import { search } from '../../src/lists/search.ts';
import type { SearchedTable } from '../../src/lists/searched-table.ts';
import { executionType } from '../../src/schemas/execution.ts';

const client = createClient();
const { prefix } = ownTables();
const requests: string[] = [];
client.middlewareStack.add(
  (next, { commandName }) =>
    (args) => {
      requests.push(commandName ?? '');
      return next(args);
    },
  { step: 'initialize', name: 'note' },
);

const definition = TABLE_DEFINITIONS.find(({ name }) => name === 'ExecutionsTable');
const { indexes = [] } = definition ?? {};
const STATUSES = ['running', 'completed', 'failed', 'unknown'];
const HOUR = 3_600_000;

/** In how many pages all records of a search are read. */
const MAX_PAGES = sizeOf({ usual: 8, whole: Number.POSITIVE_INFINITY });

/** Records of which each index lacks some. */
const records: readonly PlainItem[] = Array.from({ length: 90 }, (_, number) => ({
  arn: `arn:aws:states:us-east-1:1:execution:W:${number}`,
  name: `${['Alpha', 'ALPHA', 'alpha', 'Alps', 'beta', 'aLPine'][number % 6]}-${String(number).padStart(2, '0')}`,
  status: number % 11 === 10 ? 'queued' : STATUSES[number % 4],
  ...(number % 13 === 12 ? {} : { timestamp: HOUR + ((number * 7) % 45) * 400_000 }),
  createdAt: 500 + (number % 17),
  ...(number % 5 === 4 ? {} : { duration: (number * 13) % 29 }),
  type: ['Ingest', 'Discover'][number % 2],
  ...(number % 3 === 0 ? { collectionId: number % 2 === 0 ? 'a___1' : 'b___2' } : {}),
  ...(number % 9 === 1 ? { parentArn: `arn:parent:${number % 2}` } : {}),
  ...(number % 10 === 3 ? { asyncOperationId: 'op' } : {}),
  // So that a page of the table is a read unit or more.
  originalPayload: { text: 'x'.repeat(14_000) },
}));

const UNLIMITED: SearchBudget = { milliseconds: Number.POSITIVE_INFINITY, readUnits: Number.POSITIVE_INFINITY };

async function waitForIndexes(table: string): Promise<void> {
  for (;;) {
    const { Table } = await client.send(new DescribeTableCommand({ TableName: table }));
    const indexes = Table?.GlobalSecondaryIndexes ?? [];
    if (indexes.every(({ IndexStatus, Backfilling = false }) => IndexStatus === 'ACTIVE' && !Backfilling)) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

function searched(table: string, options: Partial<SearchedTable<PlainItem>> = {}): SearchedTable<PlainItem> {
  return {
    ...{ client, table, key: ['arn'], indexes, statuses: STATUSES, fields: executionType.fields, budget: UNLIMITED },
    known: new KnownIndexes(() => undefined),
    recordOf: async (item) => item,
    pageStarts: new PageStarts(),
    countMatching: async () => undefined,
    countInTime: async () => undefined,
    countLacking: async () => undefined,
    ...options,
  };
}

/** The records that pass filters, one by one. */
function oracle(filters: readonly RecordFilter[]): readonly PlainItem[] {
  return records.filter((record) => filters.every((filter) => passes(record, filter)));
}

const idsOf = (found: readonly PlainItem[]): readonly string[] => found.map(({ arn }) => String(arn)).sort();

/** All pages by cursors, and whether one of them said that it was not complete. */
async function readAll(table: SearchedTable<PlainItem>, options: SearchOptions) {
  const found: PlainItem[] = [];
  const portions: PlainItem[][] = [];
  let isComplete = true;
  let cursor: string | undefined;
  for (let pages = 0; ; pages += 1) {
    if (pages > 600) throw new Error('The search does not end.');
    const page = await search(table, { ...options, cursor });
    expect(page.records.length).toBeLessThanOrEqual(options.limit);
    if (!page.complete) isComplete = false;
    portions.push([...page.records]);
    found.push(...page.records);
    cursor = page.cursor;
    if (cursor === undefined) return { found, portions, isComplete };
  }
}

/** The values that a list is sorted by, in its order. Records of a status that is none may come at its end. */
const placesOf = (found: readonly PlainItem[], sort: readonly SortField[]) =>
  found.filter(({ status }) => status !== 'queued').map((record) => placeOf(record, sort, [])[0]);

function sorted(found: readonly PlainItem[], sort: readonly SortField[]): readonly PlainItem[] {
  const compare = comparePlaces(sort);
  return found.toSorted((a, b) => compare(placeOf(a, sort, []), placeOf(b, sort, [])));
}

const anyFilter = fc.constantFrom<RecordFilter[]>(
  { kind: 'is', field: 'status', values: ['failed'] },
  { kind: 'is', field: 'status', values: ['failed', 'running'] },
  { kind: 'is', field: 'status', values: ['queued'] },
  { kind: 'is', field: 'type', values: ['Ingest'] },
  { kind: 'is', field: 'collectionId', values: ['a___1'] },
  { kind: 'is', field: 'parentArn', values: ['arn:parent:1'] },
  { kind: 'is', field: 'asyncOperationId', values: ['op'] },
  { kind: 'is', field: 'arn', values: records.slice(0, 9).map(({ arn }) => String(arn)) },
  { kind: 'is', field: 'name', values: ['beta-10'] },
  { kind: 'range', field: 'timestamp', from: String(3 * HOUR), to: String(5 * HOUR) },
  { kind: 'range', field: 'createdAt', above: '503', below: '511' },
  { kind: 'range', field: 'duration', from: '10' },
  { kind: 'prefix', field: 'name', text: 'alp' },
  { kind: 'prefix', field: 'name', text: 'ALPHA-1' },
  { kind: 'prefix', field: 'name', text: 'z' },
  { kind: 'infix', field: 'name', text: '-1' },
  { kind: 'exists', field: 'duration', exists: false },
  { kind: 'not', field: 'type', values: ['Ingest'] },
);

const anySort = fc.array(
  fc.record({
    field: fc.constantFrom('timestamp', 'createdAt', 'duration', 'name', 'type'),
    order: fc.constantFrom('asc' as const, 'desc' as const),
  }),
  { minLength: 1, maxLength: 2 },
);

const anySearch = fc
  .record({
    filters: fc.uniqueArray(anyFilter, { maxLength: 3 }),
    sort: anySort.map((sort) => sort.filter(({ field }, at) => sort.findIndex((one) => one.field === field) === at)),
    limit: fc.integer({ min: 1, max: 20 }),
  })
  .map((asked) => ({ ...asked, limit: Math.max(asked.limit, Math.ceil(oracle(asked.filters).length / MAX_PAGES)) }));

onDynamoDBLocal('a search of a table of any size', () => {
  const table = `${prefix}-ExecutionsTable`;
  const bare = `${prefix}-BareTable`;

  beforeAll(async () => {
    if (definition === undefined) throw new Error('no definition of the ExecutionsTable');
    const { stream: _, ...schema } = schemaOf(definition);
    await createTable(createTableInput(table, schema));
    await createTable(createTableInput(bare, { ...schema, globalIndexes: [] }));
    const items = records.map((record) => toAttributes(record));
    await putAll(table, items);
    await putAll(bare, items);
  }, 120_000);
  afterAll(() => client.destroy());

  test('has every record once, in order, by whatever index it is answered', async () => {
    await fc.assert(
      fc.asyncProperty(anySearch, async (asked) => {
        const expected = oracle(asked.filters);
        // A count would stop after 100 read units, and say so.
        const { found, isComplete } = await readAll(searched(table), { ...asked, uncounted: true });
        expect(idsOf(found)).toEqual(idsOf(expected));
        expect(placesOf(found, asked.sort)).toEqual(placesOf(sorted(expected, asked.sort), asked.sort));
        expect(isComplete).toBe(true);
        const byPages: PlainItem[] = [];
        for (let page = 1; byPages.length < expected.length && page < 99; page += 1) {
          byPages.push(...(await search(searched(table), { ...asked, page })).records);
        }
        expect(byPages.map(({ arn }) => arn)).toEqual(found.map(({ arn }) => arn));
      }),
      { numRuns: sizeOf({ usual: 8, whole: 100 }) },
    );
  }, 300_000);

  test('has every record once, though each page looks only so far', async () => {
    await fc.assert(
      fc.asyncProperty(
        anySearch,
        fc.integer({ min: sizeOf({ usual: 4, whole: 1 }), max: 40 }),
        async (asked, readUnits) => {
          const expected = oracle(asked.filters);
          const small = searched(table, { budget: { ...UNLIMITED, readUnits } });
          const { found } = await readAll(small, asked);
          expect(idsOf(found)).toEqual(idsOf(expected));
          const first = await search(small, asked);
          if (first.complete) expect(first.count ?? expected.length).toBe(expected.length);
          else expect(first.count).toBeLessThanOrEqual(expected.length);
          if (first.searchedUntil !== undefined) {
            expect(placesOf(found, asked.sort)).toEqual(placesOf(sorted(expected, asked.sort), asked.sort));
          }
        },
      ),
      { numRuns: sizeOf({ usual: 8, whole: 100 }) },
    );
  }, 300_000);

  test('reads records that are named by their key, and nothing else', async () => {
    requests.length = 0;
    const arns = [7, 3, 99].map((number) => `arn:aws:states:us-east-1:1:execution:W:${number}`);
    const page = await search(searched(table), {
      filters: [
        { kind: 'is', field: 'arn', values: arns },
        { kind: 'infix', field: 'name', text: 'A' },
      ],
      limit: 10,
    });
    expect(page).toMatchObject({ count: 2, complete: true, cursor: undefined });
    expect(requests).toEqual(['BatchGetItemCommand']);
  });

  test('looks through keys alone for what these have', async () => {
    requests.length = 0;
    const infix = [{ kind: 'infix', field: 'name', text: 'zzz' }] as const;
    const known = { countLacking: async () => 0 };
    expect(
      await search(searched(table, known), { filters: infix, sort: [{ field: 'name', order: 'asc' }], limit: 9 }),
    ).toMatchObject({
      count: 0,
      complete: true,
    });
    expect(new Set(requests)).toEqual(new Set(['QueryCommand']));
  });

  test('counts no further than the page where the kept counts say how many there are', async () => {
    const failed = [{ kind: 'is', field: 'status', values: ['failed'] }] as const;
    const total = oracle(failed).filter(({ timestamp }) => timestamp !== undefined).length;
    const known = { countLacking: async () => 0 };
    const kept = { ...known, countMatching: async () => ({ total: 99, byStatus: { failed: total, running: 9 } }) };
    for (const [options, pages] of [
      [kept, 1],
      [known, 3],
    ] as const) {
      requests.length = 0;
      expect(await search(searched(table, options), { filters: failed, limit: 3 })).toMatchObject({
        count: total,
        complete: true,
      });
      expect(requests.filter((request) => request === 'QueryCommand')).toHaveLength(pages);
    }
  });

  test('says how far it looked, and reaches the next pages while it goes on', async () => {
    const small = searched(table, { budget: { ...UNLIMITED, readUnits: 16 }, countLacking: async () => 0 });
    const asked: SearchOptions = {
      filters: [{ kind: 'exists', field: 'originalPayload', exists: true }],
      sort: [{ field: 'createdAt', order: 'desc' }],
      limit: 10,
    };
    const seen: PlainItem[] = [];
    for (let page = 1; page <= 5; page += 1) {
      const { records: shown, complete, count, cursor } = await search(small, { ...asked, page });
      seen.push(...shown);
      expect(complete).toBe(false);
      expect(count).toBeGreaterThanOrEqual(shown.length);
      expect(cursor).toBeDefined();
    }
    expect(new Set(idsOf(seen)).size).toBe(seen.length);
    const first = sorted(
      records.filter(({ status }) => status !== 'queued'),
      asked.sort ?? [],
    ).slice(0, seen.length);
    expect(seen.length).toBeGreaterThan(30);
    expect(placesOf(seen, asked.sort ?? [])).toEqual(placesOf(first, asked.sort ?? []));
    // Where nobody asked for the pages before it.
    const other = searched(table, { budget: { ...UNLIMITED, readUnits: 16 } });
    await expect(search(other, { ...asked, page: 9 })).rejects.toThrow(PageTooFarError);
    await expect(search(other, { ...asked, page: 9 })).rejects.toThrow(/meta\.next/);
  });

  test('is answered by a table without indexes, which is said once, until it has them', async () => {
    const warnings: string[] = [];
    const known = new KnownIndexes((warning) => warnings.push(warning), 100);
    const lacking = searched(bare, { known: new KnownIndexes((warning) => warnings.push(warning)) });
    const asked: SearchOptions = { sort: [{ field: 'createdAt', order: 'desc' }], limit: 20 };
    for (let time = 0; time < 2; time += 1) {
      const { found } = await readAll(lacking, asked);
      expect(idsOf(found)).toEqual(idsOf(records));
      expect(placesOf(found, asked.sort ?? [])).toEqual(placesOf(sorted(records, asked.sort ?? []), asked.sort ?? []));
    }
    expect(new Set(warnings).size).toBe(warnings.length);
    expect(warnings).toContainEqual(expect.stringMatching(/no index status-createdAt-index[\s\S]*Terraform/));
    // In part, and it says so.
    const small = { ...lacking, budget: { ...UNLIMITED, readUnits: 1 } };
    await client.send(
      new UpdateTableCommand({
        TableName: bare,
        AttributeDefinitions: [
          { AttributeName: 'status', AttributeType: 'S' },
          { AttributeName: 'createdAt', AttributeType: 'N' },
        ],
        GlobalSecondaryIndexUpdates: [
          {
            Create: {
              IndexName: 'status-createdAt-index',
              KeySchema: [
                { AttributeName: 'status', KeyType: 'HASH' },
                { AttributeName: 'createdAt', KeyType: 'RANGE' },
              ],
              Projection: { ProjectionType: 'INCLUDE', NonKeyAttributes: ['collectionId', 'timestamp', 'type'] },
            },
          },
        ],
      }),
    );
    const part = await search(small, asked);
    expect(part).toMatchObject({ complete: false, searchedUntil: undefined, cursor: expect.any(String) });
    expect(placesOf(part.records, asked.sort ?? [])).toEqual(
      placesOf(sorted(part.records, asked.sort ?? []), asked.sort ?? []),
    );
    // DynamoDB Local answers from an index that is not filled yet, which DynamoDB refuses.
    await waitForIndexes(bare);
    // It is looked for again, here at once.
    const noticing = searched(bare, { known, countLacking: async () => 0 });
    for (let tries = 0; ; tries += 1) {
      requests.length = 0;
      const { records: shown } = await search(noticing, asked);
      expect(shown).toHaveLength(20);
      if (!requests.includes('ScanCommand')) break;
      if (tries > 200) throw new Error('The index is not used.');
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }, 60_000);

  test('counts records of any span of time by hours, and exactly at its ends', async () => {
    const countsTable = `${prefix}-RecordCountsTable`;
    await createTable(createTableInput(countsTable, schemaOf(RECORD_COUNTS_TABLE)));
    const streamsClient = createStreamsClient();
    await recount({ client, streamsClient, countsTable, table, recordType: 'execution', settleTime: 1 });
    streamsClient.destroy();
    const counts = { client, countsTable };
    let asked = 0;
    const counted = searched(table, {
      countInTime: async (span) => {
        asked += 1;
        return countInTime(counts, 'execution', span);
      },
    });
    const anyTime = fc.integer({ min: 0, max: 7 * HOUR });
    const anySpan = fc.record(
      { from: anyTime, to: anyTime, status: fc.constantFrom('failed', 'unknown'), collectionId: fc.constant('a___1') },
      { requiredKeys: [] },
    );
    await fc.assert(
      fc.asyncProperty(anySpan, async ({ from, to, status, collectionId }) => {
        const filters: RecordFilter[] = [
          { kind: 'range', field: 'timestamp', from: from?.toString(), to: to?.toString() },
          ...(status === undefined ? [] : [{ kind: 'is', field: 'status', values: [status] } as const]),
          ...(collectionId === undefined
            ? []
            : [{ kind: 'is', field: 'collectionId', values: [collectionId] } as const]),
        ];
        const { count, complete } = await search(counted, { filters, limit: 3 });
        if (from === undefined && to === undefined) return;
        // Records of a status that is none are looked for in the table, and here that is too large for it.
        const isIndexed = status !== undefined || collectionId !== undefined;
        if (isIndexed || complete)
          expect({ count, complete }).toEqual({ count: oracle(filters).length, complete: true });
      }),
      { numRuns: sizeOf({ usual: 15, whole: 150 }) },
    );
    expect(asked).toBeGreaterThan(0);
  }, 120_000);
});
