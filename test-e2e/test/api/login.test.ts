import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createClient } from '@cumulus/dynamodb/aws';
import { createDeployment } from '@cumulus/dynamodb/tables';
import { createModels } from '@cumulus/models';
import { itemsOf, ownTables } from '@cumulus/test-kit/tables';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createEarthdataLogin } from '../../../packages/api/src/auth/earthdata-login.ts';
import { cumulusApi } from '../kit/command.ts';
import { Browser, type LoginProviderServer, startLoginProvider } from './login-provider.ts';
import { freePort, type Served, serveApi } from './served.ts';

const SECRET = 'a secret of the tests that is as long as has to be';
const CLIENT = { clientId: 'cumulus', clientSecret: 'known-to_the.provider too!' };

describe('logging in', () => {
  const tables = ownTables();
  const prefix = tables.name();
  const client = createClient();
  let provider: LoginProviderServer;
  let api: Served;
  let environment: NodeJS.ProcessEnv;

  const models = createModels({ client, tables: prefix });

  beforeAll(async () => {
    await createDeployment({ client, prefix });
    await models.users.create({ userName: 'wanderer' });
    const port = await freePort();
    const redirectUri = `http://127.0.0.1:${port}/token`;
    provider = await startLoginProvider({ ...CLIENT, redirectUri });
    environment = {
      stackName: prefix,
      TOKEN_SECRET: SECRET,
      EARTHDATA_BASE_URL: provider.url,
      EARTHDATA_CLIENT_ID: CLIENT.clientId,
      EARTHDATA_CLIENT_PASSWORD: CLIENT.clientSecret,
      TOKEN_REDIRECT_ENDPOINT: redirectUri,
      DASHBOARD_ORIGINS: 'https://dashboard.example.org',
      CUMULUS_LOCAL_KEY: Buffer.alloc(32, 7).toString('base64'),
    };
    api = await serveApi(['--prefix', prefix, '--port', String(port)], environment);
  }, 60_000);

  afterAll(async () => {
    const { code, stdout, stderr } = await api.stop();
    expect(code).toBe(0);
    for (const secret of [SECRET, CLIENT.clientSecret]) expect(stdout + stderr).not.toContain(secret);
    await provider.stop();
    client.destroy();
  });

  async function logIn(name: string, state?: string): Promise<Response> {
    const query = state === undefined ? '' : `?state=${encodeURIComponent(state)}`;
    const back = await new Browser().logIn(`${api.url}/token${query}`, name, `${api.url}/token?`);
    return fetch(back, { redirect: 'manual' });
  }

  async function tokenOf(name: string): Promise<string> {
    const answer = await logIn(name);
    if (answer.status !== 200) throw new Error(await answer.text());
    expect(answer.headers.get('Cache-Control')).toBe('no-store');
    return ((await answer.json()) as { message: { token: string } }).message.token;
  }

  async function ask(authorization: string | undefined): Promise<{ status: number; message?: string }> {
    const headers = authorization === undefined ? {} : { Authorization: authorization };
    const answer = await fetch(`${api.url}/granules`, { headers });
    const { message } = (await answer.json()) as { message?: string };
    return { status: answer.status, ...(message === undefined ? {} : { message }) };
  }

  test('at a real provider gives a token, which the API takes', async () => {
    const token = await tokenOf('wanderer');
    expect(await ask(`Bearer ${token}`)).toEqual({ status: 200 });
    const [, payload = ''] = token.split('.');
    expect(JSON.parse(Buffer.from(payload, 'base64url').toString())).toEqual({
      accessToken: expect.any(String),
      username: 'wanderer',
      exp: expect.any(Number),
    });
    // What is kept of it holds no token.
    const { accessToken } = JSON.parse(Buffer.from(payload, 'base64url').toString()) as { accessToken: string };
    const rows = JSON.stringify(await itemsOf(`${prefix}-AccessTokensTable`));
    expect(rows).toContain('wanderer');
    expect(rows).not.toContain(accessToken);
  });

  test('goes on to the dashboard with the token, and nowhere else', async () => {
    const answer = await logIn('wanderer', 'https://dashboard.example.org/auth?page=1');
    expect(answer.status).toBe(307);
    expect(answer.headers.get('Location')).toMatch(/^https:\/\/dashboard\.example\.org\/auth\?page=1&token=eyJ/);
    for (const state of [
      'https://evil.example.org/',
      'javascript:alert(1)',
      'https://dashboard.example.org.evil.org/',
      'x',
    ]) {
      for (const code of ['', '&code=abc']) {
        const refused = await fetch(`${api.url}/token?state=${encodeURIComponent(state)}${code}`, {
          redirect: 'manual',
        });
        expect(refused.status).toBe(400);
        expect(await refused.text()).toContain('DASHBOARD_ORIGINS');
      }
    }
  });

  test('goes on to a dashboard that routes by the hash, whose query then has the token', async () => {
    const answer = await logIn('wanderer', 'http://localhost:3000/#/auth');
    expect(answer.headers.get('Location')).toMatch(/^http:\/\/localhost:3000\/#\/auth\?token=eyJ/);
    const [, token = ''] = answer.headers.get('Location')?.split('?token=') ?? [];
    expect(await ask(`Bearer ${token}`)).toEqual({ status: 200 });
  });

  test('is not enough for somebody who is no user', async () => {
    const token = await tokenOf('stranger');
    expect(await ask(`Bearer ${token}`)).toEqual({ status: 401, message: 'User not authorized' });
    await models.users.create({ userName: 'gone', expires: Date.now() + 1_500 });
    const ofGone = await tokenOf('gone');
    expect((await ask(`Bearer ${ofGone}`)).status).toBe(200);
    await new Promise((resolve) => setTimeout(resolve, 2_000));
    expect(await ask(`Bearer ${ofGone}`)).toEqual({ status: 401, message: 'User not authorized' });
  });

  test('is refreshed, after which the old token is good for nothing, and given up', async () => {
    const old = await tokenOf('wanderer');
    const post = (token: unknown) =>
      fetch(`${api.url}/refresh`, { method: 'POST', body: JSON.stringify(token === undefined ? {} : { token }) });
    const refreshed = await post(old);
    expect(refreshed.status).toBe(200);
    const { token } = (await refreshed.json()) as { token: string };
    expect((await ask(`Bearer ${token}`)).status).toBe(200);
    expect((await ask(`Bearer ${old}`)).status).toBe(401);
    expect((await post(old)).status).toBe(403);
    expect((await post('rubbish')).status).toBe(403);
    expect((await post(undefined)).status).toBe(401);

    const giveUp = (given: string) => fetch(`${api.url}/tokenDelete/${given}`, { method: 'DELETE' });
    expect(await (await giveUp(token)).json()).toEqual({ message: 'Token record was deleted' });
    expect((await ask(`Bearer ${token}`)).status).toBe(401);
    expect((await giveUp(token)).status).toBe(200);
    expect((await giveUp('rubbish')).status).toBe(403);
  });

  test('is asked for of whoever comes without a token of ours', async () => {
    const token = await tokenOf('wanderer');
    const [head = '', payload = '', signature = ''] = token.split('.');
    const json = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
    expect(await ask(undefined)).toEqual({ status: 401, message: 'Authorization header missing' });
    expect(await ask(`Basic ${token}`)).toEqual({ status: 401, message: 'Authorization scheme must be Bearer' });
    expect(await ask('Bearer')).toEqual({ status: 401, message: 'Missing token' });
    const claims = JSON.parse(Buffer.from(payload, 'base64url').toString()) as object;
    for (const forged of [
      'rubbish',
      `${json({ alg: 'none' })}.${payload}.`,
      `${json({ alg: 'HS512' })}.${payload}.${signature}`,
      `${head}.${json({ ...claims, username: 'admin' })}.${signature}`,
      `${head}.${payload}.${signature.slice(0, -4)}AAAA`,
    ]) {
      expect(await ask(`Bearer ${forged}`)).toEqual({ status: 403, message: 'Invalid access token' });
    }
  });

  test('is refused with a code that the provider does not know', async () => {
    const answer = await fetch(`${api.url}/token?code=none`);
    expect(answer.status).toBe(401);
    const givenUp = await fetch(`${api.url}/token?error=access_denied`);
    expect(givenUp.status).toBe(401);
  });

  test('that is past its time says so', async () => {
    const port = await freePort();
    const redirectUri = `http://127.0.0.1:${port}/token`;
    const brief = await startLoginProvider({ ...CLIENT, redirectUri, lifetime: 1 });
    const settings = { ...environment, EARTHDATA_BASE_URL: brief.url, TOKEN_REDIRECT_ENDPOINT: redirectUri };
    const other = await serveApi(['--prefix', prefix, '--port', String(port)], settings);
    try {
      const back = await new Browser().logIn(`${other.url}/token`, 'wanderer', `${other.url}/token?`);
      const { token } = ((await (await fetch(back)).json()) as { message: { token: string } }).message;
      await new Promise((resolve) => setTimeout(resolve, 2_100));
      expect(await ask(`Bearer ${token}`)).toEqual({ status: 401, message: 'Access token has expired' });
      const refreshed = await fetch(`${api.url}/refresh`, { method: 'POST', body: JSON.stringify({ token }) });
      expect(refreshed.status).toBe(403);
    } finally {
      await brief.stop();
      // The provider is away.
      const away = await fetch(`${other.url}/token?code=any`);
      expect(away.status).toBe(503);
      expect(away.headers.get('Retry-After')).not.toBeNull();
      await other.stop();
    }
  });

  test('does not begin without a secret, or with one that is too short, and names all that is missing', async () => {
    const { TOKEN_SECRET: _, ...without } = environment;
    const missing = await cumulusApi(['serve', '--prefix', prefix], {
      environment: { ...without, EARTHDATA_CLIENT_ID: '', TOKEN_SECRET: '' },
    });
    expect(missing).toMatchObject({ code: 1, stdout: '' });
    expect(missing.stderr).toContain('TOKEN_SECRET is not set');
    expect(missing.stderr).toContain('EARTHDATA_CLIENT_ID is not set');
    const short = await cumulusApi(['serve', '--prefix', prefix], {
      environment: { ...without, TOKEN_SECRET: 'short' },
    });
    expect(short.code).toBe(1);
    expect(short.stderr).toContain('TOKEN_SECRET is shorter than 32 bytes');
    expect(short.stderr).not.toContain("'short'");
    const plain = await cumulusApi(['serve', '--prefix', prefix], {
      environment: { ...environment, EARTHDATA_BASE_URL: 'http://login.example.org' },
    });
    expect(plain.stderr).toContain('EARTHDATA_BASE_URL is no URL of HTTPS');
  });
});

describe('a provider that does not name the user with the token', () => {
  let server: Server;
  let url: string;

  beforeAll(async () => {
    // Plain OAuth2 of a kind that no provider for tests has: only its answers matter.
    server = createServer((request, response) => {
      response.setHeader('Content-Type', 'application/json');
      if (request.url === '/oauth/token') response.end('{"access_token":"a","token_type":"Bearer","expires_in":60}');
      else
        response.end(JSON.stringify({ sub: 'subject', uid: request.headers.authorization === 'Bearer a' ? 'me' : '' }));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterAll(() => {
    server.close();
  });

  test('is asked for the name', async () => {
    const login = createEarthdataLogin({
      ...{ baseUrl: url, clientId: 'c', clientPassword: 'p', redirectUri: `${url}/token` },
    });
    expect(await login.redeem('code')).toMatchObject({ accessToken: 'a', refreshToken: undefined, userName: 'me' });
  });
});
