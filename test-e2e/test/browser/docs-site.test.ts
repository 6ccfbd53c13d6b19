import { execFile } from 'node:child_process';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describeUnless } from '@cumulus/test-kit';
import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { startChromium, whyNoChromium } from './chromium.ts';
import type { LoopbackServer } from './loopback-server.ts';
import { doorsOfPackages } from './site/doors.ts';
import { markdownFiles } from './site/markdown-files.ts';
import { serveSite } from './site/site-server.ts';
import { wordOfOnePage } from './site/word-of-one-page.ts';

const REPOSITORY = fileURLToPath(new URL('../../..', import.meta.url));
const DIST = join(REPOSITORY, 'site/dist');
const CHECKS = ['contrast.js', 'site/checks.js'].map((file) => fileURLToPath(new URL(file, import.meta.url)));

const PHONE = { width: 375, height: 740 };
const DESK = { width: 1280, height: 900 };

/** What site/checks.js finds in a page. */
interface Visit {
  readonly hrefs: readonly string[];
  readonly ids: readonly string[];
  readonly headings: readonly string[];
  readonly diagrams: number;
  readonly blocksWithoutCopyButton: number;
  /** What reaches beyond a window of a width, if the page scrolls sideways there. */
  readonly wide: Readonly<Record<number, readonly string[]>>;
}

