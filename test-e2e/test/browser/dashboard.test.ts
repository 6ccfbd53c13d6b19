import { readFile } from 'node:fs/promises';
import { describeUnless, ownMoto, whyNoDynamoDBLocal, whyNoMoto } from '@cumulus/test-kit';
import { ownTables } from '@cumulus/test-kit/tables';
import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import type { Browser, Page } from 'playwright-core';
import { NEW_COLLECTION } from '../api/ingest.ts';
import { type LoginProviderServer, startLoginProvider } from '../api/login-provider.ts';
import { freePort, type Served, serveApi } from '../api/served.ts';
import { startChromium, whyNoChromium } from './chromium.ts';
import { createDashboardDeployment } from './dashboard-records.ts';
import { type PageServer, servePage } from './page-server.ts';

const BUCKET = 'browser-system';
const USER = 'wanderer';
const CLIENT = { clientId: 'cumulus', clientSecret: 'known to the provider' };

/** What the dashboards ask, a line each: method, path, dashboards, pages. */
const LINES = (await readFile(new URL('../fixtures/dashboard-requests.tsv', import.meta.url), 'utf8'))
  .trim()
  .split('\n')
  .slice(1)
  .map((line) => line.split('\t'));

/** All pages of the dashboards. */
const PAGES = [...new Set(LINES.flatMap(([, , , pages = '']) => pages.split(' ')))].sort();

/** An API with the provider that its users log in at. */
interface Deployed {
  readonly api: Served;
  readonly provider: LoginProviderServer;
}

const reason = whyNoChromium() ?? (await whyNoMoto()) ?? whyNoDynamoDBLocal();

