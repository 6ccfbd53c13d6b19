import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer as createHttpServer, type Server } from 'node:http';
import { createServer } from 'node:https';
import { type AddressInfo, isIPv6 } from 'node:net';
import { text } from 'node:stream/consumers';
import type { TLSSocket } from 'node:tls';
import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { Server as ProxyServer } from 'proxy-chain';
import { ConnectionError, createFetch } from '../../src/aws/index.ts';

/** Of AWS's name, as if it were another server's. */
const HOST = 'dynamodb.us-east-1.amazonaws.com';
const fixture = (name: string): string => new URL(`fixtures/${name}`, import.meta.url).pathname;
const TIMEOUTS = { connectionTimeout: 2_000, socketTimeout: 2_000 };

const before = { ...process.env };
let connected: string[] = [];
let isRefused = false;
const proxy = new ProxyServer({
  port: 0,
  host: '127.0.0.1',
  prepareRequestFunction: ({ hostname, port }) => {
    connected.push(`${hostname}:${port}`);
    return {
      requestAuthentication: isRefused,
      dnsLookup: ((_host: string, _options: object, found: (error: null, addresses: object[]) => void) =>
        found(null, [{ address: '127.0.0.1', family: 4 }])) as never,
    };
  },
});
const answer: Parameters<typeof createHttpServer>[1] = (request, response) => {
  if (request.url === '/elsewhere') response.writeHead(302, { location: '/' }).end();
  else if (request.url === '/nothing') response.writeHead(204).end();
  else if (request.url !== '/silent')
    text(request).then((body) => {
      const { method, url, headers, socket } = request;
      const shown = (socket as TLSSocket).getPeerCertificate?.().subject?.CN;
      response.writeHead(201, { 'x-said': 'yes', 'content-type': 'application/json' });
      response.end(JSON.stringify({ method, url, headers, body, shown }));
    });
};
const keys = { key: readFileSync(fixture('server.key')), cert: readFileSync(fixture('server.pem')) };
const servers: readonly Server[] = [createServer(keys, answer), createHttpServer(answer)];
let [https, http, address] = ['', '', ''];

beforeAll(async () => {
  await Promise.all([...servers.map((server) => once(server.listen(0), 'listening')), proxy.listen()]);
  const [secure, plain] = servers.map((server) => server.address() as AddressInfo);
  address = String(plain?.address);
  https = `https://${HOST}:${secure?.port}`;
  http = `http://127.0.0.1:${plain?.port}`;
});

afterAll(async () => {
  for (const server of servers) {
    server.closeAllConnections();
    server.close();
  }
  await proxy.close(true);
});

afterEach(() => {
  connected = [];
  isRefused = false;
  for (const name of Object.keys(process.env)) delete process.env[name];
  Object.assign(process.env, before);
});

const byProxy = (): void => {
  Object.assign(process.env, {
    HTTPS_PROXY: `http://127.0.0.1:${proxy.port}`,
    AWS_CA_BUNDLE: fixture('authority.pem'),
  });
};

test('sends what it is given through the proxy, and gives what comes', async () => {
  byProxy();
  const fetch = createFetch(TIMEOUTS);
  const init = { method: 'POST', body: new URLSearchParams({ a: 'b c' }), headers: { 'X-Asked': 'yes' } };
  const response = await fetch(`${https}/path?q=%20x&q=y`, init);
  expect(response.status).toBe(201);
  expect(response.headers.get('X-Said')).toBe('yes');
  expect(await response.json()).toMatchObject({
    ...{ method: 'POST', url: '/path?q=%20x&q=y', body: 'a=b+c' },
    headers: {
      'x-asked': 'yes',
      'content-length': '5',
      'content-type': expect.stringContaining('application/x-www-form-urlencoded'),
    },
  });
  expect(connected).toEqual([new URL(https).host]);
});

test('takes a server of an authority that Node does not know only where it is named', async () => {
  byProxy();
  delete process.env['AWS_CA_BUNDLE'];
  await expect(createFetch(TIMEOUTS)(https)).rejects.toThrow('unable to verify the first certificate');
});

test('asks servers without TLS, and of this machine straight, also by IPv6', async () => {
  process.env['HTTP_PROXY'] = 'http://127.0.0.1:1';
  const fetch = createFetch(TIMEOUTS);
  expect(await (await fetch(http)).json()).toMatchObject({ method: 'GET', url: '/', body: '' });
  // Not where the machine has no IPv6.
  if (!isIPv6(address)) return;
  expect((await fetch(http.replace('127.0.0.1', '[::1]'))).status).toBe(201);
});

test('a proxy that refuses is named, with the host', async () => {
  byProxy();
  isRefused = true;
  const error = await createFetch(TIMEOUTS)(https).catch((thrown: Error) => thrown);
  expect(error).toMatchObject({
    message: expect.stringContaining(
      `The proxy http://127.0.0.1:${proxy.port} refused to connect to ${HOST}: 407 Proxy Authentication Required`,
    ),
  });
});

test('authorities that cannot be read are an error that names them', async () => {
  byProxy();
  process.env['AWS_CA_BUNDLE'] = fixture('none.pem');
  await expect(createFetch(TIMEOUTS)(https)).rejects.toThrow(ConnectionError);
});

test('a redirect is an error unless it is asked for, and an answer may have no body', async () => {
  const fetch = createFetch(TIMEOUTS);
  await expect(fetch(`${http}/elsewhere`)).rejects.toThrow(`${http}/elsewhere answers with a redirect (302).`);
  const response = await fetch(`${http}/elsewhere`, { redirect: 'manual' });
  expect([response.status, response.headers.get('location')]).toEqual([302, '/']);
  expect(await (await fetch(`${http}/nothing`)).text()).toBe('');
});

test('a signal ends it', async () => {
  const fetch = createFetch(TIMEOUTS);
  const signal = AbortSignal.timeout(50);
  await expect(fetch(`${http}/silent`, { signal })).rejects.toMatchObject({
    name: 'TimeoutError',
  });
});
