import type { ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { BatchWriteItemCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { HttpResponse } from '@smithy/core/protocols';
import { createClient } from '../../src/aws/client.ts';
import { sendForItems } from '../../src/aws/item-requests.ts';
import { sendReady } from '../../src/aws/ready-request.ts';
import { getRawItems } from '../../src/items/batch/get-raw-items.ts';
import { fromAttributes, toAttributes } from '../../src/items/plain/attribute-values.ts';
import { PageBuffer } from '../../src/items/scan/page-buffer.ts';
import { scanPage } from '../../src/items/scan/scan-page.ts';
import { ItemView } from '../../src/items/text/item-view.ts';
import { ScriptedServer } from './scripted-server.ts';

const EMPTY = {
  ...{ ConsumedCapacity: { TableName: 'any', CapacityUnits: 1 }, Items: [], Count: 0, ScannedCount: 0 },
  ...{ Responses: {}, UnprocessedKeys: {}, UnprocessedItems: {} },
};

const server = new ScriptedServer((response) => succeed(response, EMPTY));

beforeAll(() => server.start());
beforeEach(() => server.forget());
afterAll(() => server.stop());

/** What the server was asked for. */
function requests(): readonly { readonly action: string; readonly body: { readonly [field: string]: unknown } }[] {
  return server.received.map(({ headers, body }) => ({
    action: String(headers['x-amz-target']).replace(/.*\./, ''),
    body: JSON.parse(body.toString()),
  }));
}

function succeed(response: ServerResponse, body: object): void {
  response.writeHead(200, { 'content-type': 'application/x-amz-json-1.0' }).end(JSON.stringify(body));
}

function place() {
  return { region: 'us-east-1', endpoint: server.url };
}

const credentials = { accessKeyId: 'any', secretAccessKey: 'any' };

/** The same client twice, and one of the SDK, so that each request goes by the SDK, ready, and by a client of another's. */
async function eachWay(send: (client: DynamoDBClient) => Promise<unknown>): Promise<void> {
  const own = createClient({ ...place(), credentials });
  await send(own);
  await send(own);
  await send(new DynamoDBClient({ ...place(), credentials }));
}

const KEY = toAttributes({ id: 'a', bytes: new Uint8Array([1, 2, 250]) });
const VIEW = new ItemView({ hash: { name: 'id', type: 'S' } });
const ANY = Buffer.from('{}');

describe('a request for items', () => {
  test.each([
    ['PutItem', { TableName: 'any', Item: KEY }],
    ['UpdateItem', { TableName: 'any', Key: KEY, ReturnValues: 'ALL_NEW' }],
    ['DeleteItem', { TableName: 'any', Key: KEY, ConditionExpression: undefined }],
    ['Query', { TableName: 'any', ExpressionAttributeValues: { ':v0': { N: '1' } }, ExclusiveStartKey: KEY }],
    ['Scan', { TableName: 'any', Limit: 3, ConsistentRead: true }],
    ['BatchGetItem', { RequestItems: { any: { Keys: [KEY] } } }],
    ['BatchWriteItem', { RequestItems: { any: [{ PutRequest: { Item: KEY } }] } }],
    ['TransactWriteItems', { ClientRequestToken: 'once', TransactItems: [{ Put: { TableName: 'any', Item: KEY } }] }],
  ] as const)('%s is the same in each way', async (action, input) => {
    await eachWay((client) => sendForItems(client, action, input as never));
    const [bySdk, ...others] = requests();
    expect(bySdk).toMatchObject({ action });
    expect(others).toEqual([bySdk, bySdk]);
  });

  test('returns the same items in each way', async () => {
    const item = { id: 'a', bytes: new Uint8Array([1, 2, 250]), sets: [new Set(['b'])], size: 12345678901234567890n };
    const found: unknown[] = [];
    server.answers = Array.from({ length: 3 }, () => (response: ServerResponse) => {
      succeed(response, { ...EMPTY, Items: [toAttributes(item)], Count: 1 });
    });
    await eachWay(async (client) => {
      const { Items = [] } = await sendForItems(client, 'Scan', { TableName: 'any' });
      found.push(...Items.map(fromAttributes));
    });
    expect(found).toEqual([item, item, item]);
  });

  test('is asked again by the same token where the answer to a transaction is lost', async () => {
    const client = createClient({ ...place(), credentials });
    const input = { ClientRequestToken: 'first', TransactItems: [{ Put: { TableName: 'any', Item: KEY } }] };
    await sendForItems(client, 'TransactWriteItems', input);
    server.answers = [(response) => response.destroy()];
    await sendForItems(client, 'TransactWriteItems', { ...input, ClientRequestToken: 'second' });
    expect(requests().map(({ body }) => body['ClientRequestToken'])).toEqual(['first', 'second', 'second']);
  });

  test('is the SDK’s own where the client’s send was replaced, or middleware was added later', async () => {
    const client = createClient({ ...place(), credentials });
    await sendForItems(client, 'Scan', { TableName: 'any' });
    let seen = 0;
    client.middlewareStack.add(
      (next) => (args) => {
        seen += 1;
        return next(args);
      },
      { step: 'initialize' },
    );
    await sendForItems(client, 'Scan', { TableName: 'any' });
    expect(seen).toBe(1);
    const replaced = createClient({ ...place(), credentials });
    Object.assign(replaced, { send: async () => ({ Items: [KEY] }) });
    expect(await sendForItems(replaced, 'Scan', { TableName: 'any' })).toEqual({ Items: [KEY] });
    expect(server.received).toHaveLength(2);
  });

  test.each<[string, (client: DynamoDBClient, table: string) => Promise<unknown>]>([
    ['request', (client, TableName) => sendForItems(client, 'Scan', { TableName })],
    ['page of a scan', (client, TableName) => scanPage(client, { TableName }, new PageBuffer())],
    ['batch of reads', (client, table) => getRawItems({ client, table }, ['{"id":{"S":"a"}}'], VIEW, String)],
    [
      'batch of writes',
      (client, table) => sendReady(client, new BatchWriteItemCommand({ RequestItems: { [table]: [] } }), ANY, {}),
    ],
  ])('goes to the endpoint of the account that the ARN of a table names: a %s', async (_, ask) => {
    const own = { ...credentials, accountId: '111111111111' };
    const client = createClient({ region: 'us-east-1', credentials: own });
    // The endpoint of the test's own server would be taken for each account.
    client.config.endpoint = undefined as never;
    Object.assign(client.config, { serviceConfiguredEndpoint: async () => undefined });
    const hosts: string[] = [];
    client.config.requestHandler = {
      ...client.config.requestHandler,
      handle: async ({ hostname }) => {
        hosts.push(hostname);
        return {
          response: new HttpResponse({ statusCode: 200, body: Readable.from([Buffer.from(JSON.stringify(EMPTY))]) }),
        };
      },
    };
    const table = 'arn:aws:dynamodb:us-east-1:222222222222:table/any';
    const tables = [table, 'any', 'any', table, 'any'];
    for (const each of tables) await ask(client, each);
    expect(hosts).toEqual(
      tables.map((each) => `${each === table ? '222222222222' : '111111111111'}.ddb.us-east-1.amazonaws.com`),
    );
  });
});
