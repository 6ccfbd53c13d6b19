import { createClient } from '@cumulus/dynamodb/aws';
import { deleteItems, type PlainItem, scanPageOfItems, toAttributes, writeIf } from '@cumulus/dynamodb/items';
import { createTableInput, schemaOf, TABLE_DEFINITIONS, type TableDefinition } from '@cumulus/dynamodb/tables';
import { onDynamoDBLocal, sizeOf } from '@cumulus/test-kit';
import { createTable, ownTables, putAll } from '@cumulus/test-kit/tables';
import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { InvalidCursorError } from '../../src/errors.ts';
import { KnownIndexes } from '../../src/lists/known-indexes.ts';
import { type NewestOptions, newestPage } from '../../src/lists/newest.ts';
import { PageStarts } from '../../src/lists/page-starts.ts';
import type { SearchedTable } from '../../src/lists/searched-table.ts';
import { ExecutionModel } from '../../src/models/executions.ts';

const STATUSES = ['running', 'completed', 'failed'];

const BY_TIME = ['status', 'collectionId', 'provider'];

const client = createClient();
const { prefix } = ownTables();
let requests = 0;
client.middlewareStack.add(
  (next) => (args) => {
    requests += 1;
    return next(args);
  },
  { step: 'initialize', name: 'count' },
);

const definition = TABLE_DEFINITIONS.find(({ name }) => name === 'GranulesTable') as TableDefinition;

const listed: SearchedTable<PlainItem> = {
  ...{ client, table: `${prefix}-GranulesTable`, key: ['granuleId'], statuses: STATUSES },
  indexes: definition.indexes.filter(({ rangeKey, hashKey }) => rangeKey === 'timestamp' && BY_TIME.includes(hashKey)),
  fields: ['granuleId', 'timestamp', 'status', 'collectionId', 'provider'],
  known: new KnownIndexes(() => undefined),
  recordOf: async (item) => item,
  budget: { milliseconds: Number.POSITIVE_INFINITY, readUnits: 50 },
  pageStarts: new PageStarts(),
  countMatching: async () => undefined,
  countInTime: async () => undefined,
  countLacking: async () => undefined,
};

async function createGranules(table: string): Promise<void> {
  const { stream: _, ...schema } = schemaOf(definition);
  await createTable(createTableInput(table, schema));
}

async function put(table: string, item: PlainItem): Promise<void> {
  await writeIf(client, { kind: 'put', table, item, conditions: [] });
}

async function empty(table: string): Promise<void> {
  const { items } = await scanPageOfItems({ client, table, consistent: true });
  await deleteItems(
    { client, table },
    items.map(({ granuleId }) => ({ granuleId })),
  );
}

/** All pages of a list, and the most requests that one took. */
async function readAll(
  options: NewestOptions,
  table: SearchedTable<PlainItem> = listed,
): Promise<{ ids: unknown[][]; most: number }> {
  const ids: unknown[][] = [];
  let most = 0;
  let cursor: string | undefined;
  do {
    requests = 0;
    const page = await newestPage(table, { ...options, cursor });
    most = Math.max(most, requests);
    ids.push(page.records.map(({ granuleId }) => granuleId));
    cursor = page.cursor;
    if (ids.length > 500) throw new Error('The list does not end.');
  } while (cursor !== undefined);
  return { ids, most };
}

