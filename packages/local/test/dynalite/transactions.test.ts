import { randomUUID } from 'node:crypto';
import {
  type AttributeValue,
  ConditionalCheckFailedException,
  CreateTableCommand,
  DeleteItemCommand,
  DeleteTableCommand,
  type DynamoDBClient,
  GetItemCommand,
  IdempotentParameterMismatchException,
  PutItemCommand,
  QueryCommand,
  ScanCommand,
  TransactGetItemsCommand,
  TransactionCanceledException,
  type TransactWriteItem,
  TransactWriteItemsCommand,
} from '@aws-sdk/client-dynamodb';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { startDynalite } from '../../src/dynalite/start.ts';
import type { LocalServer } from '../../src/server.ts';
import { describeUnless } from '../describe-unless.ts';
import { clientOf } from '../requests.ts';

const TABLE = `transactions-${randomUUID()}`;
const ITEM = { id: { S: 'there' }, n: { N: '1' }, status: { S: 'completed' } };

const reported = { ReturnValuesOnConditionCheckFailure: 'ALL_OLD' } as const;

const CANCELLED = 'Transaction cancelled, please refer cancellation reasons for specific reasons';

const isDynalite = process.env['CUMULUS_TEST_DYNAMODB_KIND'] === 'dynalite';

/** One suite for the stand-in and for what it stands in for. */
describe('transactions of dynalite', () => suite(startDynalite));
describeUnless(isDynalite ? 'the run has dynalite only' : undefined, 'transactions of DynamoDB Local', () =>
  suite(async () => ({
    endpoint: String(process.env['AWS_ENDPOINT_URL_DYNAMODB']),
    kind: 'jar',
    description: 'the DynamoDB of this run',
    stop: () => Promise.resolve(),
  })),
);

