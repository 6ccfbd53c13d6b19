import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, test } from '@jest/globals';
import { SignJWT } from 'jose';
import { createEarthdataLogin } from '../../src/auth/earthdata-login.ts';
import { LoginRefusedError, LoginUnavailableError } from '../../src/auth/errors.ts';
import type { LoginProvider } from '../../src/auth/login-provider.ts';
import { type Answer, json, ProviderServer } from './provider-server.ts';

const PASSWORD = 'password-of-the-client: /!_.~';
const CODE = 'code-of-the-browser';
const REFRESH = 'refresh-token-of-before';
const TOKEN = {
  access_token: 'new-access-token',
  token_type: 'Bearer',
  expires_in: 3_600,
  refresh_token: 'new-refresh',
};
const SECRETS = [PASSWORD, CODE, REFRESH, TOKEN.access_token, TOKEN.refresh_token];

const provider = new ProviderServer();

function login(baseUrl = provider.url): LoginProvider {
  const redirectUri = 'https://api.example.org/token';
  return createEarthdataLogin({ baseUrl, clientId: 'cumulus api', clientPassword: PASSWORD, redirectUri });
}

function answerToken(answer: unknown): void {
  provider.answers.set('/oauth/token', typeof answer === 'function' ? (answer as Answer) : json(200, answer));
}

/** All that an error shows to whoever logs it, with its causes. */
function shown(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return `${error.stack} ${JSON.stringify(error, Object.getOwnPropertyNames(error))} ${shown(error.cause)}`;
}

async function failure(asked: Promise<unknown>): Promise<Error> {
  const error = await asked.then(
    () => new Error('It did not fail.'),
    (thrown: Error) => thrown,
  );
  for (const secret of SECRETS) expect(shown(error)).not.toContain(secret);
  return error;
}

describe('the address to log in at', () => {
  test('has what Earthdata Login requires', () => {
    const url = new URL(login().loginUrl('https://dashboard.example.org/auth?a=1&b=2#c'));
    expect(url.origin + url.pathname).toBe(`${provider.url}/oauth/authorize`);
    expect(Object.fromEntries(url.searchParams)).toEqual({
      client_id: 'cumulus api',
      redirect_uri: 'https://api.example.org/token',
      response_type: 'code',
      state: 'https://dashboard.example.org/auth?a=1&b=2#c',
    });
  });

  test('has no state where there is none', () => {
    expect(new URL(login().loginUrl(undefined)).searchParams.has('state')).toBe(false);
  });
});