/** The list as it should be: groups of ids whose order among each other is open. */
function reference(records: readonly PlainItem[], options: NewestOptions): readonly (readonly unknown[])[] {
  const { status, collectionId, provider, from, to, order } = options;
  const wanted = Object.entries({ status, collectionId, provider }).filter(([, value]) => value !== undefined);
  const all = records.filter((record) => wanted.every(([field, value]) => record[field] === value));
  const isListed = ({ timestamp, status: s }: PlainItem) =>
    typeof timestamp === 'number' && (wanted.length > 0 || STATUSES.includes(s as string));
  const inRange = ({ timestamp }: PlainItem) =>
    (from === undefined || Number(timestamp) >= from) && (to === undefined || Number(timestamp) <= to);
  const timed = all.filter(isListed).filter(inRange);
  const times = [...new Set(timed.map(({ timestamp }) => Number(timestamp)))].sort((a, b) =>
    order === 'asc' ? a - b : b - a,
  );
  const idsOf = (some: readonly PlainItem[]) => some.map(({ granuleId }) => granuleId);
  // Those without a status, or with one that is none, come last, also where a time is asked for.
  const unlisted = all.filter((record) => !isListed(record)).filter(inRange);
  return [...times.map((time) => idsOf(timed.filter(({ timestamp }) => timestamp === time))), idsOf(unlisted)];
}

const randomRecords = fc
  .array(
    fc.record(
      {
        timestamp: fc.integer({ min: 1, max: 12 }),
        status: fc.constantFrom(...STATUSES, 'queued'),
        collectionId: fc.constantFrom('a___1', 'b___2'),
        provider: fc.constantFrom('s3', 'ftp'),
      },
      { requiredKeys: [] },
    ),
    { maxLength: 25 },
  )
  .map((records) => records.map((record, number): PlainItem => ({ granuleId: `g${number}`, other: 'x', ...record })));

const randomOptions: fc.Arbitrary<NewestOptions> = fc.record(
  {
    status: fc.constantFrom(...STATUSES, 'queued', 'none'),
    collectionId: fc.constantFrom('a___1', 'b___2', ''),
    provider: fc.constantFrom('s3', 'ftp', 'none'),
    from: fc.integer({ min: 0, max: 13 }),
    to: fc.integer({ min: 0, max: 13 }),
    order: fc.constantFrom('asc', 'desc'),
    limit: fc.integer({ min: 1, max: 7 }),
  },
  { requiredKeys: ['limit'] },
);

function expectAsReference(
  pages: readonly (readonly unknown[])[],
  records: readonly PlainItem[],
  options: NewestOptions,
) {
  for (const page of pages) expect(page.length).toBeLessThanOrEqual(options.limit ?? 100);
  const ids = pages.flat();
  let start = 0;
  for (const group of reference(records, options)) {
    expect(ids.slice(start, start + group.length).sort()).toEqual([...group].sort());
    start += group.length;
  }
  expect(ids).toHaveLength(start);
}

