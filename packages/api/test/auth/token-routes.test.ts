import { onDynamoDBLocal } from '@cumulus/test-kit';
import { beforeEach, describe, expect, test } from '@jest/globals';
import type { Login } from '../../src/auth/login-provider.ts';
import type { HttpApi } from '../../src/http/http-api.ts';
import { apiOf, DASHBOARD, ownAuth, type ScriptedProvider } from './own-login.ts';
import { BEGINNING, OwnModels } from './own-models.ts';

onDynamoDBLocal('tokens', () => {
  const tables = new OwnModels();
  const { users } = tables.models;
  let auth: ReturnType<typeof ownAuth>;
  let provider: ScriptedProvider;
  let api: HttpApi;
  let logins = 0;

  beforeEach(async () => {
    tables.now = BEGINNING;
    auth = ownAuth(tables.models, () => tables.now);
    provider = auth.provider;
    api = apiOf(auth);
    if (!(await users.exists({ userName: 'wanderer' }))) await users.create({ userName: 'wanderer' });
  });

  interface Answer {
    readonly status: number;
    readonly headers: Headers;
    // biome-ignore lint/suspicious/noExplicitAny: tests look into it as they expect it to be
    readonly body: any;
  }

  async function ask(method: string, path: string, body?: unknown): Promise<Answer> {
    const sent = body === undefined ? null : typeof body === 'string' ? body : JSON.stringify(body);
    const answer = await api.request(path, { method, body: sent });
    const text = await answer.text();
    return { status: answer.status, headers: answer.headers, body: text === '' ? undefined : JSON.parse(text) };
  }

  /** Somebody who logs in: the code is good for this login. */
  function loginBy(code: string, changes: Partial<Login> = {}): Login {
    const number = ++logins;
    const login = {
      accessToken: `access-${number}`,
      refreshToken: `refresh-${number}`,
      userName: 'wanderer',
      expirationTime: tables.now / 1000 + 60,
      ...changes,
    };
    provider.logins.set(code, login);
    return login;
  }

  async function tokenBy(code: string): Promise<string> {
    const { status, body } = await ask('GET', `/token?code=${code}`);
    expect(status).toBe(200);
    return body.message.token;
  }

  async function statusOf(token: string): Promise<number> {
    return (await api.request('/me', { headers: { Authorization: `Bearer ${token}` } })).status;
  }

  const get = (query: Record<string, string>): Promise<Answer> =>
    ask('GET', `/token?${new URLSearchParams(query).toString()}`);

  describe('logging in', () => {
    test('begins at the provider, which gets the state', async () => {
      const answer = await get({ state: `${DASHBOARD}/auth` });
      expect(answer.status).toBe(307);
      expect(answer.headers.get('Location')).toBe(provider.loginUrl(`${DASHBOARD}/auth`));
      expect(answer.headers.get('Cache-Control')).toBe('no-store');
      for (const without of [{}, { state: '' }, { code: '' }])
        expect((await get(without as Record<string, string>)).headers.get('Location')).toBe(
          provider.loginUrl(undefined),
        );
      expect(provider.asked).toEqual([]);
    });

    test('ends in a token that opens routes, and of which only a hash is kept', async () => {
      const { accessToken, refreshToken, expirationTime } = loginBy('a-code');
      const { status, headers, body } = await get({ code: 'a-code' });
      expect({ status, body }).toEqual({ status: 200, body: { message: { token: expect.any(String) } } });
      expect(headers.get('Cache-Control')).toBe('no-store');
      expect(await statusOf(body.message.token)).toBe(200);
      expect(await auth.signer.verify(body.message.token, tables.now)).toEqual({
        accessToken,
        username: 'wanderer',
        expirationTime,
      });
      const rows = JSON.stringify(await tables.tokenRows());
      expect(rows).not.toContain(accessToken);
      expect(rows).not.toContain(refreshToken);
      expect(await auth.accessTokens.refreshToken({ accessToken })).toBe(refreshToken);
    });

    test.each([
      [DASHBOARD, `${DASHBOARD}?token=`],
      [`${DASHBOARD}/auth?page=1&of=2`, `${DASHBOARD}/auth?page=1&of=2&token=`],
      [`${DASHBOARD}/auth?token=old&page=1`, `${DASHBOARD}/auth?page=1&token=`],
      [`${DASHBOARD}/auth?token`, `${DASHBOARD}/auth?token=`],
      [`${DASHBOARD}/auth?tokens=2`, `${DASHBOARD}/auth?tokens=2&token=`],
      // Dashboards from v1.6 to v1.10 route by the hash, and read the token in its query.
      [`${DASHBOARD}/#/auth`, `${DASHBOARD}/#/auth?token=`],
      [`${DASHBOARD}/?a=1#/auth`, `${DASHBOARD}/?a=1#/auth?token=`],
      [`${DASHBOARD}/?token=mine#/auth?token=old&b=%2F`, `${DASHBOARD}/?token=mine#/auth?b=%2F&token=`],
      [`${DASHBOARD}/%7Euser/%2523?q=%25`, `${DASHBOARD}/%7Euser/%2523?q=%25&token=`],
      ['https%3A%2F%2Fdashboard.example.org%2F%23%2Fauth', `${DASHBOARD}/#/auth?token=`],
      ['https%3a//dashboard.example.org/?q=%2526', `${DASHBOARD}/?q=%26&token=`],
      [`${DASHBOARD}/#/Größe 1`, `${DASHBOARD}/#/Gr%C3%B6%C3%9Fe%201?token=`],
      [`${DASHBOARD}/#/\ud800`, `${DASHBOARD}/#/%EF%BF%BD?token=`],
      ['HTTPS://Dashboard.Example.org:443/auth', 'HTTPS://Dashboard.Example.org:443/auth?token='],
      ['http://localhost:3000/auth', 'http://localhost:3000/auth?token='],
      ['http://127.0.0.1/', 'http://127.0.0.1/?token='],
      ['http://[::1]:8080/', 'http://[::1]:8080/?token='],
    ])('goes on to the state %s as the client wrote it, with the token', async (state, start) => {
      loginBy('a-code');
      const answer = await get({ code: 'a-code', state });
      expect(answer.status).toBe(307);
      expect(answer.headers.get('Cache-Control')).toBe('no-store');
      const location = answer.headers.get('Location') ?? '';
      expect(location.slice(0, start.length)).toBe(start);
      expect(await statusOf(location.slice(start.length))).toBe(200);
    });

    test.each([
      'https://evil.example.org/',
      'http://dashboard.example.org/',
      'https://dashboard.example.org:8443/',
      'https://dashboard.example.org.evil.org/',
      'https://dashboard.example.org@evil.example.org/',
      'https://evil.example.org\\@dashboard.example.org/',
      'https://evil.example.org/?https://dashboard.example.org',
      'http://localhost.evil.example.org/',
      'http://localhost@evil.example.org/',
      'http://127.0.0.1.evil.example.org/',
      '//evil.example.org/',
      '/auth',
      'javascript:alert(document.domain)',
      'javascript://localhost/%0aalert(1)',
      'data:text/html,hello',
      'blob:https://dashboard.example.org/1',
      'file://localhost/etc/passwd',
      'https%3A%2F%2Fevil.example.org%2F',
      'https%253A%252F%252Fdashboard.example.org%252F',
      'https%3A%2F%2Fdashboard.example.org%40evil.example.org%2F',
      '%2F%2Fevil.example.org',
      '%68ttps%3A%2F%2Fevil.example.org',
      'javascript%3Aalert(1)',
      'https://user@dashboard.example.org/',
      'https://dashboard.example.org:443@evil.example.org/',
      'https://dashboard.example.org%2F@evil.example.org/',
      'https://dashboard.example.org%2Eevil.example.org/',
      'https://dashboard.example.org%00.evil.example.org/',
      'https://dashboard.example.org\\.evil.example.org/',
      'https:\\\\evil.example.org/',
      'https:/\\dashboard.example.org/',
      'https:///dashboard.example.org/',
      'https:dashboard.example.org/',
      'https:/%2Fevil.example.org/',
      'https://dashboard.example.org/\\evil.example.org',
      ' https://evil.example.org/',
      'https://dashboard.example.org\n.evil.example.org/',
      'https://dashboard.example.org/\r\nSet-Cookie: a=b',
      'https://dashboard.example.org/%0d%0aSet-Cookie: a=b\t',
      'https%3A%2F%2Fdashboard.example.org%2F%0d%0aSet-Cookie: a=b',
      'https://dashboard.example.org。evil.example.org/',
      'https://dashboard.example.org／evil.example.org／@evil.example.org/',
      'https://ｅvil.example.org/',
      'http://[::1]@evil.example.org/',
      'http://[::1].evil.example.org/',
      'https%',
      '%',
      'https://',
      'https://?@dashboard.example.org/',
      'https://#@dashboard.example.org/',
    ])('never goes on to %s, and redeems no code for it', async (state) => {
      loginBy('a-code');
      const message = expect.stringContaining('DASHBOARD_ORIGINS');
      for (const query of [{ state }, { state, code: 'a-code' }, { state, error: 'access_denied' }]) {
        const answer = await get(query as Record<string, string>);
        expect(answer).toMatchObject({ status: 400, body: { statusCode: 400, error: 'Bad Request', message } });
        expect(answer.headers.get('Location')).toBeNull();
      }
      expect(provider.asked).toEqual([]);
    });

    test('is refused by a provider, or given up', async () => {
      for (const query of [{ code: 'unknown' }, { error: 'access_denied' }]) {
        const answer = await get(query as Record<string, string>);
        expect(answer).toMatchObject({ status: 401, body: { error: 'Unauthorized' } });
        expect(answer.headers.get('Cache-Control')).toBe('no-store');
      }
      expect((await get({ error: '<script>alert(1)</script>' })).body.message).not.toContain('<');
    });

    test('is not possible while the provider is away', async () => {
      provider.isAway = true;
      expect(await get({ code: 'a-code' })).toMatchObject({ status: 503, body: { error: 'Service Unavailable' } });
    });

    test('gives whoever is no user a token that opens nothing', async () => {
      loginBy('a-code', { userName: 'stranger' });
      expect(await statusOf(await tokenBy('a-code'))).toBe(401);
    });

    test('may give the same access token again, also to two at once, and keeps the later end', async () => {
      const { accessToken } = loginBy('a-code');
      await tokenBy('a-code');
      loginBy('a-code', { accessToken, expirationTime: tables.now / 1000 + 600 });
      const tokens = await Promise.all([tokenBy('a-code'), tokenBy('a-code'), tokenBy('a-code')]);
      tables.now += 300_000;
      for (const token of tokens) expect(await statusOf(token)).toBe(200);

      const { accessToken: another } = loginBy('new');
      await Promise.all([tokenBy('new'), tokenBy('new'), tokenBy('new')]);
      expect(await auth.accessTokens.isValid({ accessToken: another })).toBe(true);
    });
  });

  describe('refreshing', () => {
    const refresh = (token: unknown): Promise<Answer> => ask('POST', '/refresh', { token });

    test('gives a new token, and ends the old one', async () => {
      const { accessToken, refreshToken = '' } = loginBy('a-code');
      const old = await tokenBy('a-code');
      const next = loginBy(refreshToken);
      const { status, headers, body } = await refresh(old);
      expect({ status, body }).toEqual({ status: 200, body: { token: expect.any(String) } });
      expect(headers.get('Cache-Control')).toBe('no-store');
      expect(provider.asked.at(-1)).toBe(`refresh ${refreshToken}`);
      expect(await statusOf(body.token)).toBe(200);
      expect(await statusOf(old)).toBe(401);
      expect(await auth.accessTokens.exists({ accessToken })).toBe(false);
      expect(await auth.accessTokens.refreshToken(next)).toBe(next.refreshToken);
      expect(await refresh(old)).toMatchObject({ status: 403, body: { message: 'Invalid access token' } });
    });

    test('goes on where the provider gives the same access token with a later end', async () => {
      const { accessToken, refreshToken = '' } = loginBy('a-code');
      const old = await tokenBy('a-code');
      loginBy(refreshToken, { accessToken, refreshToken, expirationTime: tables.now / 1000 + 600 });
      const { body } = await refresh(old);
      tables.now += 300_000;
      expect(await statusOf(body.token)).toBe(200);
    });

    test('is refused to a token that is past its time, is none, or was given up', async () => {
      const { accessToken } = loginBy('a-code');
      const token = await tokenBy('a-code');
      expect(await refresh('rubbish')).toMatchObject({ status: 403, body: { message: 'Invalid access token' } });
      await auth.accessTokens.delete({ accessToken });
      expect(await refresh(token)).toMatchObject({ status: 403, body: { message: 'Invalid access token' } });
      tables.now += 60_000;
      expect(await refresh(token)).toMatchObject({ status: 403, body: { message: 'Access token has expired' } });
      expect(provider.asked).toEqual(['redeem a-code']);
    });

    test('leaves the token good when the provider refuses, or is away', async () => {
      loginBy('a-code');
      const token = await tokenBy('a-code');
      expect((await refresh(token)).status).toBe(401);
      provider.isAway = true;
      expect((await refresh(token)).status).toBe(503);
      expect(await statusOf(token)).toBe(200);
    });

    test('is not possible without a refresh token, which is said', async () => {
      loginBy('a-code', { refreshToken: undefined });
      const { status, body } = await refresh(await tokenBy('a-code'));
      expect({ status, message: body.message }).toEqual({ status: 400, message: expect.stringContaining('log in') });
    });

    test.each([undefined, '', {}, { token: '' }, { token: 7 }, { token: null }, { token: ['a'] }])(
      'is refused without a token: %j',
      async (body) => {
        const refused = { status: 401, body: { error: 'Unauthorized', message: 'Request requires a token' } };
        expect(await ask('POST', '/refresh', body)).toMatchObject(refused);
      },
    );

    test('is refused to whoever is no longer a user, and the provider is not asked', async () => {
      await users.create({ userName: 'former' });
      loginBy('a-code', { userName: 'former' });
      const token = await tokenBy('a-code');
      await users.delete({ userName: 'former' });
      const refused = { status: 401, body: { error: 'Unauthorized', message: 'User not authorized' } };
      expect(await refresh(token)).toMatchObject(refused);
      expect(provider.asked).toEqual(['redeem a-code']);
    });

    test("is refused to a token that names another user than the token's record", async () => {
      await users.create({ userName: 'owner' });
      const { accessToken, expirationTime } = loginBy('a-code', { userName: 'owner' });
      await tokenBy('a-code');
      const other = await auth.signer.sign({ accessToken, username: 'wanderer', expirationTime });
      expect(await refresh(other)).toMatchObject({ status: 401, body: { message: 'User not authorized' } });
      expect(await statusOf(other)).toBe(401);
      expect(provider.asked).toEqual(['redeem a-code']);
    });

    test.each(['rubbish', '[]', 'null', '"token"'])('takes no body such as %j', async (body) => {
      expect((await ask('POST', '/refresh', body)).status).toBe(400);
    });
  });

  describe.each(['/tokenDelete', '/token'])('giving up by %s', (path) => {
    const giveUp = (token: string): Promise<Answer> => ask('DELETE', `${path}/${token}`);
    const done = { status: 200, body: { message: 'Token record was deleted' } };

    test('ends a token, and its refresh token, and may be said twice', async () => {
      loginBy('a-code');
      const token = await tokenBy('a-code');
      loginBy('b-code');
      const other = await tokenBy('b-code');
      expect(await giveUp(token)).toMatchObject(done);
      expect(await statusOf(token)).toBe(401);
      expect((await ask('POST', '/refresh', { token })).status).toBe(403);
      expect(await giveUp(token)).toMatchObject(done);
      expect(await statusOf(other)).toBe(200);
    });

    test('is refused to what is no token of ours', async () => {
      const refused = { status: 403, body: { statusCode: 403, error: 'Forbidden', message: 'Invalid access token' } };
      expect(await giveUp('rubbish')).toMatchObject(refused);
      loginBy('a-code');
      const [head, payload] = (await tokenBy('a-code')).split('.');
      expect(await giveUp(`${head}.${payload}.AAAA`)).toMatchObject(refused);
    });
  });

  test('are described on the page of OpenAPI, as what needs no login', () => {
    for (const described of ['get /token', 'post /refresh', 'delete /tokenDelete/{token}', 'delete /token/{token}'])
      expect(api.described.find(({ method, path }) => `${method} ${path}` === described)).toMatchObject({
        security: [],
        summary: expect.any(String),
        responses: { 200: {}, 403: {} },
      });
  });
});