describe('a code', () => {
  test('is redeemed as RFC 6749 has it, the client known by HTTP Basic, unencoded', async () => {
    answerToken({ ...TOKEN, endpoint: '/api/users/wanderer' });
    const now = Date.now() / 1000;
    const { expirationTime, ...who } = await login().redeem(CODE);
    expect(who).toEqual({ accessToken: 'new-access-token', refreshToken: 'new-refresh', userName: 'wanderer' });
    expect(expirationTime).toBeGreaterThanOrEqual(Math.floor(now + 3_600));
    expect(expirationTime).toBeLessThanOrEqual(now + 3_610);

    const [asked, ...more] = provider.asked;
    expect(more).toEqual([]);
    expect(asked).toMatchObject({ path: '/oauth/token', method: 'POST' });
    expect(Object.fromEntries(asked?.body ?? [])).toEqual({
      grant_type: 'authorization_code',
      code: CODE,
      redirect_uri: 'https://api.example.org/token',
    });
    const [scheme, credentials = ''] = asked?.authorization?.split(' ') ?? [];
    expect(scheme).toBe('Basic');
    expect(Buffer.from(credentials, 'base64').toString()).toBe(`cumulus api:${PASSWORD}`);
  });

  test.each([
    [{ uid: 'me', preferred_username: 'other', sub: '1' }, 'me'],
    [{ uid: 'me' }, 'me'],
    [{ preferred_username: 'me', sub: '1' }, 'me'],
    [{ uid: '', preferred_username: 7, sub: 'me' }, 'me'],
  ])('of a provider that does not name the user is followed by a question: %j', async (profile, name) => {
    answerToken(TOKEN);
    provider.answers.set('/oauth/userinfo', json(200, profile));
    expect(await login().redeem(CODE)).toMatchObject({ userName: name });
    expect(provider.asked[1]).toMatchObject({ path: '/oauth/userinfo', authorization: 'Bearer new-access-token' });
  });

  test.each([{}, { uid: 7 }, { sub: '' }, null, ['me']])('gives no login without a name: %j', async (profile) => {
    answerToken(TOKEN);
    provider.answers.set('/oauth/userinfo', json(200, profile));
    expect(await failure(login().redeem(CODE))).toBeInstanceOf(LoginUnavailableError);
  });

  test.each([
    [401, LoginRefusedError],
    [500, LoginUnavailableError],
  ])('gives no login where the name is answered with %i', async (status, expected) => {
    answerToken(TOKEN);
    provider.answers.set('/oauth/userinfo', json(status, { error: TOKEN.access_token }));
    expect(await failure(login().redeem(CODE))).toBeInstanceOf(expected);
  });

  test('is redeemed whatever token of OpenID comes along', async () => {
    const idToken = await new SignJWT({ nonce: 'n' })
      .setProtectedHeader({ alg: 'HS384' })
      .setIssuer('https://another.example.org')
      .setAudience('another')
      .sign(new TextEncoder().encode('x'.repeat(48)));
    for (const id_token of [idToken, 'rubbish', 7, null]) {
      answerToken({ ...TOKEN, endpoint: '/api/users/wanderer', id_token });
      expect(await login().redeem(CODE)).toMatchObject({ userName: 'wanderer' });
    }
  });

  test('gives a login of whole seconds, and of an hour where the provider does not say how long', async () => {
    for (const [expires_in, seconds] of [
      [90.7, 90],
      ['120', 120],
      [undefined, 3_600],
    ] as const) {
      answerToken({ ...TOKEN, expires_in, endpoint: '/api/users/wanderer' });
      const { expirationTime } = await login().redeem(CODE);
      expect(Number.isInteger(expirationTime)).toBe(true);
      expect(Math.abs(expirationTime - Date.now() / 1000 - seconds)).toBeLessThan(5);
    }
  });
});