onDynamoDBLocal('a list of the newest records', () => {
  beforeAll(() => createGranules(listed.table), 60_000);
  afterEach(() => empty(listed.table));
  afterAll(() => client.destroy());

  test('has every record once, by time, whatever it is narrowed to and however it is paged', async () => {
    await fc.assert(
      fc.asyncProperty(
        randomRecords,
        fc.array(randomOptions, { minLength: 3, maxLength: 5 }),
        async (records, lists) => {
          await empty(listed.table);
          await putAll(listed.table, records.map(toAttributes));
          for (const options of lists) {
            const { ids, most } = await readAll(options);
            expectAsReference(ids, records, options);
            // For each status MAX_PAGES + 1 pages, as many of a scan, and the records.
            expect(most).toBeLessThanOrEqual(18);
            const unlisted = reference(records, { ...options, limit: 100 }).at(-1)?.length ?? 0;
            const counted = { ...listed, countLacking: async () => unlisted };
            expectAsReference((await readAll(options, counted)).ids, records, options);
          }
        },
      ),
      { numRuns: sizeOf({ usual: 7, whole: 25 }) },
    );
  }, 300_000);

  test('takes the same few requests for a page of 50 records and of 800', async () => {
    const add = (from: number, to: number) =>
      putAll(
        listed.table,
        Array.from({ length: to - from }, (_, at) => {
          const number = from + at;
          const status = STATUSES[number % 3];
          return toAttributes({
            granuleId: `g${number}`,
            timestamp: number,
            status,
            collectionId: 'a___1',
            provider: 's3',
          });
        }),
      );
    const options: NewestOptions[] = [
      { limit: 10 },
      { limit: 10, status: 'failed' },
      { limit: 10, collectionId: 'a___1' },
      { limit: 10, collectionId: 'a___1', status: 'failed' },
      { limit: 10, provider: 's3', order: 'asc' },
    ];
    const measure = async () => {
      const counts: number[] = [];
      for (const list of options) {
        requests = 0;
        expect((await newestPage(listed, list)).records).toHaveLength(10);
        counts.push(requests);
      }
      return counts;
    };
    await add(0, 50);
    const few = await measure();
    await add(50, 800);
    expect(await measure()).toEqual(few);
    expect(Math.max(...few)).toBeLessThanOrEqual(4);
    for (let left = 800; left > 0; left = (await scanPageOfItems({ client, table: listed.table })).items.length) {
      await empty(listed.table);
    }
  });

  test('leaves out records that are gone, or belong elsewhere by now', async () => {
    const all = ['gone', 'completed', 'older', 'stays'].map((granuleId, number) => ({
      granuleId,
      timestamp: 10 - number,
      status: 'failed',
    }));
    for (const record of all) await put(listed.table, record);
    client.middlewareStack.add(
      (next, { commandName }) =>
        async (args) => {
          if (commandName === 'BatchGetItemCommand') {
            client.middlewareStack.remove('change');
            await deleteItems({ client, table: listed.table }, [{ granuleId: 'gone' }]);
            await put(listed.table, { granuleId: 'completed', timestamp: 9, status: 'completed' });
            await put(listed.table, { granuleId: 'older', timestamp: 1, status: 'failed' });
          }
          return next(args);
        },
      { step: 'initialize', name: 'change' },
    );
    const { records } = await newestPage(listed, { status: 'failed', from: 5 });
    expect(records).toEqual([all[3]]);
  });

  test('repeats and skips nothing when records are added and deleted between pages', async () => {
    for (let number = 10; number < 20; number += 1) {
      await put(listed.table, { granuleId: `g${number}`, timestamp: number, status: STATUSES[number % 3] });
    }
    const first = await newestPage(listed, { limit: 4 });
    await put(listed.table, { granuleId: 'g30', timestamp: 30, status: 'failed' });
    // The last of the page, at which its cursor stands, and the next one.
    await deleteItems({ client, table: listed.table }, [{ granuleId: 'g16' }, { granuleId: 'g15' }]);
    const { records } = await newestPage(listed, { limit: 10, cursor: first.cursor });
    const ids = [...first.records, ...records].map(({ granuleId }) => granuleId);
    expect(ids).toEqual(['g19', 'g18', 'g17', 'g16', 'g14', 'g13', 'g12', 'g11', 'g10']);
  });

  test('takes no cursor but its own', async () => {
    for (let number = 0; number < 6; number += 1) {
      const record = { granuleId: `g${number}`, status: 'failed', collectionId: 'a___1', provider: 's3' };
      await put(listed.table, number < 3 ? record : { ...record, timestamp: number });
    }
    const lists: NewestOptions[] = [{}, { status: 'failed' }, { collectionId: 'a___1' }, { provider: 's3' }];
    for (const list of lists) {
      for (const limit of [1, 4]) {
        const { cursor = '' } = await newestPage(listed, { ...list, limit });
        for (const options of [
          ...lists,
          { ...list, order: 'asc' },
          { ...list, from: 1 },
          { ...list, to: 9 },
        ] as const) {
          if (options === list) continue;
          await expect(newestPage(listed, { ...options, cursor })).rejects.toThrow(InvalidCursorError);
        }
        await expect(newestPage({ ...listed, table: 'other' }, { ...list, cursor })).rejects.toThrow(
          InvalidCursorError,
        );

        const text = Buffer.from(cursor, 'base64url').toString();
        const [name, position] = JSON.parse(text) as [string, { sources: unknown[] }];
        const { sources } = position;
        const odd = [null, 7, 'else', {}, { granuleId: { S: '' } }, { granuleId: null }];
        const key = { status: { S: 'failed' }, granuleId: { S: 'g' } };
        const damaged = [
          null,
          [],
          { ...position, sources: [] },
          { ...position, stage: 9 },
          { ...position, path: 'else' },
          { ...position, looked: 0 },
          { ...position, after: 'x' },
          { ...position, path: undefined },
          { ...position, sources: 'start' },
          ...[
            ...odd,
            key,
            { ...key, timestamp: { N: 'x' } },
            { ...key, timestamp: { N: '9'.repeat(50) } },
            { ...key, timestamp: { S: '1' } },
          ].map((one) => ({
            ...position,
            sources: [...sources.slice(1), one],
          })),
        ].map((one) => Buffer.from(JSON.stringify([name, one])).toString('base64url'));
        for (const one of [...damaged, '', 'x', cursor.slice(2), cursor.slice(0, -4)]) {
          await expect(newestPage(listed, { ...list, cursor: one })).rejects.toThrow(InvalidCursorError);
        }
      }
    }
  });

  test('never ends in an error of the SDK, however a cursor is damaged', async () => {
    for (let number = 0; number < 4; number += 1) {
      await put(listed.table, { granuleId: `g${number}`, timestamp: number, status: 'failed' });
    }
    const { cursor = '' } = await newestPage(listed, { limit: 1 });
    const text = Buffer.from(cursor, 'base64url').toString();
    await fc.assert(
      fc.asyncProperty(fc.nat(text.length - 1), fc.string({ maxLength: 2 }), async (at, instead) => {
        const damaged = Buffer.from(text.slice(0, at) + instead + text.slice(at + 1)).toString('base64url');
        const outcome: unknown = await newestPage(listed, { cursor: damaged }).catch((error: unknown) => error);
        if (outcome instanceof Error) expect(outcome).toBeInstanceOf(InvalidCursorError);
      }),
      { numRuns: 200 },
    );
  });

  test('takes no limit that is none', async () => {
    for (const limit of [0, -1, 0.5, Number.NaN])
      await expect(newestPage(listed, { limit })).rejects.toThrow(RangeError);
  });

  test('takes no options that say nothing', async () => {
    const wrong = [{ from: Number.NaN }, { to: '2024-01-01' as never }, { order: 'up' as never }];
    for (const options of wrong) await expect(newestPage(listed, options)).rejects.toThrow(RangeError);
    await expect(newestPage({ ...listed, fields: ['timestamp'] }, { provider: 'p' })).rejects.toThrow(RangeError);
  });

  test('is read by a model record by record, page by page, or from a cursor', async () => {
    const table = `${prefix}-ExecutionsTable`;
    const executions = new ExecutionModel({ client, table, now: Date.now });
    const { stream: _, ...schema } = schemaOf(
      TABLE_DEFINITIONS.find(({ name }) => name === 'ExecutionsTable') as TableDefinition,
    );
    await createTable(createTableInput(table, schema));
    const arn = (number: number) => `arn:aws:states:us-east-1:000000000000:execution:Ingest:${number}`;
    for (let number = 0; number < 5; number += 1) {
      await executions.create({ arn: arn(number), name: `${number}`, status: 'unknown', timestamp: number });
    }
    const names: string[] = [];
    for await (const { name } of executions.newest({ limit: 2 })) names.push(name);
    expect(names).toEqual(['4', '3', '2', '1', '0']);
    const { records, cursor = '' } = await executions.newest({ limit: 2, order: 'asc' }).page();
    const next = await executions.newest({ limit: 2, order: 'asc', cursor }).page();
    expect([...records, ...next.records].map(({ name }) => name)).toEqual(['0', '1', '2', '3']);
  });
});