describeUnless(reason, 'a dashboard in a browser', () => {
  const moto = ownMoto();
  const tables = ownTables();
  const prefix = tables.name();
  const problems: string[] = [];
  let server: PageServer;
  let deployed: Deployed;
  let browser: Browser;
  let page: Page;

  beforeAll(async () => {
    await createDashboardDeployment({ moto, bucket: BUCKET, prefix, userName: USER });
    server = await servePage();
    deployed = await deploy({});
    server.api = deployed.api.url;
    browser = await startChromium();
    page = await openPage();
    await logIn(page);
  }, 300_000);

  afterAll(async () => {
    await browser?.close();
    await deployed?.api.stop();
    await deployed?.provider.stop();
    await server?.stop();
  });

  afterEach(() => {
    expect(problems.splice(0)).toEqual([]);
  });

  async function deploy({ lifetime = 3_600 }: { readonly lifetime?: number }): Promise<Deployed> {
    const port = await freePort();
    const redirectUri = `http://127.0.0.1:${port}/token`;
    const provider = await startLoginProvider({ ...CLIENT, redirectUri, lifetime });
    const api = await serveApi(['--prefix', prefix, '--port', String(port)], {
      stackName: prefix,
      system_bucket: BUCKET,
      invokeArn: 'arn:aws:lambda:us-east-1:123456789012:function:ScheduleSF',
      AWS_ENDPOINT_URL: moto.endpoint,
      TOKEN_SECRET: 'a secret of the tests that is as long as has to be',
      EARTHDATA_BASE_URL: provider.url,
      EARTHDATA_CLIENT_ID: CLIENT.clientId,
      EARTHDATA_CLIENT_PASSWORD: CLIENT.clientSecret,
      TOKEN_REDIRECT_ENDPOINT: redirectUri,
      DASHBOARD_ORIGINS: server.origin,
      CUMULUS_LOCAL_KEY: Buffer.alloc(32, 7).toString('base64'),
    });
    return { api, provider };
  }

  /** A window of its own, whose errors and refused requests are problems. */
  async function openPage(): Promise<Page> {
    // Nothing is intercepted: Playwright would then answer the preflights itself.
    const context = await browser.newContext();
    // The provider's own pages name a font of another site, and an icon that they do not have.
    const isOurs = (url: string): boolean => [server.origin, server.api].some((origin) => url.startsWith(origin));
    const opened = await context.newPage();
    opened.setDefaultTimeout(30_000);
    opened.on('pageerror', (error) => problems.push(error.message));
    opened.on('console', (said) => {
      if (said.type() === 'error' && isOurs(said.location().url)) problems.push(said.text());
    });
    opened.on('requestfailed', (request) => {
      if (isOurs(request.url())) problems.push(`${request.url()}: ${request.failure()?.errorText}`);
    });
    opened.on('response', async (response) => {
      if (isOurs(response.url()) && response.status() >= 400) problems.push(`${response.url()}: ${response.status()}`);
    });
    return opened;
  }

  /** Logs in as somebody does who opens a dashboard. @returns the addresses that the window was at */
  async function logIn(window: Page): Promise<readonly string[]> {
    const addresses: string[] = [];
    window.on('framenavigated', (frame) => addresses.push(frame.url()));
    await window.goto(`${server.origin}/`);
    await window.click('text=Log in');
    await window.fill('input[name=login]', USER);
    await window.fill('input[name=password]', 'any');
    await window.click('button[type=submit]');
    await window.waitForSelector('text=Authorize');
    await window.click('button[type=submit]');
    await window.waitForSelector('text=Log out');
    return addresses;
  }

  /** Opens a view of the page, and waits until all of it is there. */
  async function go(window: Page, hash: string): Promise<void> {
    await window.evaluate(`location.hash = ${JSON.stringify(hash)}`);
    await window.waitForFunction(`document.querySelector('main').dataset.ready === ${JSON.stringify(hash)}`);
  }

  const messageOf = (window: Page): Promise<string | null> => window.textContent('#message');

  /** Submits the form, or presses a button, and waits for what is said. */
  async function press(window: Page, words: string, said: string): Promise<void> {
    await window.click(`button:text-is("${words}")`);
    await window.waitForFunction("document.querySelector('#message').textContent !== ''");
    expect(await messageOf(window)).toBe(said);
  }

  const tokenOf = (window: Page): Promise<string | null> => window.evaluate("localStorage.getItem('auth-token')");

  /** The rows of the table: the request, the status, and what is said of the answer. */
  const rowsOf = (window: Page): Promise<readonly (readonly string[])[]> =>
    window.evaluate(
      "[...document.querySelectorAll('tr')].map((row) => [...row.cells].map((cell) => cell.textContent))",
    );

  test('is sent back with a token in the query of its hash', async () => {
    const other = await openPage();
    const addresses = await logIn(other);
    expect(addresses).toContainEqual(expect.stringMatching(`^${server.origin}/#/auth\\?token=eyJ`));
    await other.context().close();
  });

  test('has pages to open', () => {
    expect(PAGES.length).toBeGreaterThan(30);
  });

  test.each(PAGES)('opens %s', async (opened) => {
    const asked = LINES.filter(([, , , pages = '']) => pages.split(' ').includes(opened));
    await go(page, `#/open?page=${encodeURIComponent(opened)}`);
    const rows = await rowsOf(page);
    expect(rows.map(([request, status]) => [request, status])).toEqual(
      asked.map(([method, path]) => [`${method} ${path}`, '200']),
    );
    for (const [, , answer] of rows) expect(answer).not.toBe('');
  });

  test('adds, edits and deletes a provider, a collection and a rule through forms out of schemas', async () => {
    await go(page, '#/add/providers');
    await page.fill('[name=id]', 'new');
    await page.fill('[name=host]', 'example.org');
    await page.selectOption('[name=protocol]', 'https');
    await page.fill('[name=globalConnectionLimit]', '3');
    await press(page, 'Submit', 'Record saved');

    await go(page, '#/add/collections');
    await page.fill('[name=json]', JSON.stringify(NEW_COLLECTION));
    await press(page, 'Submit', 'Record saved');

    await go(page, '#/add/rules');
    await page.fill('[name=name]', 'new_rule');
    await page.fill('[name=workflow]', 'HelloWorldWorkflow');
    await page.fill('[name=provider]', 'new');
    await page.fill('[name="collection.name"]', 'NEW');
    await page.fill('[name="collection.version"]', '1');
    await page.selectOption('[name="rule.type"]', 'scheduled');
    await page.fill('[name="rule.value"]', 'rate(1 day)');
    await page.selectOption('[name=state]', 'ENABLED');
    await press(page, 'Submit', 'Record saved');

    await go(page, '#/edit/providers?path=/new');
    await page.fill('[name=globalConnectionLimit]', '7');
    await press(page, 'Submit', 'Saved');
    await go(page, '#/edit/collections?path=/NEW/1');
    const shown = JSON.parse(await page.inputValue('[name=json]')) as object;
    expect(shown).toMatchObject(NEW_COLLECTION);
    for (const field of ['createdAt', 'updatedAt', 'timestamp']) expect(shown).not.toHaveProperty(field);
    await page.fill('[name=json]', JSON.stringify({ ...shown, dataType: 'EDITED' }));
    await press(page, 'Submit', 'Saved');
    await go(page, '#/edit/rules?path=/new_rule');
    await page.fill('[name="rule.value"]', 'rate(2 days)');
    await press(page, 'Submit', 'Saved');
    await press(page, 'Disable', 'Disabled');

    await go(page, '#/');
    await go(page, '#/edit/providers?path=/new');
    expect(await page.inputValue('[name=globalConnectionLimit]')).toBe('7');
    await go(page, '#/edit/collections?path=/NEW/1');
    expect(JSON.parse(await page.inputValue('[name=json]'))).toMatchObject({ dataType: 'EDITED' });
    await go(page, '#/edit/rules?path=/new_rule');
    expect(await page.inputValue('[name="rule.value"]')).toBe('rate(2 days)');
    expect(await page.inputValue('[name=state]')).toBe('DISABLED');

    await press(page, 'Delete', 'Record deleted');
    for (const path of ['collections?path=/NEW/1', 'providers?path=/new']) {
      await go(page, `#/edit/${path}`);
      await press(page, 'Delete', 'Record deleted');
    }
    for (const path of ['rules?path=/new_rule', 'collections?path=/NEW/1', 'providers?path=/new']) {
      await go(page, `#/edit/${path}`);
      expect(await messageOf(page)).toMatch(/^404 /);
    }
    // The three that are gone, each as an answer and as the browser's own words.
    expect(problems.splice(0)).toHaveLength(6);
  });

  test('shows why a record is refused', async () => {
    await go(page, '#/add/collections');
    await page.fill('[name=json]', JSON.stringify({ ...NEW_COLLECTION, granuleId: '(' }));
    await page.click('button:text-is("Submit")');
    await page.waitForSelector('#message:has-text("400 ")');
    expect(await messageOf(page)).toContain('granuleId');
    expect(problems.splice(0)).toHaveLength(2);
  });

  test('changes its token for a new one, after which the old one is refused, and gives that up', async () => {
    const other = await openPage();
    await logIn(other);
    const old = await tokenOf(other);
    await press(other, 'Refresh', 'Refresh: done');
    const fresh = await tokenOf(other);
    expect(fresh).not.toBe(old);
    await go(other, '#/open?page=/rules');
    for (const [, status] of await rowsOf(other)) expect(status).toBe('200');
    const statusOf = async (token: string | null): Promise<number> =>
      (await fetch(`${server.api}/rules`, { headers: { Authorization: `Bearer ${token}` } })).status;
    expect(await statusOf(old)).toBe(401);
    await go(other, '#/');
    await press(other, 'Log out', 'Log out: done');
    expect(await statusOf(fresh)).toBe(401);
    await go(other, '#/auth');
    await other.context().close();
  });

  test('logs in again when its token has expired', async () => {
    const brief = await deploy({ lifetime: 2 });
    const { api } = deployed;
    server.api = brief.api.url;
    try {
      const other = await openPage();
      await logIn(other);
      await new Promise((resolve) => setTimeout(resolve, 3_100));
      await other.evaluate("location.hash = '#/edit/rules?path=/none'");
      await other.waitForSelector('text=Log in');
      expect(await messageOf(other)).toBe('401 Access token has expired');
      expect(await tokenOf(other)).toBeNull();
      await other.context().close();
      expect(problems.splice(0).length).toBeGreaterThan(0);
    } finally {
      server.api = api.url;
      await brief.api.stop();
      await brief.provider.stop();
    }
  });

  test('of another origin than DASHBOARD_ORIGINS has can read nothing', async () => {
    const elsewhere = server.origin.replace('127.0.0.1', 'localhost');
    const other = await openPage();
    await other.goto(`${elsewhere}/`);
    const token = await tokenOf(page);
    await other.evaluate(`localStorage.setItem('auth-token', ${JSON.stringify(token)})`);
    await go(other, '#/open?page=/rules');
    for (const [, status] of await rowsOf(other)) expect(status).toBe('Failed to fetch');
    await other.context().close();
    expect(problems.splice(0).join('\n')).toContain('net::ERR_FAILED');
  });
});
