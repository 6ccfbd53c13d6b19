import { createClient } from '@cumulus/dynamodb/aws';
import { createDeployment } from '@cumulus/dynamodb/tables';
import { createModels } from '@cumulus/models';
import { describeUnless, whyNoDynamoDBLocal } from '@cumulus/test-kit';
import { ownTables } from '@cumulus/test-kit/tables';
import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { type LoginProviderServer, startLoginProvider } from '../api/login-provider.ts';
import { freePort, type Served, serveApi } from '../api/served.ts';
import { startChromium, whyNoChromium } from './chromium.ts';

const USER = 'wanderer';
const CLIENT = { clientId: 'cumulus', clientSecret: 'known to the provider' };

describeUnless(whyNoChromium() ?? whyNoDynamoDBLocal(), 'logging in for the page of protection', () => {
  const prefix = ownTables().name();
  const client = createClient();
  const problems: string[] = [];
  let provider: LoginProviderServer;
  let api: Served;
  let browser: Browser;

  beforeAll(async () => {
    await createDeployment({ client, prefix });
    await createModels({ client, tables: prefix }).users.create({ userName: USER });
    const port = await freePort();
    const redirectUri = `http://127.0.0.1:${port}/token`;
    provider = await startLoginProvider({ ...CLIENT, redirectUri });
    api = await serveApi(['--prefix', prefix, '--port', String(port)], {
      stackName: prefix,
      TOKEN_SECRET: 'a secret of the tests that is as long as has to be',
      EARTHDATA_BASE_URL: provider.url,
      EARTHDATA_CLIENT_ID: CLIENT.clientId,
      EARTHDATA_CLIENT_PASSWORD: CLIENT.clientSecret,
      TOKEN_REDIRECT_ENDPOINT: redirectUri,
      CUMULUS_LOCAL_KEY: Buffer.alloc(32, 7).toString('base64'),
    });
    browser = await startChromium();
  }, 120_000);

  afterAll(async () => {
    await browser?.close();
    await api?.stop();
    await provider?.stop();
    client.destroy();
  });

  afterEach(() => {
    expect(problems.splice(0)).toEqual([]);
  });

  async function openWindow(): Promise<{ readonly context: BrowserContext; readonly page: Page }> {
    const context = await browser.newContext();
    const page = await context.newPage();
    page.setDefaultTimeout(30_000);
    const isOurs = (url: string): boolean => url.startsWith(api.url);
    page.on('console', (said) => {
      if (isOurs(said.location().url)) problems.push(said.text());
    });
    return { context, page };
  }

  async function logIn(page: Page): Promise<void> {
    await page.goto(`${api.url}/protection`);
    await page.fill('input[name=login]', USER);
    await page.fill('input[name=password]', 'any');
    await page.click('button[type=submit]');
    await page.waitForSelector('text=Authorize');
    await page.click('button[type=submit]');
    await page.getByRole('heading', { level: 1, name: prefix }).waitFor();
  }

  test('a browser logs in and sees the page, at an address without the token', async () => {
    const { context, page } = await openWindow();
    const addresses: string[] = [];
    page.on('framenavigated', (frame) => addresses.push(frame.url()));
    await logIn(page);
    expect(page.url()).toBe(`${api.url}/protection`);
    // What the history of the browser has.
    expect(addresses.filter((address) => address.includes('token='))).toEqual([]);
    const [cookie, ...others] = (await context.cookies(`${api.url}/protection`)).filter(({ name }) =>
      name.startsWith('cumulus'),
    );
    expect(others).toEqual([]);
    expect(cookie).toMatchObject({ httpOnly: true, sameSite: 'Lax', path: '/protection' });
    expect(await page.evaluate('document.cookie')).toBe('');
    expect((await context.cookies(`${api.url}/granules`)).filter(({ name }) => name.startsWith('cumulus'))).toEqual([]);

    // The token is of use with a header, and is nowhere in what the server wrote.
    const token = String(cookie?.value);
    const answer = await fetch(`${api.url}/protection`, { headers: { Authorization: `Bearer ${token}` } });
    expect([answer.status, ((await answer.json()) as { prefix: string }).prefix]).toEqual([200, prefix]);
    expect(api.said()).not.toContain(token);
    expect(api.said()).not.toContain(token.split('.')[2]);
    await context.close();
  }, 90_000);

  test('later visits need no login, also from a page of another site', async () => {
    const { context, page } = await openWindow();
    await logIn(page);
    await page.reload();
    await page.getByRole('heading', { level: 1, name: prefix }).waitFor();
    await page.goto('data:text/html,<title>other</title>');
    await page.goto(`${api.url}/protection`);
    await page.getByRole('heading', { level: 1, name: prefix }).waitFor();
    expect(page.url()).toBe(`${api.url}/protection`);
    await context.close();
  }, 90_000);

  test('a token that was revoked leads to the login again', async () => {
    const { context, page } = await openWindow();
    await logIn(page);
    const [cookie] = await context.cookies(`${api.url}/protection`);
    expect((await fetch(`${api.url}/token/${cookie?.value}`, { method: 'DELETE' })).status).toBe(200);
    // The provider knows the browser still, so that it comes back at once, with another token.
    await page.goto(`${api.url}/protection`);
    await page.getByRole('heading', { level: 1, name: prefix }).waitFor();
    const [renewed] = await context.cookies(`${api.url}/protection`);
    expect(renewed?.value).not.toBe(cookie?.value);
    await context.close();
  }, 90_000);
});
