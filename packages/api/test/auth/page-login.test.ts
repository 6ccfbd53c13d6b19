import { onDynamoDBLocal } from '@cumulus/test-kit';
import { beforeEach, describe, expect, test } from '@jest/globals';
import { HTTPException } from 'hono/http-exception';
import type { Auth } from '../../src/auth/auth.ts';
import { requirePageLogin } from '../../src/auth/page-login.ts';
import { requireLogin } from '../../src/auth/require-login.ts';
import { addTokenRoutes } from '../../src/auth/token-routes.ts';
import { errorAnswer } from '../../src/http/error-answer.ts';
import { addRoute, HttpApi } from '../../src/http/http-api.ts';
import { ownAuth, type ScriptedProvider } from './own-login.ts';
import { BEGINNING, OwnModels } from './own-models.ts';

const ADDRESS = 'https://api.example.org/prod';
const BROWSER = { Accept: 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8' };

/** An API with the page, and another route that needs a login; at the root and under /v1. */
function apiWithPage(auth: Auth): HttpApi {
  const api = new HttpApi({ strict: false });
  addTokenRoutes(api, auth);
  api.use('/protection', requirePageLogin(auth));
  const answer = { responses: {}, method: 'get' } as const;
  addRoute(api, { ...answer, path: '/protection' }, (context) => context.text(`page of ${context.get('userName')}`));
  api.use(requireLogin(auth));
  addRoute(api, { ...answer, path: '/granules' }, (context) => context.text('granules'));
  const app = new HttpApi({ strict: false });
  app.route('/v1', api);
  app.route('/', api);
  app.onError((error, context) => {
    const failed = errorAnswer(error);
    if (!(error instanceof HTTPException)) throw error;
    return context.json(failed, failed.statusCode as 500);
  });
  return app;
}

onDynamoDBLocal('the login of a browser for the page', () => {
  const tables = new OwnModels();
  const { users } = tables.models;
  let auth: ReturnType<typeof ownAuth>;
  let provider: ScriptedProvider;
  let api: HttpApi;
  let logins = 0;

  beforeEach(async () => {
    tables.now = BEGINNING;
    auth = { ...ownAuth(tables.models, () => tables.now), address: ADDRESS } as typeof auth;
    provider = auth.provider;
    api = apiWithPage(auth);
    if (!(await users.exists({ userName: 'wanderer' }))) await users.create({ userName: 'wanderer' });
  });

  async function get(path: string, headers: Record<string, string> = BROWSER): Promise<Response> {
    return api.request(path, { headers });
  }

  const locationOf = (answer: Response): string => answer.headers.get('Location') ?? '';

  /** Comes back from the provider, as a browser does. @returns the address that the login sends it to */
  async function logIn(state: string, userName = 'wanderer'): Promise<URL> {
    logins += 1;
    const code = `code-${logins}`;
    const accessToken = `page-${logins}`;
    provider.logins.set(code, {
      ...{ accessToken, refreshToken: `refresh-${logins}`, userName, expirationTime: tables.now / 1000 + 60 },
    });
    const answer = await get(`/token?${new URLSearchParams({ code, state })}`);
    expect(answer.status).toBe(307);
    return new URL(locationOf(answer));
  }

  /** The cookie that a browser has after it logged in. */
  async function cookieAfterLogin(): Promise<string> {
    const back = await logIn(`${ADDRESS}/protection`);
    const answer = await get(`/protection${back.search}`);
    return String(answer.headers.get('Set-Cookie')).split(';')[0] ?? '';
  }

  describe.each(['', '/v1'])('at %p', (root) => {
    test('goes to the login, comes back, and leaves no token in the address', async () => {
      const first = await get(`${root}/protection`);
      expect([first.status, first.headers.get('Cache-Control')]).toEqual([303, 'no-store']);
      const login = new URL(locationOf(first));
      expect(login.href.split('?')[0]).toBe(`${ADDRESS}/token`);
      const state = String(login.searchParams.get('state'));
      expect(state).toBe(`${ADDRESS}${root}/protection`);

      const back = await logIn(state);
      expect(back.href).toMatch(`${state}?token=`);
      const kept = await get(`${root}/protection${back.search}`);
      expect([kept.status, locationOf(kept)]).toEqual([303, `/prod${root}/protection`]);
      expect(await kept.text()).toBe('');
      const [cookie = '', ...attributes] = String(kept.headers.get('Set-Cookie')).split('; ');
      expect(attributes.sort()).toEqual([
        'HttpOnly',
        'Max-Age=60',
        `Path=/prod${root}/protection`,
        'SameSite=Lax',
        'Secure',
      ]);

      const page = await get(`${root}/protection`, { ...BROWSER, Cookie: cookie });
      expect([page.status, await page.text()]).toEqual([200, 'page of wanderer']);
    });
  });

  test('a path with a slash at its end comes back to the page', async () => {
    const state = new URL(locationOf(await get('/protection/'))).searchParams.get('state');
    expect(state).toBe(`${ADDRESS}/protection`);
  });

  test('the cookie is good for the page alone: no other route takes it, and no other method', async () => {
    const cookie = await cookieAfterLogin();
    expect((await get('/granules', { Cookie: cookie })).status).toBe(401);
    expect((await api.request('/protection', { method: 'POST', headers: { Cookie: cookie } })).status).not.toBe(200);
    expect((await get('/protection', { Cookie: cookie })).status).toBe(200);
  });

  test('a cookie that is expired, revoked or forged leads to the login again', async () => {
    const cookie = await cookieAfterLogin();
    const statusWith = async (value: string): Promise<number> =>
      (await get('/protection', { ...BROWSER, Cookie: value })).status;
    expect(await statusWith(cookie)).toBe(200);
    expect(await statusWith(`${cookie}x`)).toBe(303);
    tables.now += 61_000;
    expect(await statusWith(cookie)).toBe(303);
    tables.now = BEGINNING;
    const token = cookie.slice(cookie.indexOf('=') + 1);
    expect((await api.request(`/token/${token}`, { method: 'DELETE' })).status).toBe(200);
    expect(await statusWith(cookie)).toBe(303);
  });

  test('somebody who may not use the API is refused, and not sent round in circles', async () => {
    const back = await logIn(`${ADDRESS}/protection`, 'stranger');
    const answer = await get(`/protection${back.search}`);
    expect([answer.status, answer.headers.get('Set-Cookie')]).toEqual([401, null]);
    for (const token of ['x', '%00', 'a.b.c'])
      expect([401, 403]).toContain((await get(`/protection?token=${token}`)).status);
  });

  test('programs get errors of JSON, and use a header as for all routes', async () => {
    expect((await get('/protection', {})).status).toBe(401);
    expect((await get('/protection', { Accept: 'application/json, text/plain, */*' })).status).toBe(401);
    expect((await get('/protection', { ...BROWSER, Authorization: 'Bearer x' })).status).toBe(403);
    const back = await logIn(`${ADDRESS}/protection`);
    const token = back.searchParams.get('token');
    const answer = await get('/protection', { Authorization: `Bearer ${token}` });
    expect([answer.status, answer.headers.get('Set-Cookie')]).toEqual([200, null]);
  });

  test('where nobody can log in with a browser, the answer is a 401', async () => {
    api = apiWithPage({ ...auth, address: undefined });
    expect((await get('/protection')).status).toBe(401);
  });

  test('on this machine, without HTTPS, a token that is given once is kept too', async () => {
    const token = (await logIn(`${ADDRESS}/protection`)).searchParams.get('token');
    api = apiWithPage({ ...auth, address: undefined });
    const kept = await get(`/protection?token=${token}`);
    expect([kept.status, locationOf(kept)]).toEqual([303, '/protection']);
    expect(kept.headers.get('Set-Cookie')).not.toContain('Secure');
  });

  test('a login returns to the page itself, and to nothing else of the API’s origin', async () => {
    for (const state of [`${ADDRESS}/protection`, `${ADDRESS}/v1/protection`])
      expect((await get(`/token?${new URLSearchParams({ state })}`)).status).toBe(307);
    for (const state of [
      ADDRESS,
      `${ADDRESS}/granules`,
      `${ADDRESS}/protection/../granules`,
      `${ADDRESS}/protection?next=https://evil.example.org`,
      `${ADDRESS}/protection#x`,
      `${ADDRESS}/protection@evil.example.org`,
      'https://api.example.org/protection',
      'https://api.example.org.evil.example.org/prod/protection',
      'https://evil.example.org/prod/protection',
      '//api.example.org/prod/protection',
    ])
      expect([state, (await get(`/token?${new URLSearchParams({ state })}`)).status]).toEqual([state, 400]);
  });
});
