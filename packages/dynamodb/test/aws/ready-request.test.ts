import type { ServerResponse } from 'node:http';
import { crc32 } from 'node:zlib';
import { BatchWriteItemCommand, type DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { HttpRequest } from '@smithy/core/protocols';
import { type ClientOptions, createClient } from '../../src/aws/client.ts';
import { sendReady } from '../../src/aws/ready-request.ts';
import { type ReceivedRequest, ScriptedServer } from './scripted-server.ts';

const TABLE = 'prod-RulesTable';
const DONE = JSON.stringify({ UnprocessedItems: {}, ConsumedCapacity: [{ TableName: TABLE, CapacityUnits: 1 }] });

const server = new ScriptedServer((response) => succeed(response, DONE));

beforeAll(() => server.start());
beforeEach(() => server.forget());
afterAll(() => server.stop());

function succeed(response: ServerResponse, body: string, checksum = crc32(body)): void {
  const headers = { 'content-type': 'application/x-amz-json-1.0', 'x-amz-crc32': String(checksum) };
  response.writeHead(200, { ...headers, 'content-length': String(Buffer.byteLength(body)) }).end(body);
}

function refuse(response: ServerResponse, name: string): void {
  response.writeHead(400, { 'content-type': 'application/x-amz-json-1.0' });
  response.end(JSON.stringify({ __type: `com.amazonaws.dynamodb.v20120810#${name}`, message: 'as the test needs' }));
}

function clientWith(credentials: ClientOptions['credentials']): DynamoDBClient {
  const endpoint = server.url;
  return createClient({ region: 'us-east-1', endpoint, credentials });
}

let sent = 0;

/** Sends a request with a body that no other has. */
function write(client: DynamoDBClient, abortSignal?: AbortSignal): Promise<unknown> {
  sent += 1;
  const body = Buffer.from(`{"RequestItems":{"${TABLE}":[{"PutRequest":{"Item":{"name":{"S":"${sent}"}}}}]}}`);
  return sendReady(client, new BatchWriteItemCommand({ RequestItems: { [TABLE]: [] } }), body, { abortSignal });
}

/** A client whose next request repeats its first one, which the server no longer has among those that it received. */
async function repeatingClient(): Promise<DynamoDBClient> {
  const client = clientWith({ accessKeyId: 'any', secretAccessKey: 'any' });
  await write(client);
  server.received = [];
  return client;
}

/** What the SDK's own signer makes of a request that was received. */
async function signedBySdk(client: DynamoDBClient, { headers, body }: ReceivedRequest): Promise<string | undefined> {
  const { authorization: _, connection: __, 'x-amz-date': time = '', ...others } = headers;
  const [, year, month, day, hour, minute, second] = /^(....)(..)(..)T(..)(..)(..)Z$/.exec(String(time)) ?? [];
  const signer = await client.config.signer();
  const request = new HttpRequest({
    ...{ method: 'POST', protocol: 'http:', hostname: '127.0.0.1', path: '/', body },
    headers: others as Record<string, string>,
  });
  const signed = await signer.sign(request, {
    signingDate: new Date(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`),
    signingRegion: 'us-east-1',
    signingService: 'dynamodb',
  });
  return signed.headers['authorization'];
}

describe('a request that repeats an earlier one', () => {
  test.each([
    ['a key', { accessKeyId: 'AKID', secretAccessKey: 'secret' }],
    ['a key with a token', { accessKeyId: 'ASIA', secretAccessKey: 'secret/+=', sessionToken: 'a token//==' }],
  ])('has the signature of the SDK, its own body and an id of its own, with %s', async (_, credentials) => {
    const client = clientWith(credentials);
    for (let request = 0; request < 3; request += 1) expect(await write(client)).toEqual(JSON.parse(DONE));
    expect(server.received).toHaveLength(3);
    for (const one of server.received) expect(one.headers.authorization).toBe(await signedBySdk(client, one));
    expect(new Set(server.received.map(({ body }) => body.toString())).size).toBe(3);
    expect(new Set(server.received.map(({ headers }) => headers['amz-sdk-invocation-id'])).size).toBe(3);
    const names = server.received.map(({ headers }) => Object.keys(headers).sort());
    expect(names[1]).toEqual(names[0]);
  });

  test('is signed with the credentials that are valid now', async () => {
    let calls = 0;
    const client = clientWith(async () => {
      calls += 1;
      const sessionToken = calls > 3 ? { sessionToken: `token-${calls}` } : {};
      return {
        accessKeyId: `KEY${calls}`,
        secretAccessKey: `secret-${calls}`,
        expiration: new Date(),
        ...sessionToken,
      };
    });
    for (let request = 0; request < 5; request += 1) await write(client);
    const keys = server.received.map(({ headers }) => /Credential=(\w+)/.exec(String(headers.authorization))?.[1]);
    expect(new Set(keys).size).toBe(5);
    const { 'x-amz-security-token': token } = server.received.at(-1)?.headers ?? {};
    expect(token).toBe(String(keys.at(-1)).replace('KEY', 'token-'));
  });

  test.each<[string, (response: ServerResponse) => void]>([
    ['an empty body', (response) => succeed(response, '')],
    ['no fields', (response) => succeed(response, '{}')],
    ['no capacity', (response) => succeed(response, '{"UnprocessedItems":{}}')],
    ['another checksum', (response) => succeed(response, DONE, 1)],
    ['a page of a proxy', (response) => response.writeHead(200, { 'content-type': 'text/html' }).end('<p>')],
    ['another status', (response) => response.writeHead(204).end()],
    [
      'a body that is cut off',
      (response) => {
        response.writeHead(200, { 'content-length': String(DONE.length) });
        response.write(DONE.slice(0, 20), () => response.destroy());
      },
    ],
    ['a lost connection', (response) => response.destroy()],
    ['an error of the server', (response) => response.writeHead(500).end('{}')],
    ['throttling', (response) => refuse(response, 'ProvisionedThroughputExceededException')],
  ])('is sent once more after %s, as a second attempt', async (_, answer) => {
    const client = await repeatingClient();
    server.answers = [answer];
    expect(await write(client)).toEqual(JSON.parse(DONE));
    expect(server.received.map(({ headers }) => headers['amz-sdk-request'])).toEqual([
      'attempt=1; max=8',
      'attempt=2; max=8',
    ]);
    expect(server.received[1]?.body).toEqual(server.received[0]?.body);
  });

  test('fails with the error of DynamoDB if that is final, after one attempt', async () => {
    const client = await repeatingClient();
    server.answers = [(response) => refuse(response, 'ValidationException')];
    await expect(write(client)).rejects.toMatchObject({ name: 'ValidationException', $metadata: { attempts: 1 } });
    expect(server.received).toHaveLength(1);
  });

  test('gives up after as many attempts as any other', async () => {
    const client = await repeatingClient();
    server.answers = Array.from({ length: 9 }, () => (response: ServerResponse) => succeed(response, '{}'));
    await expect(write(client)).rejects.toMatchObject({
      code: 'DAMAGED_RESPONSE',
      message: expect.stringContaining(`The answer to BatchWriteItem on table ${TABLE} arrived damaged`),
    });
    expect(server.received).toHaveLength(8);
  });

  test('corrects its clock by the answer, as the SDK does', async () => {
    const client = await repeatingClient();
    const inAnHour = new Date(Date.now() + 3_600_000);
    const late = (response: ServerResponse): void => {
      response.setHeader('date', inAnHour.toUTCString());
    };
    server.answers = [
      (response) => {
        late(response);
        refuse(response, 'InvalidSignatureException');
      },
      (response) => {
        late(response);
        succeed(response, DONE);
      },
    ];
    await write(client);
    await write(client);
    const hours = server.received.map(({ headers }) => String(headers['x-amz-date']).slice(0, 11));
    const hour = inAnHour.toISOString().replace(/-/g, '').slice(0, 11);
    expect(hours).toEqual([expect.not.stringContaining(hour), hour, hour]);
  });

  test('ends at once with the reason of its signal', async () => {
    const client = await repeatingClient();
    const abort = new AbortController();
    const stop = new Error('stop');
    server.answers = [() => abort.abort(stop)];
    await expect(write(client, abort.signal)).rejects.toBe(stop);
    expect(server.received).toHaveLength(1);
  });
});

test('middleware that is added to a client sees each of its requests', async () => {
  const client = clientWith({ accessKeyId: 'any', secretAccessKey: 'any' });
  let seen = 0;
  client.middlewareStack.add(
    (next) => (args) => {
      seen += 1;
      return next(args);
    },
    { step: 'initialize' },
  );
  for (let request = 0; request < 3; request += 1) await write(client);
  expect(seen).toBe(3);
});