function suite(start: () => Promise<LocalServer>): void {
  let server: LocalServer;
  let client: DynamoDBClient;

  beforeAll(async () => {
    server = await start();
    client = clientOf(server.endpoint);
  });

  afterAll(async () => {
    client.destroy();
    await server.stop();
  });

  beforeEach(async () => {
    await client.send(
      new CreateTableCommand({
        TableName: TABLE,
        AttributeDefinitions: [
          { AttributeName: 'id', AttributeType: 'S' },
          { AttributeName: 'status', AttributeType: 'S' },
        ],
        KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
        GlobalSecondaryIndexes: [
          {
            IndexName: 'by-status',
            KeySchema: [{ AttributeName: 'status', KeyType: 'HASH' }],
            Projection: { ProjectionType: 'ALL' },
          },
        ],
        BillingMode: 'PAY_PER_REQUEST',
      }),
    );
    await client.send(new PutItemCommand({ TableName: TABLE, Item: ITEM }));
  });

  afterEach(() => client.send(new DeleteTableCommand({ TableName: TABLE })));

  const write = (items: TransactWriteItem[], ClientRequestToken?: string) =>
    client.send(new TransactWriteItemsCommand({ TransactItems: items, ClientRequestToken }));
  const get = async (id: string) =>
    (await client.send(new GetItemCommand({ TableName: TABLE, Key: { id: { S: id } } }))).Item;
  const ids = async () =>
    ((await client.send(new ScanCommand({ TableName: TABLE }))).Items ?? []).map(({ id }) => id?.S).sort();
  const byStatus = async (status: string) => {
    const { Items } = await client.send(
      new QueryCommand({
        TableName: TABLE,
        IndexName: 'by-status',
        KeyConditionExpression: '#s = :s',
        ExpressionAttributeNames: { '#s': 'status' },
        ExpressionAttributeValues: { ':s': { S: status } },
      }),
    );
    return Items?.map(({ id }) => id?.S);
  };

  test('does puts, updates, deletes and checks together, indexes included', async () => {
    await client.send(new PutItemCommand({ TableName: TABLE, Item: { id: { S: 'gone' } } }));
    await write([
      put({ id: { S: 'new' }, status: { S: 'running' } }, 'attribute_not_exists(id)'),
      update('there', 'SET n = n + :one, #s = :s', {
        ExpressionAttributeNames: { '#s': 'status' },
        ExpressionAttributeValues: { ':one': { N: '1' }, ':s': { S: 'failed' } },
      }),
      { Delete: { TableName: TABLE, Key: { id: { S: 'gone' } }, ConditionExpression: 'attribute_exists(id)' } },
      check('absent', 'attribute_not_exists(id)'),
    ]);
    expect(await ids()).toEqual(['new', 'there']);
    expect(await get('there')).toEqual({ id: { S: 'there' }, n: { N: '2' }, status: { S: 'failed' } });
    expect(await byStatus('running')).toEqual(['new']);
    expect(await byStatus('completed')).toEqual([]);
    expect(await byStatus('failed')).toEqual(['there']);
  });

  test('does nothing where one condition is not met, and says of each write whether it was that', async () => {
    await client.send(new PutItemCommand({ TableName: TABLE, Item: { id: { S: 'kept' }, n: { N: '7' } } }));
    const error = await write([
      put({ id: { S: 'new' }, status: { S: 'running' } }),
      put({ id: { S: 'there' } }, 'attribute_not_exists(id)'),
      { Delete: { TableName: TABLE, Key: { id: { S: 'kept' } } } },
      check('absent', 'attribute_exists(id)'),
      update('made', 'SET n = :n', { ExpressionAttributeValues: { ':n': { N: '1' } } }),
    ]).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(TransactionCanceledException);
    const { message, CancellationReasons } = error as TransactionCanceledException;
    expect(message).toBe(`${CANCELLED} [None, ConditionalCheckFailed, None, ConditionalCheckFailed, None]`);
    expect(CancellationReasons?.map(({ Code }) => Code)).toEqual([
      ...['None', 'ConditionalCheckFailed', 'None', 'ConditionalCheckFailed', 'None'],
    ]);
    // The item that stood in the way, where there is one.
    expect(CancellationReasons?.map(({ Item }) => Item)).toEqual([undefined, ITEM, undefined, undefined, undefined]);
    expect(CancellationReasons?.[1]?.Message).toMatch(/^The conditional request failed/);
    expect(await ids()).toEqual(['kept', 'there']);
    expect(await get('there')).toEqual(ITEM);
    expect(await get('kept')).toEqual({ id: { S: 'kept' }, n: { N: '7' } });
    expect(await byStatus('running')).toEqual([]);
    expect(await byStatus('completed')).toEqual(['there']);
  });

  test('takes what a write does to an item beyond its limits for the reason of that write, and does nothing', async () => {
    const error = await write([
      put({ id: { S: 'new' } }),
      update('there', 'SET v = :v', { ExpressionAttributeValues: { ':v': { S: 'x'.repeat(409_595) } } }),
    ]).catch((thrown: unknown) => thrown);
    expect((error as TransactionCanceledException).CancellationReasons).toEqual([
      expect.objectContaining({ Code: 'None' }),
      { Code: 'ValidationError', Message: 'Item size to update has exceeded the maximum allowed size' },
    ]);
    expect(await ids()).toEqual(['there']);
  });

  test.each<[string, TransactWriteItem[]]>([
    ['no write at all', []],
    ['101 writes', Array.from({ length: 101 }, (_, index) => put({ id: { S: `${index}` } }))],
    [
      'two writes of one item',
      [put({ id: { S: 'new' } }), { Delete: { TableName: TABLE, Key: { id: { S: 'new' } } } }],
    ],
    ['two writes in one', [{ ...put({ id: { S: 'new' } }), ...check('other', 'attribute_not_exists(id)') }]],
    ['an expression that is none', [put({ id: { S: 'new' } }), update('there', 'SET nonsense', {})]],
    ['a put without its key', [put({ id: { S: 'new' } }), put({ n: { N: '1' } })]],
    ['a key of another table', [put({ id: { S: 'new' } }), { Delete: { TableName: TABLE, Key: { no: { S: 'x' } } } }]],
    [
      'more than 4 MB',
      Array.from({ length: 12 }, (_, index) => put({ id: { S: `${index}` }, v: { S: 'x'.repeat(390_000) } })),
    ],
  ])('refuses %s, and does nothing', async (_what, items) => {
    await expect(write(items)).rejects.toMatchObject({ name: 'ValidationException' });
    expect(await ids()).toEqual(['there']);
  });

  test('refuses a table that is not there, and does nothing', async () => {
    const elsewhere: TransactWriteItem = { Put: { TableName: `${TABLE}-none`, Item: { id: { S: 'x' } } } };
    await expect(write([put({ id: { S: 'new' } }), elsewhere])).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
    });
    expect(await ids()).toEqual(['there']);
  });

  test('does a transaction once that is sent twice with one token, and refuses another one with that token', async () => {
    const token = `token-${Date.now()}`;
    const add = [update('there', 'ADD n :one', { ExpressionAttributeValues: { ':one': { N: '1' } } })];
    await write(add, token);
    await write(add, token);
    expect((await get('there'))?.['n']).toEqual({ N: '2' });
    await expect(write([put({ id: { S: 'new' } })], token)).rejects.toBeInstanceOf(
      IdempotentParameterMismatchException,
    );
    await write(add);
    expect((await get('there'))?.['n']).toEqual({ N: '3' });
  });

  test('tries a transaction again that was cancelled, with the same token', async () => {
    const token = `again-${Date.now()}`;
    const items = [check('late', 'attribute_exists(id)'), put({ id: { S: 'new' } })];
    await expect(write(items, token)).rejects.toBeInstanceOf(TransactionCanceledException);
    await client.send(new PutItemCommand({ TableName: TABLE, Item: { id: { S: 'late' } } }));
    await write(items, token);
    expect(await ids()).toEqual(['late', 'new', 'there']);
  });

  test('lets one of several at once have an item, and loses no addition', async () => {
    const outcomes = await Promise.allSettled(
      Array.from({ length: 10 }, (_, index) =>
        write([
          put({ id: { S: 'one' }, by: { N: `${index}` } }, 'attribute_not_exists(id)'),
          put({ id: { S: `of-${index}` } }),
        ]),
      ),
    );
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect(await ids()).toEqual([expect.stringMatching(/^of-\d$/), 'one', 'there']);
  });

  test('reads several items together, those that are not there too', async () => {
    const read = (id: string, more: object = {}) => ({ Get: { TableName: TABLE, Key: { id: { S: id } }, ...more } });
    await client.send(new PutItemCommand({ TableName: TABLE, Item: { id: { S: 'other' }, n: { N: '3' } } }));
    const command = new TransactGetItemsCommand({
      TransactItems: [read('there'), read('absent'), read('other', { ProjectionExpression: 'n' })],
    });
    expect((await client.send(command)).Responses).toEqual([{ Item: ITEM }, {}, { Item: { n: { N: '3' } } }]);
  });

  test('says what a transaction consumed, of each table, if it is asked', async () => {
    const transaction = (id: string) => ({ TransactItems: [put({ id: { S: id } })] });
    expect((await client.send(new TransactWriteItemsCommand(transaction('x')))).ConsumedCapacity).toBeUndefined();
    const reported = await client.send(
      new TransactWriteItemsCommand({ ...transaction('y'), ReturnConsumedCapacity: 'TOTAL' }),
    );
    expect(reported.ConsumedCapacity).toEqual([expect.objectContaining({ TableName: TABLE, CapacityUnits: 2 })]);
  });

  test('compares maps, lists and sets by what is in them', async () => {
    const map = { M: { by: { S: 'me' }, of: { L: [{ N: '1' }, { M: { x: { NULL: true } } }] } } };
    const item = { id: { S: 'rich' }, map, list: { L: [{ S: 'a' }, { S: 'b' }] }, set: { SS: ['a', 'b'] }, same: map };
    await client.send(new PutItemCommand({ TableName: TABLE, Item: item }));
    const meets = async (condition: string, value: AttributeValue) =>
      client
        .send(
          new PutItemCommand({
            TableName: TABLE,
            Item: item,
            ConditionExpression: condition.replace('map', '#m').replace('list', '#l').replace('set', '#s'),
            ExpressionAttributeNames: { [`#${condition.trim()[0]}`]: String(/^\w+/.exec(condition)) },
            ExpressionAttributeValues: { ':v': value },
          }),
        )
        .then(
          () => true,
          (error: Error) => (error.name === 'ConditionalCheckFailedException' ? false : Promise.reject(error)),
        );
    const ordered = { M: { of: map.M.of, by: map.M.by } };
    expect(await meets('map = :v', ordered)).toBe(true);
    expect(await meets('map <> :v', ordered)).toBe(false);
    expect(await meets('map = :v', { M: { ...map.M, by: { S: 'you' } } })).toBe(false);
    expect(await meets('list = :v', { L: [{ S: 'a' }, { S: 'b' }] })).toBe(true);
    expect(await meets('list = :v', { L: [{ S: 'b' }, { S: 'a' }] })).toBe(false);
    expect(await meets('set = :v', { SS: ['b', 'a'] })).toBe(true);
  });

  test('gives the item that stood in the way of a single write as well', async () => {
    const condition = {
      TableName: TABLE,
      ConditionExpression: 'attribute_not_exists(id)',
      ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
    } as const;
    for (const command of [
      new PutItemCommand({ ...condition, Item: { id: { S: 'there' } } }),
      new DeleteItemCommand({ ...condition, Key: { id: { S: 'there' } } }),
    ]) {
      const error = await client.send(command as PutItemCommand).catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(ConditionalCheckFailedException);
      expect((error as ConditionalCheckFailedException).Item).toEqual(ITEM);
    }
  });
}

function put(Item: NonNullable<TransactWriteItem['Put']>['Item'], ConditionExpression?: string): TransactWriteItem {
  return {
    Put: { TableName: TABLE, Item, ...(ConditionExpression === undefined ? {} : { ConditionExpression, ...reported }) },
  };
}

function update(id: string, UpdateExpression: string, more: object): TransactWriteItem {
  return { Update: { TableName: TABLE, Key: { id: { S: id } }, UpdateExpression, ...more } };
}

function check(id: string, ConditionExpression: string): TransactWriteItem {
  return { ConditionCheck: { TableName: TABLE, Key: { id: { S: id } }, ConditionExpression, ...reported } };
}
