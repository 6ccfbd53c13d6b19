import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { type AddressInfo, connect, createServer as createTcpServer, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import tls from 'node:tls';
import { ListTablesCommand } from '@aws-sdk/client-dynamodb';
import { ListBucketsCommand } from '@aws-sdk/client-s3';
import { ownFolder } from '@cumulus/test-kit';
import { client as local } from '@cumulus/test-kit/tables';
import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { HttpRequest } from '@smithy/core/protocols';
import { Server as ProxyServer } from 'proxy-chain';
import {
  Connections,
  createClient,
  createS3Client,
  explainAwsError,
  INTERACTIVE_RETRY_POLICY,
  type RetryPolicy,
} from '../../src/aws/index.ts';
import { sendExplained } from '../../src/aws/send.ts';

/** A certificate of AWS's name, and the authority that it is of. */
const fixture = (name: string): string => new URL(`fixtures/${name}`, import.meta.url).pathname;
const AUTHORITY = fixture('authority.pem');
const PASSWORD = 'secret%40';

const ONCE = { ...INTERACTIVE_RETRY_POLICY, maxAttempts: 1 };

const folder = ownFolder();
const before = { ...process.env };
/** What the proxy was asked to connect to. */
let connected: string[] = [];
/** Lets whoever has the password through, to this machine whatever the name. */
const proxy = new ProxyServer({
  port: 0,
  host: '127.0.0.1',
  prepareRequestFunction: ({ username, password, hostname, port }) => {
    connected.push(`${hostname}:${port}`);
    return {
      requestAuthentication: username !== 'reader' || password !== decodeURIComponent(PASSWORD),
      dnsLookup: ((_host: string, _options: object, found: (error: null, addresses: object[]) => void) =>
        found(null, [{ address: '127.0.0.1', family: 4 }])) as never,
    };
  },
});
const sockets = new Set<Socket>();
/** On this machine, wherever DynamoDB Local behind them is: one ends TLS as AWS does, the other takes it as it comes. */
let aws: readonly [secure: tls.Server, plain: Server];
/** By a name that no name server has: only the proxy gets there. */
let https: string;
let http: string;

beforeAll(async () => {
  const { hostname, port } = new URL(process.env['AWS_ENDPOINT_URL_DYNAMODB'] ?? process.env['AWS_ENDPOINT_URL'] ?? '');
  const keys = { key: readFileSync(fixture('server.key')), cert: readFileSync(fixture('server.pem')) };
  const relay = (socket: Socket): void => {
    const behind = connect({ host: hostname, port: Number(port) });
    for (const one of [socket, behind]) sockets.add(one.on('error', () => undefined));
    socket.pipe(behind).pipe(socket);
  };
  aws = [tls.createServer(keys, relay).on('tlsClientError', () => undefined), createTcpServer(relay)];
  await Promise.all([...aws.map((server) => once(server.listen(0, '127.0.0.1'), 'listening')), proxy.listen()]);
  const [securePort, plainPort] = aws.map((server) => (server.address() as AddressInfo).port);
  https = `https://dynamodb.us-east-1.amazonaws.com:${securePort}`;
  http = `http://dynamodb.invalid:${plainPort}`;
});

afterAll(async () => {
  for (const socket of sockets) socket.destroy();
  for (const server of aws) server.close();
  await proxy.close(true);
});

afterEach(() => {
  connected = [];
  for (const name of Object.keys(process.env)) delete process.env[name];
  Object.assign(process.env, before);
});

const proxyUrl = (user = `reader:${PASSWORD}@`): string => `http://${user}127.0.0.1:${proxy.port}`;

async function ask(endpoint: string, profile?: string, retryPolicy: RetryPolicy = ONCE): Promise<void> {
  const client = createClient({ endpoint, profile, credentials: await local.config.credentials(), retryPolicy });
  try {
    const { TableNames } = await sendExplained(client, new ListTablesCommand({}), { action: 'ListTables' });
    expect(TableNames).toEqual(expect.any(Array));
  } finally {
    client.destroy();
  }
}

/** What the error says. Of Node's own errors no more is left: jest's realm is not theirs, so the SDK wraps them. */
async function failureOf(endpoint: string, profile?: string, retryPolicy?: RetryPolicy): Promise<string> {
  const error = await ask(endpoint, profile, retryPolicy).then(
    () => undefined,
    (thrown: Error) => thrown,
  );
  return error?.message ?? 'none';
}

const NAMES = ['HTTPS_PROXY', 'https_proxy', 'ALL_PROXY'];

test.each(NAMES)('a request by TLS goes through the proxy of %s, with its name and password', async (variable) => {
  Object.assign(process.env, { [variable]: proxyUrl(), AWS_CA_BUNDLE: AUTHORITY });
  await ask(https);
  expect(connected).toContain(new URL(https).host);
});

test.each(['HTTP_PROXY', 'all_proxy'])('a request without TLS goes through the proxy of %s', async (variable) => {
  process.env[variable] = proxyUrl();
  await ask(http);
  expect(connected).toContain(new URL(http).host);
});

test('a proxy for the other protocol is not asked', async () => {
  process.env['HTTPS_PROXY'] = proxyUrl();
  await expect(failureOf(http)).resolves.toMatch(/ENOTFOUND|EAI_AGAIN/);
  expect(connected).toEqual([]);
});

test('a proxy that is named without a scheme is asked without TLS', async () => {
  Object.assign(process.env, { HTTPS_PROXY: proxyUrl().replace('http://', ''), AWS_CA_BUNDLE: AUTHORITY });
  await ask(https);
  expect(connected).toContain(new URL(https).host);
});

test.each(['dynamodb.invalid', '.invalid', 'other.example, invalid', '*'])(
  'NO_PROXY=%s: the host is asked straight',
  async (hosts) => {
    Object.assign(process.env, { HTTP_PROXY: proxyUrl(), NO_PROXY: hosts });
    await expect(failureOf(http)).resolves.toMatch(/ENOTFOUND|EAI_AGAIN/);
    expect(connected).toEqual([]);
  },
);

test.each(['127.0.0.1', 'localhost'])('%s is this machine, and asked straight', async (host) => {
  process.env['HTTP_PROXY'] = 'http://127.0.0.1:1';
  await ask(`http://${host}:${new URL(http).port}`);
});

test('S3 too, and many requests at once', async () => {
  Object.assign(process.env, { HTTPS_PROXY: proxyUrl(), AWS_CA_BUNDLE: AUTHORITY });
  await Promise.all(Array.from({ length: 20 }, () => ask(https)));
  const s3 = await createS3Client({
    endpoint: https,
    credentials: await local.config.credentials(),
    retryPolicy: ONCE,
  });
  await expect(s3.send(new ListBucketsCommand({}))).rejects.toMatchObject({ $metadata: expect.anything() });
  expect(connected).toContain(new URL(https).host);
  s3.destroy();
});

test('a proxy that refuses the password is named, without it', async () => {
  Object.assign(process.env, { HTTPS_PROXY: proxyUrl('reader:wrong@'), HTTP_PROXY: proxyUrl('') });
  await expect(failureOf(https)).resolves.toBe(
    `The proxy http://***@127.0.0.1:${proxy.port} refused to connect to dynamodb.us-east-1.amazonaws.com: 407 Proxy Authentication Required\n` +
      '  It needs a name and password: http://NAME:PASSWORD@HOST:PORT',
  );
  await expect(failureOf(http)).resolves.toContain(
    `The proxy http://127.0.0.1:${proxy.port} refused to connect to dynamodb.invalid: 407`,
  );
});

test.each([
  ['sends the client elsewhere, to log in,', '302 Found', 1],
  ['has no way to the host for now', '503 Service Unavailable', 2],
])('a proxy that %s is named', async (_, status, times) => {
  let asked = 0;
  const portal = createServer().on('connect', (_request, socket) => {
    asked += 1;
    socket.end(`HTTP/1.1 ${status}\r\nLocation: https://portal.example/login\r\nContent-Length: 0\r\n\r\n`);
  });
  portal.listen(0, '127.0.0.1');
  await once(portal, 'listening');
  const url = `http://127.0.0.1:${(portal.address() as AddressInfo).port}`;
  process.env['HTTPS_PROXY'] = url;
  await expect(failureOf(https, undefined, { ...ONCE, maxAttempts: 2 })).resolves.toBe(
    `The proxy ${url} refused to connect to dynamodb.us-east-1.amazonaws.com: ${status}`,
  );
  expect(asked).toBe(times);
  portal.close();
});

test('a proxy that does not answer is named', async () => {
  process.env['HTTPS_PROXY'] = 'http://reader:secret@127.0.0.1:1';
  const connections = new Connections({ connectionTimeout: 1_000, socketTimeout: 1_000 });
  // Straight: in jest's realm the SDK keeps no more than the text of Node's errors.
  const asked = connections.handle(
    new HttpRequest({ protocol: 'https:', hostname: 'dynamodb.us-east-1.amazonaws.com' }),
  );
  const error = explainAwsError(await asked.catch((thrown: unknown) => thrown), {
    ...{ service: 'DynamoDB in us-east-1', what: 'ListTables' },
    ...{ whenDenied: [], whenThrottled: [] },
  });
  expect((error as Error).message).toBe(
    'DynamoDB in us-east-1 did not answer ListTables (ECONNREFUSED), asked through the proxy http://***@127.0.0.1:1.\n' +
      '  Check the proxy, the network, the region and the endpoint.',
  );
});

test.each([
  ['http://reader:secret@:80 80', 'http://***@:80 80, is no URL.'],
  ['http://reader:se/cret@127.0.0.1:1', 'http://***@127.0.0.1:1, is no URL.'],
  [
    'http://reader:se@cr/et@127.0.0.1:1',
    'http://***@127.0.0.1:1, has a name or password with a character that URLs do not have there.',
  ],
  ['socks5://reader:secret@127.0.0.1:1', 'socks5://***@127.0.0.1:1, is asked by socks5, which is not supported.'],
])('the proxy %s is refused, and its password is not shown', async (url, said) => {
  process.env['ALL_PROXY'] = url;
  const [problem] = (await failureOf(https)).split('\n');
  expect(problem).toBe(`The proxy for dynamodb.us-east-1.amazonaws.com, ${said}`);
});

test('a password with an @ is not shown', async () => {
  process.env['HTTPS_PROXY'] = proxyUrl('reader:se@cret@');
  await expect(failureOf(https)).resolves.toMatch(/^The proxy http:\/\/\*\*\*@127\.0\.0\.1:\d+ refused/);
});

test('the authorities of a profile hold, and those of AWS_CA_BUNDLE take precedence over them', async () => {
  const config = join(folder, 'config');
  await writeFile(
    config,
    `[default]\nca_bundle = ${AUTHORITY}\n[profile other]\nca_bundle = ${join(folder, 'absent.pem')}\n`,
  );
  Object.assign(process.env, { HTTPS_PROXY: proxyUrl(), AWS_CONFIG_FILE: config });
  await ask(https);
  await expect(failureOf(https, 'other')).resolves.toMatch(
    /^The certificates of ca_bundle in the profile other cannot be read: ENOENT.*absent\.pem/,
  );
  process.env['AWS_CA_BUNDLE'] = AUTHORITY;
  await ask(https, 'other');
});

test('a certificate of an unknown authority is not taken', async () => {
  process.env['HTTPS_PROXY'] = proxyUrl();
  await expect(failureOf(https)).resolves.toContain('unable to verify the first certificate');
});

test('a file of authorities that is not there', async () => {
  Object.assign(process.env, { HTTPS_PROXY: proxyUrl(), AWS_CA_BUNDLE: join(folder, 'none.pem') });
  await expect(failureOf(https)).resolves.toMatch(
    /^The certificates of AWS_CA_BUNDLE cannot be read: ENOENT.*none\.pem/,
  );
});