describe('the credentials of a client', () => {
  /** How providers read what came by HTTP Basic: one as it is, one as RFC 6749 encodes it, one without mercy. */
  const readers: Record<string, (part: string) => string> = {
    asItIs: (part) => part,
    ofForms: formDecoded,
    strictlyOfForms: (part) => decodeURIComponent(part.replaceAll('+', ' ')),
  };

  /** A provider that knows one client. */
  function answerClient(read: (part: string) => string, id: string, password: string, refusal = 401): void {
    answerToken((request: Parameters<Answer>[0], response: Parameters<Answer>[1]) => {
      const text = Buffer.from(request.headers.authorization?.replace('Basic ', '') ?? '', 'base64').toString();
      const colon = text.indexOf(':');
      const parts = [text.slice(0, colon), text.slice(colon + 1)];
      let isKnown = false;
      try {
        isKnown = JSON.stringify(parts.map(read)) === JSON.stringify([id, password]);
      } catch {}
      const answer = { ...TOKEN, endpoint: '/api/users/wanderer' };
      const challenge = { 'WWW-Authenticate': 'Basic realm="x"' };
      (isKnown ? json(200, answer) : json(refusal, { error: 'invalid_client' }, challenge))(request, response);
    });
  }

  const ofClient = (clientId: string, clientPassword: string): LoginProvider =>
    createEarthdataLogin({ baseUrl: provider.url, clientId, clientPassword, redirectUri: 'https://a.example.org/t' });

  test.each(Object.keys(readers))('are taken by a provider that reads them %s, at once', async (reader) => {
    for (const [id, password] of [
      ['a-b_c.d', 'p-a_s.s!w~o*r(d)'],
      ['abc', "with:colons, blanks & 'more' #?=/"],
    ] as const) {
      provider.asked.length = 0;
      answerClient(readers[reader] as (part: string) => string, id, password);
      expect(await ofClient(id, password).redeem(CODE)).toMatchObject({ userName: 'wanderer' });
      expect(await ofClient(id, password).refresh(REFRESH)).toMatchObject({ userName: 'wanderer' });
      expect(provider.asked).toHaveLength(2);
    }
  });

  test.each(Object.keys(readers))(
    'that are read differently are taken by one that reads them %s, and the second time at once',
    async (reader) => {
      for (const [id, password] of [
        ['abc', '100%'],
        ['abc', 'a+b'],
        ['abc', 'a%41'],
        ['a+c', 'ü-!_'],
      ] as const) {
        for (const refusal of [401, 400]) {
          answerClient(readers[reader] as (part: string) => string, id, password, refusal);
          const client = ofClient(id, password);
          expect(await client.redeem(CODE)).toMatchObject({ userName: 'wanderer' });
          provider.asked.length = 0;
          expect(await client.refresh(REFRESH)).toMatchObject({ userName: 'wanderer' });
          expect(provider.asked).toHaveLength(1);
        }
      }
    },
  );

  test('have an encoded colon in the id, which would end there', async () => {
    answerClient(readers['ofForms'] as (part: string) => string, 'a:b', 'p:w');
    expect(await ofClient('a:b', 'p:w').redeem(CODE)).toMatchObject({ userName: 'wanderer' });
  });

  test('that are wrong are refused, after both readings', async () => {
    answerClient(readers['asItIs'] as (part: string) => string, 'abc', 'another');
    for (const [password, requests] of [
      ['wrong', 1],
      ['wr+ng', 2],
    ] as const) {
      provider.asked.length = 0;
      expect(await failure(ofClient('abc', password).redeem(CODE))).toBeInstanceOf(LoginRefusedError);
      expect(provider.asked).toHaveLength(requests);
    }
  });

  test('are not sent twice for a code that is refused', async () => {
    answerToken(json(403, { error: 'access_denied' }));
    await failure(ofClient('abc', 'a+b').redeem(CODE));
    expect(provider.asked).toHaveLength(1);
  });
});

describe('a refresh token', () => {
  test('is sent, and replaced by what comes', async () => {
    answerToken({ ...TOKEN, endpoint: '/api/users/wanderer' });
    expect(await login().refresh(REFRESH)).toMatchObject({
      accessToken: 'new-access-token',
      refreshToken: 'new-refresh',
    });
    expect(Object.fromEntries(provider.asked[0]?.body ?? [])).toEqual({
      grant_type: 'refresh_token',
      refresh_token: REFRESH,
    });
  });

  test('stays where none comes', async () => {
    const { refresh_token: _, ...answer } = TOKEN;
    answerToken({ ...answer, endpoint: '/api/users/wanderer', id_token: 'rubbish' });
    expect(await login().refresh(REFRESH)).toMatchObject({ refreshToken: REFRESH });
  });
});

