import { once } from 'node:events';
import { createServer, request, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { crc32 } from 'node:zlib';
import { type AttributeValue, DynamoDBClient, ScanCommand } from '@aws-sdk/client-dynamodb';
import { createTable, ownTables, stringKeyed } from '@cumulus/test-kit/tables';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { createClient } from '../../../src/aws/client.ts';
import { DamagedResponseError } from '../../../src/aws/damaged-response.ts';
import { PageBuffer } from '../../../src/items/scan/page-buffer.ts';
import { type ScannedPage, scanPage } from '../../../src/items/scan/scan-page.ts';
import { fromSdkItem, type TypedItem } from '../../../src/items/typed-item.ts';
import { typedPage } from '../typed-page.ts';

/** What a server answers: pieces of a body, and headers that may not fit them. */
interface Answer {
  readonly status?: number;
  readonly headers?: Record<string, string>;
  readonly pieces: readonly Buffer[];
  /** What comes after the pieces instead of the body's end: the connection closes, or nothing happens any more. */
  readonly ending?: 'break' | 'stall';
}

type Answering = (body: Buffer, headers: NodeJS.Dict<string | string[]>) => Promise<Answer>;

const servers: Server[] = [];
const clients: DynamoDBClient[] = [];
/** Requests of the test, to whichever server. */
let received = 0;

/** A client of somebody else's, whose requests are all the SDK's. */
async function foreignClient(answer: Answering): Promise<DynamoDBClient> {
  const client = new DynamoDBClient({ endpoint: await serve(answer), region: 'us-east-1', maxAttempts: 2 });
  clients.push(client);
  return client;
}

/** A client of this project's, whose requests repeat an earlier one. */
async function repeatingClient(answer: Answering): Promise<DynamoDBClient> {
  let isFirst = true;
  const endpoint = await serve(async (body, headers) => {
    if (!isFirst) return answer(body, headers);
    isFirst = false;
    return whole(BODY);
  });
  const client = createClient({ endpoint, region: 'us-east-1' });
  clients.push(client);
  await scanPage(client, INPUT, new PageBuffer());
  received = 0;
  return client;
}

async function serve(answer: Answering): Promise<string> {
  const server = createServer(async (incoming, response) => {
    received += 1;
    const { status = 200, headers = {}, pieces, ending = 'end' } = await answer(await read(incoming), incoming.headers);
    response.writeHead(status, { 'content-type': 'application/x-amz-json-1.0', ...headers });
    for (const piece of pieces) {
      response.write(piece);
      await new Promise(setImmediate);
    }
    if (ending === 'break') response.destroy();
    if (ending === 'end') response.end();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  servers.push(server);
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function read(stream: AsyncIterable<Buffer>): Promise<Buffer> {
  const pieces: Buffer[] = [];
  for await (const piece of stream) pieces.push(piece);
  return Buffer.concat(pieces);
}

/** An answer as DynamoDB would give it. */
function whole(body: Buffer): Answer {
  return { headers: { 'content-length': `${body.length}`, 'x-amz-crc32': `${crc32(body)}` }, pieces: [body] };
}

function itemsOf(page: ScannedPage): unknown[] {
  const lines = Buffer.from(page.lines).toString().split('\n');
  expect(lines.pop()).toBe('');
  return lines.map((line) => JSON.parse(line));
}

const ITEM = '{"id":{"S":"}},{"},"n":{"N":"12345678901234567890123456789012345678"}}';
const BODY = Buffer.from(
  `{"Items":[${ITEM},${ITEM}],"Count":2,"ScannedCount":2,"LastEvaluatedKey":{"id":{"S":"a"},"b":{"B":"AQI="}},` +
    '"ConsumedCapacity":{"TableName":"t","CapacityUnits":128.5}}',
);
const INPUT = { TableName: 't' };

beforeEach(() => {
  received = 0;
});

afterEach(async () => {
  for (const client of clients.splice(0)) client.destroy();
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
});

describe.each([
  ['a client of somebody else', foreignClient],
  ['a client whose requests repeat one', repeatingClient],
])('scanPage with %s', (_, clientWith) => {
  /** A client of a server that gives the answers one after the other, the last again and again. */
  function clientOf(...answers: Answer[]): Promise<DynamoDBClient> {
    let next = 0;
    return clientWith(async () => answers[Math.min(next++, answers.length - 1)] as Answer);
  }

  test('gives the items as lines, and what else the response says', async () => {
    const page = await scanPage(await clientOf(whole(BODY)), INPUT, new PageBuffer());
    expect(Buffer.from(page.lines).toString()).toBe(`${ITEM}\n${ITEM}\n`);
    expect(page).toMatchObject({
      count: 2,
      lastEvaluatedKey: { id: { S: 'a' }, b: { B: 'AQI=' } },
      consumedCapacityUnits: 128.5,
    });
    expect(received).toBe(1);
  });

  test('gives the items of any page, in whatever pieces it comes', async () => {
    let answer = whole(BODY);
    const client = await clientWith(async () => answer);
    const buffer = new PageBuffer();
    await fc.assert(
      fc.asyncProperty(
        typedPage,
        fc.array(fc.nat()),
        fc.subarray(['content-length', 'x-amz-crc32'] as const),
        async ({ items, body }, cuts, kept) => {
          const ends = [...cuts.map((cut) => cut % body.length), body.length].sort((a, b) => a - b);
          const pieces = ends.map((end, index) => body.subarray(ends[index - 1] ?? 0, end));
          const headers = Object.entries(whole(body).headers ?? {}).filter(([name]) =>
            kept.some((key) => key === name),
          );
          answer = { headers: Object.fromEntries(headers), pieces: pieces.filter((piece) => piece.length > 0) };
          expect(itemsOf(await scanPage(client, INPUT, buffer))).toEqual(items);
        },
      ),
      { numRuns: 200 },
    );
  });

  test('reads pages larger than any before, and smaller ones after', async () => {
    const large = `{"id":{"S":"${'x'.repeat(5_000_000)}"}}`;
    const client = await clientOf(
      whole(BODY),
      whole(Buffer.from(`{"Count":1,"ScannedCount":1,"Items":[${large}]}`)),
      { pieces: [Buffer.from(`{"Count":2,"ScannedCount":2,"Items":[${large},`), Buffer.from(`${large}]}`)] },
      whole(BODY),
    );
    const buffer = new PageBuffer();
    for (const count of [2, 1, 2, 2]) {
      const page = await scanPage(client, INPUT, buffer);
      expect(page.count).toBe(count);
      expect(itemsOf(page)).toHaveLength(count);
    }
  });

  const flipped = Buffer.from(BODY);
  flipped[30] = (flipped[30] ?? 0) ^ 1;
  const damages: [string, Answer][] = [
    ['was cut off', { ...whole(BODY), pieces: [BODY.subarray(0, 100)], ending: 'break' }],
    ['was cut off where nothing says how long it is', { pieces: [BODY.subarray(0, 100)], ending: 'break' }],
    ['was cut off and passed on as whole', { pieces: [BODY.subarray(0, 100)] }],
    ['came with a bit turned', { ...whole(BODY), pieces: [flipped] }],
    ['was empty', { pieces: [] }],
    ['is no page of DynamoDB', { pieces: [Buffer.from('<html></html>')] }],
    ['has another number of items than it says', { pieces: [Buffer.from('{"Items":[],"Count":1}')] }],
    ['names no key for the next one', whole(Buffer.from(`${BODY.toString().slice(0, -1)},"LastEvaluatedKey":"a"}`))],
    ['says that it is too large', { headers: { 'content-length': '99999999' }, pieces: [BODY] }],
  ];

  test.each(damages)('asks again for a page that %s', async (_title, damage) => {
    const page = await scanPage(await clientOf(damage, whole(BODY)), INPUT, new PageBuffer());
    expect(Buffer.from(page.lines).toString()).toBe(`${ITEM}\n${ITEM}\n`);
    expect(received).toBe(2);
  });

  test.each(damages)('gives up, with the table’s name, on a page that always %s', async (_title, damage) => {
    const scan = scanPage(await clientOf(damage), INPUT, new PageBuffer());
    await expect(scan).rejects.toBeInstanceOf(DamagedResponseError);
    await expect(scan).rejects.toThrow('A page of table t arrived damaged');
  });

  test('gives up on a page that is larger than any of DynamoDB, however it comes', async () => {
    const piece = Buffer.alloc(1_000_000, '{');
    const scan = scanPage(await clientOf({ pieces: Array(40).fill(piece) }), INPUT, new PageBuffer());
    await expect(scan).rejects.toThrow('bytes or more');
  });

  test('finds every byte that was altered, by the checksum', async () => {
    let body = BODY;
    const client = await clientWith(async () => ({ ...whole(BODY), pieces: [body] }));
    client.config.maxAttempts = async () => 1;
    const { retryStrategy } = client.config;
    const strategy = await retryStrategy();
    client.config.retryStrategy = async () =>
      Object.assign(Object.create(strategy), {
        refreshRetryTokenForRetry: async () => {
          throw new Error('no retries here');
        },
      });
    const buffer = new PageBuffer();
    for (let at = 0; at < BODY.length; at++) {
      body = Buffer.from(BODY);
      body[at] = (body[at] ?? 0) ^ (1 << (at % 8));
      await expect(scanPage(client, INPUT, buffer)).rejects.toThrow('checksum');
    }
  });

  test('leaves errors and their retries to the SDK', async () => {
    const refusal = (type: string, status: number): Answer => ({
      status,
      pieces: [Buffer.from(`{"__type":"com.amazonaws.dynamodb.v20120810#${type}","message":"no"}`)],
    });
    const throttled = await clientOf(refusal('ProvisionedThroughputExceededException', 400), whole(BODY));
    expect((await scanPage(throttled, INPUT, new PageBuffer())).count).toBe(2);
    expect(received).toBe(2);
    const failing = await clientOf(refusal('InternalServerError', 500), whole(BODY));
    received = 0;
    expect((await scanPage(failing, INPUT, new PageBuffer())).count).toBe(2);
    expect(received).toBe(2);
    const missing = await clientOf(refusal('ResourceNotFoundException', 400));
    await expect(scanPage(missing, INPUT, new PageBuffer())).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
    });
  });

  test('stops on request, also in the middle of a page', async () => {
    const stop = new AbortController();
    const client = await clientWith(async () => {
      setTimeout(() => stop.abort(), 20);
      return { headers: { 'content-length': `${BODY.length}` }, pieces: [BODY.subarray(0, 100)], ending: 'stall' };
    });
    await expect(scanPage(client, INPUT, new PageBuffer(), stop.signal)).rejects.toMatchObject({ name: 'AbortError' });
    await expect(scanPage(client, INPUT, new PageBuffer(), stop.signal)).rejects.toMatchObject({ name: 'AbortError' });
  });

  describe('of a table in DynamoDB', () => {
    const client = createClient();
    const TableName = ownTables().name();
    const items: Record<string, AttributeValue>[] = Array.from({ length: 100 }, (_, index) => ({
      id: { S: `}},{"${index}` },
      text: { S: 'Zeile\nmit "Umbruch" und \\ 🛰'.repeat(700) },
      number: { N: '1234567890123456789012345678901234567.8' },
      files: { L: [{ M: { name: { S: 'a' } } }, { M: { name: { S: 'b' } } }, { NULL: true }, { L: [] }] },
      Items: { SS: ['a', 'b'] },
      bytes: { B: new Uint8Array([0, 255, index]) },
    }));

    beforeAll(() => createTable(stringKeyed(TableName, ['id']), items));
    afterAll(() => client.destroy());

    test('gives the same items, pages and capacity as the SDK’s own scan', async () => {
      const buffer = new PageBuffer();
      let start: Record<string, AttributeValue> | undefined;
      let pages = 0;
      do {
        const input = { TableName, ReturnConsumedCapacity: 'TOTAL' as const };
        const expected = await client.send(new ScanCommand({ ...input, ExclusiveStartKey: start }));
        const page = await scanPage(client, { ...input, ExclusiveStartKey: start && fromSdkItem(start) }, buffer);
        expect(itemsOf(page)).toEqual(JSON.parse(JSON.stringify(expected.Items, base64)));
        expect(page.count).toBe(expected.Count);
        start = expected.LastEvaluatedKey;
        expect(page.lastEvaluatedKey).toEqual(start && fromSdkItem(start));
        expect(page.consumedCapacityUnits).toBe(expected.ConsumedCapacity?.CapacityUnits);
        pages++;
      } while (start !== undefined);
      expect(pages).toBeGreaterThan(1);
    });

    test('gets over one response in three being cut off on the way', async () => {
      const url = process.env['AWS_ENDPOINT_URL_DYNAMODB'] ?? '';
      let answers = 0;
      const flaky = await clientWith(async (body, headers) => {
        const forwarded = request(url, { method: 'POST', headers: headers as Record<string, string> });
        forwarded.end(body);
        const [response] = await once(forwarded, 'response');
        const answer = whole(await read(response));
        if (answers++ % 3 !== 0) return answer;
        return {
          ...answer,
          pieces: answer.pieces.map((piece) => piece.subarray(0, piece.length >> 1)),
          ending: 'break',
        };
      });
      const buffer = new PageBuffer();
      const found: unknown[] = [];
      let ExclusiveStartKey: TypedItem | undefined;
      do {
        const page = await scanPage(flaky, { TableName, Limit: 7, ExclusiveStartKey }, buffer);
        found.push(...itemsOf(page));
        ExclusiveStartKey = page.lastEvaluatedKey;
      } while (ExclusiveStartKey !== undefined);
      expect(found).toHaveLength(items.length);
      expect(new Set(found.map((item) => (item as { id: { S: string } }).id.S)).size).toBe(items.length);
    });
  });
});

/** Binary values as DynamoDB writes them. */
function base64(this: unknown, _key: string, value: unknown): unknown {
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64');
  if (typeof value === 'object' && value !== null && (value as { type?: string }).type === 'Buffer') {
    return Buffer.from((value as { data: number[] }).data).toString('base64');
  }
  return value;
}