describeUnless(whyNoChromium(), 'the site of the documentation', () => {
  const problems: string[] = [];
  const visits = new Map<string, Visit>();
  let server: LoopbackServer;
  let browser: Browser;

  beforeAll(async () => {
    await promisify(execFile)('npm', ['run', 'docs', '--workspace=@cumulus/site', '--silent'], { cwd: REPOSITORY });
    server = await serveSite(DIST);
    browser = await startChromium();
    const files = await readdir(DIST, { recursive: true });
    const context = await openContext({ viewport: DESK });
    // Else each page loads all that its sidebar links to, which is visited anyway.
    await context.addInitScript("Object.defineProperty(navigator, 'connection', { value: { saveData: true } })");
    // One window for all: a new one takes longer than most pages.
    const page = await context.newPage();
    for (const path of files.filter((file) => file.endsWith('.html') && file !== '404.html').sort()) {
      visits.set(path, await visit(page, path));
    }
    await context.close();
  }, 900_000);

  afterAll(async () => {
    await browser?.close();
    await server?.stop();
  });

  afterEach(() => {
    expect(problems.splice(0)).toEqual([]);
  });

  /** A window of the browser. What goes wrong in its pages, and what they ask of other hosts, fails the test. */
  async function openContext(options: Parameters<Browser['newContext']>[0]): Promise<BrowserContext> {
    const context = await browser.newContext(options);
    for (const path of CHECKS) await context.addInitScript({ path });
    context.on('console', (message) => {
      if (['error', 'warning'].includes(message.type())) problems.push(`${message.page()?.url()}: ${message.text()}`);
    });
    context.on('weberror', (error) => problems.push(`${error.page()?.url()}: ${error.error().message}`));
    context.on('request', (request) => {
      if (!/^(data|blob):/.test(request.url()) && new URL(request.url()).origin !== server.origin) {
        problems.push(`asks ${request.url()}`);
      }
    });
    context.on('response', (response) => {
      if (response.status() >= 400) problems.push(`${response.status()} ${response.url()}`);
    });
    return context;
  }

  /** Opens a page in a window, and waits until its scripts run and its diagrams are drawn. */
  async function open(page: Page, path: string): Promise<void> {
    await page.goto(`${server.origin}/${path}`);
    await page.waitForFunction('siteChecks.isReady()');
  }

  /** Opens a page in a new window. */
  async function openPage(context: BrowserContext, path: string): Promise<Page> {
    const page = await context.newPage();
    await open(page, path);
    return page;
  }

  async function visit(page: Page, path: string): Promise<Visit> {
    await open(page, path);
    const content = await page.evaluate<Omit<Visit, 'wide'>>('siteChecks.content()');
    const wide: Record<number, readonly string[]> = {};
    for (const size of [PHONE, DESK]) {
      await page.setViewportSize(size);
      wide[size.width] = await page.evaluate<string[]>('siteChecks.wideElements()');
    }
    return { ...content, wide };
  }

  /** Whether a page is that of an entry point: `@cumulus/models` is on models/models.html, `@cumulus/cli` on cli/index.html. */
  function isReferenceOf(path: string, name: string): boolean {
    const part = name.replace('@cumulus/', '');
    const places = part.includes('/')
      ? [part]
      : [`${part}/${part}`, ...(visits.has(`reference/library/${part}/${part}.html`) ? [] : [`${part}/index`])];
    return places.some((place) => path === `reference/library/${place}.html`);
  }

  /** `conditions` of `@cumulus/dynamodb/items` has a page of its own. */
  function namespacePage(door: string, name: string): string {
    return `reference/library/${door.replace('@cumulus/', '')}.${name}.html`;
  }

  /** The pages for which something does not hold. */
  function pagesWhere<T>(find: (visit: Visit, path: string) => T | undefined): readonly (readonly [string, T])[] {
    return [...visits].flatMap(([path, each]) => {
      const found = find(each, path);
      return found === undefined ? [] : [[path, found] as const];
    });
  }

  test('pages open without an error, and ask nothing of another host', () => {
    expect(visits.size).toBeGreaterThan(40);
    // `problems` is looked at after each test, and holds those of the visits.
  });

  test.each([DESK.width, PHONE.width])('no page scrolls sideways in a window of %d pixels', (width) => {
    expect(pagesWhere(({ wide }) => (wide[width]?.length === 0 ? undefined : wide[width]))).toEqual([]);
  });

  test('each page has one title', () => {
    expect(
      pagesWhere(({ headings }) =>
        headings.filter((each) => each.startsWith('# ')).length === 1 ? undefined : headings[0],
      ),
    ).toEqual([]);
  });

  test('each link within the site leads to a page, and to a place that it has', () => {
    const dead = pagesWhere(({ hrefs }) => {
      const wrong = hrefs.filter((href) => {
        const { pathname, hash } = new URL(href);
        const target = visits.get(decodeURI(pathname.replace(/\/$/, '/index.html')).slice(1));
        return target === undefined || (hash !== '' && !target.ids.includes(decodeURIComponent(hash.slice(1))));
      });
      return wrong.length === 0 ? undefined : wrong.map((href) => href.slice(server.origin.length));
    });
    expect(dead).toEqual([]);
  });

  test('each block of code has a button that copies it', async () => {
    expect(pagesWhere(({ blocksWithoutCopyButton: missing }) => (missing === 0 ? undefined : missing))).toEqual([]);
    const context = await openContext({ viewport: DESK, permissions: ['clipboard-read', 'clipboard-write'] });
    const page = await openPage(context, 'project/contributing.html');
    const block = page.locator('div.language-bash').first();
    await block.hover();
    await block.locator('button.copy').click();
    const copied = await page.evaluate<string>('navigator.clipboard.readText()');
    expect(copied.trim()).toBe((await block.locator('code').innerText()).trim());
    await context.close();
  });

  test('each Mermaid block is drawn, and readable in light and dark', async () => {
    const withDiagrams = [...visits].filter(([, { diagrams }]) => diagrams > 0).map(([path]) => path);
    const written = (await markdownFiles(join(REPOSITORY, 'docs'))).flatMap(
      ({ text }) => text.match(/^```mermaid$/gm) ?? [],
    );
    const drawn = [...visits.values()].reduce((sum, { diagrams }) => sum + diagrams, 0);
    expect({ drawn }).toEqual({ drawn: written.length });
    for (const colorScheme of ['light', 'dark'] as const) {
      const context = await openContext({ viewport: DESK, colorScheme });
      const page = await context.newPage();
      for (const path of withDiagrams) {
        await open(page, path);
        expect({ path, colorScheme, pale: await page.evaluate('siteChecks.paleTexts()') }).toEqual({
          path,
          colorScheme,
          pale: [],
        });
      }
      await context.close();
    }
  }, 120_000);

  test('a diagram changes its colors with the page', async () => {
    const [path] = [...visits].find(([, { diagrams }]) => diagrams > 0) ?? [];
    const context = await openContext({ viewport: DESK, colorScheme: 'light' });
    const page = await openPage(context, String(path));
    const light = await page.locator('.mermaid-diagram svg').first().innerHTML();
    await page.locator('.VPNavBarAppearance button').click();
    await page.waitForFunction(`document.querySelector('.mermaid-diagram svg').innerHTML !== ${JSON.stringify(light)}`);
    expect(await page.evaluate('siteChecks.paleTexts()')).toEqual([]);
    await context.close();
  });

  test('search finds a page by a word in its text, and opens it', async () => {
    const { word, path } = wordOfOnePage(await markdownFiles(join(REPOSITORY, 'docs')), 'how-to/');
    for (const viewport of [DESK, PHONE]) {
      const context = await openContext({ viewport });
      const page = await openPage(context, 'index.html');
      await page.locator('#local-search button').click();
      await page.locator('#localsearch-input').fill(word);
      const address = `/${path.replace(/\.md$/, '.html')}`;
      await page.locator(`#localsearch-list a.result[href^="${address}"]`).first().click();
      await page.waitForURL((url) => url.pathname === address);
      // The address changes first, then the text.
      await page.locator('.vp-doc', { hasText: word }).waitFor();
      await context.close();
    }
  });

  test('the navigation is reachable on a phone, and opens a page of each kind', async () => {
    const context = await openContext({ viewport: PHONE, hasTouch: true });
    const page = await openPage(context, 'index.html');
    await page.locator('.VPNavBarHamburger').tap();
    const kinds = await page.locator('.VPNavScreenMenu a').allInnerTexts();
    expect(kinds).toEqual(expect.arrayContaining(['How-to', 'Reference', 'Explanation', 'Benchmarks']));
    await page.locator('.VPNavScreenMenu a', { hasText: 'How-to' }).tap();
    await page.waitForURL((url) => url.pathname.startsWith('/how-to/'));
    await page.locator('.VPLocalNav .menu').tap();
    await page.locator('.VPSidebar a[href="/benchmarks.html"]').tap();
    await page.waitForURL((url) => url.pathname === '/benchmarks.html');
    await context.close();
  });

  test('on a desk, navigation and sidebar show all pages', async () => {
    const context = await openContext({ viewport: DESK });
    const page = await openPage(context, 'index.html');
    const sidebar = await page.evaluate<string[]>(
      "[...document.querySelectorAll('.VPSidebar a')].map(({ pathname }) => pathname)",
    );
    const pages = [...visits.keys()]
      .filter((path) => !path.startsWith('source/'))
      .map((path) => `/${path.replace(/(^|\/)index\.html$/, '$1')}`);
    expect([...new Set(sidebar)].sort()).toEqual(pages.sort());
    await context.close();
  });

  test('the library has a page for each entry point, with a heading for all that it exports', async () => {
    const doors = await doorsOfPackages(join(REPOSITORY, 'packages'));
    const missing = doors.flatMap(({ name, exports }) => {
      const [, titled] =
        [...visits].find(([path, { headings }]) => isReferenceOf(path, name) && headings.length > 1) ?? [];
      const names = new Set(
        titled?.headings.map((each) =>
          each
            .replace(/^#+ (abstract )?/i, '')
            .replace(/^Abstract: /, '')
            .replace(/\(\)$/, ''),
        ),
      );
      return exports
        .filter((each) => !names.has(each) && !visits.has(namespacePage(name, each)))
        .map((each) => `${name}: ${each}`);
    });
    expect(missing).toEqual([]);
  });
});
