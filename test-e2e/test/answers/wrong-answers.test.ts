import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import {
  createClient,
  createStreamsClient,
  DamagedResponseError,
  INTERACTIVE_RETRY_POLICY,
} from '@cumulus/dynamodb/aws';
import { backUpTable, restoreTable, verifyBackup } from '@cumulus/dynamodb/backup';
import { deleteItems, queryPage, writeIf, writeTogether } from '@cumulus/dynamodb/items';
import { listShards } from '@cumulus/dynamodb/streams';
import { findTable } from '@cumulus/dynamodb/tables';
import { ownFolder } from '@cumulus/test-kit';
import { type Item, itemsOf, ownTables } from '@cumulus/test-kit/tables';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { linesOf } from '../kit/backup-file.ts';
import { answered } from '../kit/faults/answered.ts';
import { instead, lostBehind, NO_EVIDENCE } from '../kit/faults/instead.ts';
import { type Answer, type Fault, withFaults } from '../kit/faults/proxy.ts';
import { granules } from '../kit/granules.ts';

const ITEMS = 60;

/** Gives up after three attempts, so that a test need not wait. */
async function through<T>(faults: readonly Fault[], work: (client: DynamoDBClient) => Promise<T>): Promise<T> {
  return withFaults(faults, async ({ endpoint }) => {
    const client = createClient({ endpoint, retryPolicy: INTERACTIVE_RETRY_POLICY });
    try {
      return await work(client);
    } finally {
      client.destroy();
    }
  });
}

/** Changes the answers to scans, by how many came before. */
function scans(change: (answer: Answer, number: number, earlier: readonly Answer[]) => Answer): Fault {
  const earlier: Answer[] = [];
  return async (call, pass) => {
    const answer = await pass();
    if (call.action !== 'Scan' || answer.status !== 200) return answer;
    earlier.push(answer);
    return change(answer, earlier.length, earlier);
  };
}

function withFields(answer: Answer, change: (fields: Record<string, unknown>) => object): Answer {
  return {
    ...answer,
    body: Buffer.from(JSON.stringify(change(JSON.parse(answer.body.toString('utf8'))))),
    fault: true,
  };
}

/** Asks for pages of so many items, so that a small table has several. */
function pagesOf(items: number): Fault {
  return async ({ action, body }, pass) =>
    action === 'Scan'
      ? pass(Buffer.from(JSON.stringify({ ...JSON.parse(body.toString('utf8')), Limit: items })))
      : pass();
}