describe('a provider', () => {
  const echo = `${CODE} ${TOKEN.access_token}`;

  test.each<[string, Answer]>([
    ['400', json(400, { error: 'invalid_grant', error_description: echo })],
    ['401', json(401, { error: 'invalid_client', error_description: echo })],
    ['401 with a challenge', json(401, {}, { 'WWW-Authenticate': `Basic realm="${TOKEN.access_token}"` })],
    ['400 without words', (_, response) => response.writeHead(400, { 'Content-Type': 'text/html' }).end(echo)],
    ['400 of a word of its own', json(400, { error: CODE })],
    ['403', json(403, { error: 'unauthorized_client' })],
  ])('that answers %s refuses, also a refresh token', async (_, answer) => {
    answerToken(answer);
    expect(await failure(login().redeem(CODE))).toBeInstanceOf(LoginRefusedError);
    expect(await failure(login().refresh(REFRESH))).toBeInstanceOf(LoginRefusedError);
  });

  test('is quoted with the reason that RFC 6749 knows', async () => {
    answerToken(json(400, { error: 'invalid_grant' }));
    expect((await failure(login().redeem(CODE))).message).toContain('400 invalid_grant');
  });

  test.each<[string, Answer]>([
    ['500', json(500, { error: 'invalid_grant' })],
    ['503 with a challenge', json(503, {}, { 'WWW-Authenticate': 'Basic realm="x"' })],
    ['429', json(429, { error: 'slow_down' })],
    ['404', json(404, {})],
    ['a page', (_, response) => response.writeHead(200, { 'Content-Type': 'text/html' }).end(`<p>${echo}`)],
    ['JSON that ends too early', (_, response) => response.setHeader('Content-Type', 'application/json').end('{"a')],
    ['null', json(200, null)],
    ['no token', json(200, { endpoint: '/api/users/wanderer', echo })],
    ['a token of another kind', json(200, { ...TOKEN, token_type: 'mac' })],
    ['an empty token', json(200, { ...TOKEN, access_token: '' })],
    ['no answer', (request) => request.socket.destroy()],
  ])('that answers %s is not available', async (_, answer) => {
    answerToken(answer);
    expect(await failure(login().redeem(CODE))).toBeInstanceOf(LoginUnavailableError);
    expect(await failure(login().refresh(REFRESH))).toBeInstanceOf(LoginUnavailableError);
  });

  test('is not followed to elsewhere, where the password would go along', async () => {
    answerToken(json(307, {}, { Location: '/oauth/elsewhere' }));
    provider.answers.set('/oauth/elsewhere', json(200, { ...TOKEN, endpoint: '/api/users/wanderer' }));
    expect(await failure(login().redeem(CODE))).toBeInstanceOf(LoginUnavailableError);
    expect(provider.asked.map(({ path }) => path)).toEqual(['/oauth/token']);
  });

  test('that nothing listens for is not available, and it is said why', async () => {
    const error = await failure(login(await abandonedAddress()).redeem(CODE));
    expect(error).toBeInstanceOf(LoginUnavailableError);
    expect(error.message).toContain('ECONNREFUSED');
  });

  test('elsewhere is never asked without TLS', async () => {
    const error = await failure(login('http://login.invalid').redeem(CODE));
    expect(error).toBeInstanceOf(LoginUnavailableError);
    expect(error.message).toContain('OAUTH_HTTP_REQUEST_FORBIDDEN');
  });

  test('is waited for ten seconds, for the beginning of an answer as for its end', async () => {
    const begun = performance.now();
    answerToken(() => undefined);
    const silent = failure(login().redeem(CODE));
    while (provider.asked.length === 0) await new Promise((resolve) => setTimeout(resolve, 10));
    answerToken((_: unknown, response: Parameters<Answer>[1]) => {
      response.writeHead(200, { 'Content-Type': 'application/json' });
      response.write('{"access_token":');
    });
    const halting = failure(login().refresh(REFRESH));
    for (const error of await Promise.all([silent, halting])) {
      expect(error).toBeInstanceOf(LoginUnavailableError);
      expect(error.message).toContain('TimeoutError');
    }
    const waited = performance.now() - begun;
    expect(waited).toBeGreaterThan(9_900);
    expect(waited).toBeLessThan(13_000);
  }, 20_000);
});

/** An address at which nothing listens any more. */
async function abandonedAddress(): Promise<string> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return `http://127.0.0.1:${port}`;
}

/** RFC 6749, section 2.3.1: id and password are encoded as in a form, before they are as HTTP Basic has it. */
function formDecoded(part: string): string {
  return new URLSearchParams(`part=${part.replaceAll('&', '%26')}`).get('part') ?? '';
}
