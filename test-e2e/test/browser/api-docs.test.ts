import { createServer, request as requestTo } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describeUnless } from '@cumulus/test-kit';
import { ownTables } from '@cumulus/test-kit/tables';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import type { Browser, Page } from 'playwright-core';
import { hostLocal, type Served, serveApi } from '../api/served.ts';
import { startChromium, whyNoChromium } from './chromium.ts';

/** The stage that API Gateway has before each path; the API does not see it. */
const STAGE = '/prod';

interface Stage {
  readonly origin: string;
  stop(): void;
}

/** Passes requests under a stage on to an API, without the stage. */
async function startStage(api: string): Promise<Stage> {
  const server = createServer((incoming, outgoing) => {
    const { url = '', method, headers } = incoming;
    if (!url.startsWith(`${STAGE}/`)) {
      outgoing.writeHead(403).end();
      return;
    }
    const passedOn = requestTo(`${api}${url.slice(STAGE.length)}`, { method, headers }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 500, answer.headers);
      answer.pipe(outgoing);
    });
    incoming.pipe(passedOn);
  }).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const stop = (): void => {
    server.close();
    server.closeAllConnections();
  };
  return { origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, stop };
}

describeUnless(whyNoChromium(), 'the page at /docs in a browser', () => {
  const tables = ownTables();
  const problems: string[] = [];
  let api: Served;
  let stage: Stage;
  let browser: Browser;
  let token: string;

  beforeAll(async () => {
    api = await serveApi(['--local', '--prefix', tables.name(), '--port', '0'], {}, hostLocal);
    token = String(/token: (\S+)/.exec(api.said())?.[1]);
    stage = await startStage(api.url);
    browser = await startChromium();
  }, 120_000);

  afterAll(async () => {
    await browser?.close();
    stage?.stop();
    await api?.stop();
  });

  afterEach(() => {
    expect(problems.splice(0)).toEqual([]);
  });

  /** Opens the page in a window of its own. What it asks of anybody else, and what the browser complains of, are problems. */
  async function openDocs(url: string, viewport = { width: 1280, height: 900 }): Promise<Page> {
    const context = await browser.newContext({ viewport });
    const page = await context.newPage();
    page.setDefaultTimeout(60_000);
    page.on('pageerror', (error) => problems.push(error.message));
    page.on('console', (said) => {
      // Of a refused request the browser always writes a line.
      const isRefusal = said.text().includes('401 (Unauthorized)');
      if (['error', 'warning'].includes(said.type()) && !isRefusal) problems.push(said.text());
    });
    page.on('request', (asked) => {
      if (!/^data:|^blob:/.test(asked.url()) && !asked.url().startsWith(new URL(url).origin))
        problems.push(asked.url());
    });
    await page.goto(url);
    await page.getByRole('heading', { name: 'Cumulus metadata' }).waitFor();
    return page;
  }

  /** Finds the list of granules by searching, and opens the form of its request. */
  async function openRequest(page: Page): Promise<void> {
    await page.getByRole('button', { name: 'Open Search' }).first().click();
    await page.keyboard.type('granules');
    await page.getByRole('option', { name: /List granules/ }).click();
    await page.getByRole('button', { name: 'Test Request (get /granules)', exact: true }).click();
    await page.getByPlaceholder('Token').last().waitFor();
  }

  /** Sends the request of the form. @returns the address that was asked */
  async function send(page: Page): Promise<string> {
    const asked = page.waitForRequest((request) => request.url().includes('/granules?'));
    await page
      .getByRole('button', { name: /Send get request/ })
      .last()
      .click();
    return (await asked).url();
  }

  describe.each([
    ['at the root', () => `${api.url}/docs`, () => `${api.url}/granules?`],
    ['with a slash at its end', () => `${api.url}/docs/`, () => `${api.url}/granules?`],
    ['under /v1', () => `${api.url}/v1/docs`, () => `${api.url}/v1/granules?`],
    ['behind a stage', () => `${stage.origin}${STAGE}/docs`, () => `${stage.origin}${STAGE}/granules?`],
  ])('%s', (_, address, granules) => {
    test('finds a route, and shows what it answers with a token and without', async () => {
      const page = await openDocs(address());
      await openRequest(page);
      expect(await send(page)).toContain(granules());
      await page.getByText('401 Unauthorized').waitFor();

      await page.getByPlaceholder('Token').last().fill(token);
      expect(await send(page)).toContain(granules());
      await page.getByText('200 OK').waitFor();
      await page.getByText('MOD09GQ.A2016358', { exact: false }).last().waitFor();

      const kept = await page.evaluate('JSON.stringify([{ ...localStorage }, { ...sessionStorage }, document.cookie])');
      expect(kept).not.toContain(token);
      await page.context().close();
    }, 180_000);
  });

  test('fits a phone, with the examples of a route', async () => {
    const page = await openDocs(`${api.url}/docs#tag/granules/GET/granules`, { width: 390, height: 844 });
    await page.getByRole('heading', { name: 'List granules' }).waitFor();
    await page.getByText('"MOD09GQ___006"').first().waitFor();
    const widths = await page.evaluate('[document.documentElement.scrollWidth, window.innerWidth]');
    expect(widths).toEqual([390, 390]);
    await page.context().close();
  }, 120_000);

  test('shows the routes where scripts do not run', async () => {
    const context = await browser.newContext({ javaScriptEnabled: false });
    const page = await context.newPage();
    await page.goto(`${api.url}/docs`);
    expect(await page.getByText('/granules/{granuleId}', { exact: true }).first().isVisible()).toBe(true);
    await context.close();
  }, 60_000);
});