describe('only what AWS always sends is evidence', () => {
  const folder = ownFolder();
  const tables = ownTables();
  let table: string;
  let file: string;
  let goodLines: readonly string[];

  beforeAll(async () => {
    table = await tables.create(granules(ITEMS));
    const client = createClient();
    ({ file } = await backUpTable({ client, table, directory: folder }));
    goodLines = await linesOf(file);
  });

  const kinds = Object.keys(NO_EVIDENCE);
  const answerOf = (kind: string): Pick<Answer, 'type' | 'body'> => NO_EVIDENCE[kind] as Pick<Answer, 'type' | 'body'>;
  const folderOfTest = (): string => join(folder, randomBytes(5).toString('hex'));

  describe('of a write', () => {
    test.each(kinds)('a restore whose batches are answered by %s does not say that it wrote', async (kind) => {
      const target = await tables.create();
      const fault = instead(({ action }) => action === 'BatchWriteItem', answerOf(kind));
      const restore = through([fault], (client) => restoreTable({ client, file, table: target }));
      await expect(restore).rejects.toThrow(/stopped after 0 items: The answer to BatchWriteItem .* arrived damaged/);
      expect(await itemsOf(target)).toEqual([]);
    });

    test.each(kinds)('a restore sends the batches again that were first answered by %s', async (kind) => {
      const target = await tables.create();
      const fault = instead(
        (() => {
          let left = 2;
          return ({ action }) => action === 'BatchWriteItem' && left-- > 0;
        })(),
        answerOf(kind),
      );
      const { items } = await through([fault], (client) =>
        restoreTable({ client, file, table: target, concurrency: 1 }),
      );
      expect(items).toBe(ITEMS);
      expect(await itemsOf(target)).toHaveLength(ITEMS);
    });

    test.each([
      [
        'of other items',
        (unprocessed: object[]) => unprocessed.map(() => ({ PutRequest: { Item: { granuleId: { S: 'no' } } } })),
      ],
      ['without items', (unprocessed: object[]) => unprocessed.map(() => ({}))],
      ['as a text', () => 'x'],
    ])('a restore does not take requests for written whose unprocessed ones come back %s', async (_, change) => {
      const target = await tables.create();
      const fault: Fault = async (call, pass) => {
        if (call.action !== 'BatchWriteItem') return pass();
        const requests = JSON.parse(call.body.toString('utf8')).RequestItems[target];
        const answer = { UnprocessedItems: { [target]: change(requests) }, ConsumedCapacity: [] };
        const body = Buffer.from(JSON.stringify(answer));
        return { status: 200, type: 'application/x-amz-json-1.0', body, fault: true };
      };
      const restore = through([fault], (client) => restoreTable({ client, file, table: target }));
      await expect(restore).rejects.toThrow(/gives items back as unprocessed that were not in the request/);
    });

    test.each([
      ['nothing is unprocessed', 200, '{"UnprocessedItems":{}}', /lacks ConsumedCapacity/],
      [
        'what is unprocessed is a list',
        200,
        '{"UnprocessedItems":[],"ConsumedCapacity":[]}',
        /were not in the request/,
      ],
      ['with another status of success', 206, '{"UnprocessedItems":{},"ConsumedCapacity":[]}', /status is 206/],
      ['a list', 200, '[]', /arrived damaged: it has no fields/],
    ])('a restore whose batches are answered that %s does not say that it wrote', async (_, status, text, problem) => {
      const target = await tables.create();
      const fault: Fault = async (call, pass) =>
        call.action === 'BatchWriteItem'
          ? { status, type: 'application/x-amz-json-1.0', body: Buffer.from(text), fault: true }
          : pass();
      await expect(through([fault], (client) => restoreTable({ client, file, table: target }))).rejects.toThrow(
        problem,
      );
      expect(await itemsOf(target)).toEqual([]);
    });

    test('a restore does not believe it of a client that a user made either', async () => {
      const target = await tables.create();
      const fault = instead(({ action }) => action === 'BatchWriteItem', answerOf('an empty object'));
      const restore = withFaults([fault], async ({ endpoint }) => {
        const client = new DynamoDBClient({ endpoint, maxAttempts: 2 });
        // One that stands for it shares what was added to it.
        const standIn = Object.create(client) as DynamoDBClient;
        await findTable(client, target);
        return restoreTable({ client: standIn, file, table: target });
      });
      await expect(restore).rejects.toThrow('it lacks UnprocessedItems');
    });

    test('a restore that skips counts what it put although the first answer was damaged', async () => {
      const target = await tables.create();
      const fault = lostBehind('PutItem', 5, answerOf('an empty object'));
      const result = await through([fault], (client) =>
        restoreTable({ client, file, table: target, existingItems: 'skip' }),
      );
      expect(result).toMatchObject({ items: ITEMS, skipped: 0 });
    });

    const key = { granuleId: 'a' };
    const WRITES: readonly (readonly [action: string, (client: DynamoDBClient, table: string) => Promise<unknown>])[] =
      [
        ['PutItem', (client, to) => writeIf(client, { kind: 'put', table: to, item: key, conditions: [] })],
        [
          'UpdateItem',
          (client, to) =>
            writeIf(client, { kind: 'update', table: to, key, changes: { set: { a: 1 } }, conditions: [] }),
        ],
        ['DeleteItem', (client, to) => writeIf(client, { kind: 'delete', table: to, key, conditions: [] })],
        ['BatchWriteItem', (client, to) => deleteItems({ client, table: to }, [key])],
        [
          'TransactWriteItems',
          (client, to) => writeTogether(client, [{ kind: 'put', table: to, item: key, conditions: [] }]),
        ],
        ['CreateTable', (client) => restoreTable({ client, file, table: tables.name(), createTable: true })],
      ];

    test.each(WRITES)('%s that is answered by an empty object is not done', async (action, write) => {
      const target = await tables.create();
      const fault = instead((call) => call.action === action, answerOf('an empty object'));
      await expect(through([fault], (client) => write(client, target))).rejects.toThrow(
        new RegExp(`The answer to ${action} .*arrived damaged: it lacks`),
      );
    });
  });

  describe('of a description', () => {
    test.each(kinds)('a table of which %s comes is not taken for missing', async (kind) => {
      const fault = instead(({ action }) => action === 'DescribeTable', answerOf(kind));
      const found = through([fault], (client) => findTable(client, table));
      await expect(found).rejects.toBeInstanceOf(DamagedResponseError);
    });

    test.each(['TableArn', 'CreationDateTime', 'ItemCount', 'KeySchema'])(
      'nothing is guessed for %s',
      async (field) => {
        const fault = answered('DescribeTable', ({ Table }) => ({
          Table: { ...(Table as object), [field]: undefined },
        }));
        const found = through([fault], (client) => findTable(client, table));
        await expect(found).rejects.toThrow(`it lacks Table.${field}`);
      },
    );
  });

  describe('of a page', () => {
    test('a table whose first page is empty, with a key to go on from, is not empty', async () => {
      const fault = scans((answer, number) =>
        number > 1 ? answer : withFields(answer, (fields) => ({ ...fields, Items: [], Count: 0, ScannedCount: 0 })),
      );
      const restore = through([fault], (client) => restoreTable({ client, file, table }));
      await expect(restore).rejects.toThrow('holds items already');
    });

    const backUp = (client: DynamoDBClient, directory = folderOfTest(), options = {}) =>
      backUpTable({ client, table, directory, segments: 2, ...options });

    test('a key that comes again ends a backup, which is asked for again before', async () => {
      const again = (isWrong: (number: number) => boolean) =>
        scans((answer, number, [first]) =>
          isWrong(number) ? withFields(answer, (fields) => ({ ...fields, LastEvaluatedKey: keyOf(first) })) : answer,
        );
      const options = { segments: 1 };
      const stuck = through([again((number) => number > 1), pagesOf(10)], (client) =>
        backUp(client, undefined, options),
      );
      await expect(stuck).rejects.toThrow('its LastEvaluatedKey is the one that it was asked by');
      const { file: made } = await through([again((number) => number === 2), pagesOf(10)], (client) =>
        backUp(client, undefined, options),
      );
      expect(await linesOf(made)).toEqual(goodLines);
    });

    test('keys that go round in a circle end a backup', async () => {
      const fault = scans((answer, number) =>
        withFields(answer, (fields) => ({
          ...fields,
          ...{ Items: [], Count: 0, ScannedCount: 0 },
          LastEvaluatedKey: { granuleId: { S: `circle-${number % 3}` } },
        })),
      );
      const backup = through([fault], (client) => backUp(client, undefined, { segments: 1 }));
      await expect(backup).rejects.toThrow('its pages go round in a circle');
    });

    test('empty pages without an end, each with another key, end a backup', async () => {
      const fault = instead(({ action }) => action === 'Scan', {
        type: 'application/x-amz-json-1.0',
        get body() {
          const LastEvaluatedKey = { granuleId: { S: randomBytes(8).toString('hex') } };
          return Buffer.from(JSON.stringify({ Items: [], Count: 0, ScannedCount: 0, LastEvaluatedKey }));
        },
      });
      const backup = through([fault], (client) => backUp(client, undefined, { segments: 1 }));
      await expect(backup).rejects.toThrow('1000 pages in a row had no items');
    });

    test('a page that comes twice is asked for again, and counted once', async () => {
      const fault = scans((answer, number, earlier) =>
        number % 3 === 0 ? { ...(earlier[number - 2] as Answer), fault: true } : answer,
      );
      const { items, file: made } = await through([fault, pagesOf(10)], (client) => backUp(client));
      expect(items).toBe(ITEMS);
      expect(await linesOf(made)).toEqual(goodLines);
    });

    test('a segment whose last key was lost is asked whether it is at its end', async () => {
      const fault = scans((answer) => withFields(answer, ({ LastEvaluatedKey, ...fields }) => fields));
      const { items, file: made } = await through([fault, pagesOf(7)], (client) => backUp(client));
      expect(items).toBe(ITEMS);
      expect(await linesOf(made)).toEqual(goodLines);
      const verified = await through([fault, pagesOf(7)], (client) =>
        verifyBackup({ file, liveTable: { client, name: table } }),
      );
      expect(verified.comparison).toMatchObject({ equal: true });
    });

    test('a backup of far fewer items than DynamoDB estimates says so, and leaves the earlier one', async () => {
      const directory = folderOfTest();
      await backUp(createClient(), directory);
      const fault = scans((answer) => withFields(answer, () => ({ ScannedCount: 0, Count: 0, Items: [] })));
      const result = await through([fault], (client) => backUp(client, directory, { keep: 0 }));
      expect(result).toMatchObject({ items: 0, farFewerThanEstimate: { items: ITEMS } });
      expect(await verifyBackup({ file: result.kept[0] ?? '' })).toMatchObject({ items: ITEMS, proved: true });
    });

    test('a page of a query that says it begins where it began is not gone on from', async () => {
      const fault = answered('Query', (answer) => ({ ...answer, LastEvaluatedKey: KEY }));
      const query = through([fault], (client) =>
        queryPage({ client, table, hashKey: ['granuleId', 'a'], after: { granuleId: 'a' } }),
      );
      await expect(query).rejects.toThrow('its LastEvaluatedKey is the one that it was asked by');
    });

    test('a list of shards that goes round in a circle ends', async () => {
      let asked = 0;
      const fault = instead(({ action }) => action === 'DescribeStream', {
        type: 'application/x-amz-json-1.0',
        get body() {
          asked += 1;
          const StreamDescription = { StreamArn: 'arn', Shards: [], LastEvaluatedShardId: `shard-${asked % 3}` };
          return Buffer.from(JSON.stringify({ StreamDescription }));
        },
      });
      const shards = withFaults([fault], ({ endpoint }) =>
        listShards(createStreamsClient({ endpoint }), 'arn:of-stream'),
      );
      await expect(shards).rejects.toThrow('its pages go round in a circle');
    });
  });
});

const KEY: Item = { granuleId: { S: 'a' } };

function keyOf(answer: Answer | undefined): unknown {
  return (JSON.parse(answer?.body.toString('utf8') ?? '{}') as { LastEvaluatedKey?: unknown }).LastEvaluatedKey;
}
