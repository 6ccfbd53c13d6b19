import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { describeUnless, ownFolder } from '@cumulus/test-kit';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import type { Browser, Page } from 'playwright-core';
import { protectionPage, rehearsalPage } from '../../../packages/cli/src/protection-page/index.ts';
import { rehearsal, rehearsedTable } from '../../../packages/cli/test/protection-page/rehearsals.ts';
import {
  archived,
  backupAt,
  before,
  days,
  everyKindOfFact,
  hours,
  instant,
  protectedTable,
  report,
  window,
} from '../../../packages/cli/test/protection-page/reports.ts';
import { startChromium, whyNoChromium } from './chromium.ts';

const CHECKS = ['contrast.js', 'protection-page/checks.js'].map((file) =>
  fileURLToPath(new URL(file, import.meta.url)),
);

const WINDOWS = [
  ['phone', 'light', 375],
  ['phone', 'dark', 375],
  ['desk', 'light', 1280],
  ['desk', 'dark', 1280],
] as const;

/** Names that try to break the page: markup, a long word, and marks that turn the direction of writing. */
const HOSTILE = `</title><script>document.title='broken'</script>&"'\u202e${'LongName'.repeat(20)}`;

const PAGES = {
  'of a deployment with every kind of fact': protectionPage(everyKindOfFact()),
  'of many backups and hostile names': protectionPage(
    report(
      ['GranulesTable', HOSTILE].map((name) =>
        protectedTable(name, {
          table: name,
          findings: [{ code: 'X', level: 'failure', message: name, fix: name }],
          pointInTime: { known: false, because: name },
          restorable: [...Array(400).keys()].flatMap((at) => [
            backupAt(hours(at * 20 + 1), at % 2 === 0),
            instant('on-demand', days(at)),
            instant('export', days(at / 3)),
          ]),
        }),
      ),
      { prefix: HOSTILE, backups: HOSTILE },
    ),
  ),
  'of a rehearsal': rehearsalPage(
    rehearsal({
      outcome: 'failed',
      tables: [rehearsedTable(), rehearsedTable({ table: HOSTILE, outcome: 'failed', failure: HOSTILE, proof: null })],
      notRemoved: [HOSTILE],
    }),
  ),
};

describeUnless(whyNoChromium(), 'the page of protection in a browser', () => {
  const folder = ownFolder();
  const problems: string[] = [];
  let browser: Browser;

  beforeAll(async () => {
    browser = await startChromium();
  }, 60_000);

  afterAll(() => browser?.close());

  afterEach(() => {
    expect(problems.splice(0)).toEqual([]);
  });

  /** Opens a page from a file. What it asks of anybody, and what the browser complains of, are problems. */
  async function open(html: string, width = 1280, colorScheme: 'light' | 'dark' = 'light'): Promise<Page> {
    const path = join(folder, 'page.html');
    await writeFile(path, html);
    const context = await browser.newContext({ viewport: { width, height: 800 }, colorScheme });
    for (const script of CHECKS) await context.addInitScript({ path: script });
    const page = await context.newPage();
    page.on('pageerror', (error) => problems.push(error.message));
    page.on('console', (said) => problems.push(said.text()));
    const { href } = pathToFileURL(path);
    page.on('request', (asked) => {
      if (asked.url() !== href && asked.url() !== 'data:,') problems.push(`asks ${asked.url()}`);
    });
    await page.goto(href);
    return page;
  }

  describe.each(Object.entries(PAGES))('%s', (_, html) => {
    test.each(WINDOWS)(
      'fits a %s, in %s, and its texts have enough contrast',
      async (_name, scheme, width) => {
        const page = await open(html, width, scheme);
        await page.evaluate("document.querySelectorAll('details').forEach((each) => { each.open = true; })");
        expect(await page.evaluate('pageChecks.excessWidth()')).toBe(0);
        expect(await page.evaluate('pageChecks.hiddenMarks()')).toBe(0);
        expect(await page.evaluate('pageChecks.overlappingTicks()')).toEqual([]);
        expect(await page.evaluate('pageChecks.paleTexts()')).toEqual([]);
        expect(await page.title()).not.toBe('broken');
        await page.context().close();
      },
      60_000,
    );
  });

  test('bars and marks are where their times are', async () => {
    const ages = [0.25, 1, 3, 20, 34].map((age) => age * 86_400_000);
    const restorable = [
      window(days(35), before(300_000)),
      archived(days(60), before(600_000)),
      ...ages.map((age, at) => backupAt(before(age), at === 2)),
      instant('on-demand', days(90)),
      instant('export', days(10)),
    ];
    const oldest = 90 * 86_400_000;
    const place = (age: number): number => 100 * (1 - Math.log1p(age / 3_600_000) / Math.log1p(oldest / 3_600_000));
    for (const width of [375, 1280]) {
      const page = await open(protectionPage(report([protectedTable('GranulesTable', { restorable })])), width);
      const { bars, archivedBars, marks } = await page.evaluate<{
        readonly bars: readonly (readonly [number, number])[];
        readonly archivedBars: readonly (readonly [number, number])[];
        readonly marks: readonly (readonly [string, number])[];
      }>('pageChecks.places(0)');
      const expected = [
        ...ages.map((age, at) => [at === 2 ? 'proved' : 'backup', place(age)] as const),
        ['on-demand', place(oldest)] as const,
        ['export', place(10 * 86_400_000)] as const,
      ];
      const sorted = (all: readonly (readonly [string, number])[]): readonly (readonly [string, number])[] =>
        [...all].sort((one, other) => (one[0] === other[0] ? one[1] - other[1] : one[0] < other[0] ? -1 : 1));
      expect(sorted(marks).map(([name]) => name)).toEqual(sorted(expected).map(([name]) => name));
      for (const [at, [, x]] of sorted(marks).entries())
        expect(Math.abs(x - Number(sorted(expected)[at]?.[1]))).toBeLessThan(0.3);
      expect(bars).toHaveLength(1);
      expect(archivedBars).toHaveLength(1);
      // Its line is as much outside as inside.
      expect(Math.abs(Number(archivedBars[0]?.[0]) - place(60 * 86_400_000))).toBeLessThan(0.5);
      expect(Math.abs(Number(archivedBars[0]?.[1]) - place(600_000))).toBeLessThan(0.5);
      expect(Math.abs(Number(bars[0]?.[0]) - place(35 * 86_400_000))).toBeLessThan(0.3);
      expect(Math.abs(Number(bars[0]?.[1]) - place(300_000))).toBeLessThan(0.3);
      await page.context().close();
    }
  }, 60_000);

  test('says to a screen reader what the picture shows, and has headings, landmarks and tables', async () => {
    const page = await open(protectionPage(everyKindOfFact()));
    const picture = page.getByRole('img', {
      name: /^Times that GranulesTable can go back to any second from 2026-10-25/,
    });
    expect(await picture.count()).toBe(1);
    await page.getByRole('heading', { level: 1, name: 'prod' }).waitFor();
    await page
      .getByRole('heading', { level: 2, name: 'prod is not protected: 3 of 6 tables have too little' })
      .waitFor();
    for (const landmark of ['banner', 'main', 'contentinfo'] as const)
      expect(await page.getByRole(landmark).count()).toBe(1);
    await page.getByText('The same as a table').click();
    const table = page.getByRole('table', { name: 'Times that each table can go back to' });
    expect(await table.getByRole('row').count()).toBeGreaterThan(12);
    expect(await table.getByRole('columnheader').count()).toBe(3);
    await page.getByRole('link', { name: 'AsyncOperationsTable' }).first().click();
    expect(page.url()).toMatch(/#table-1$/);
    expect(await page.getByRole('article', { name: /AsyncOperationsTable/ }).isVisible()).toBe(true);
    expect(await page.getByText('not known').count()).toBeGreaterThan(4);
    await page.context().close();
  }, 60_000);

  test('says without colours what is proved and what is protected', async () => {
    const page = await open(protectionPage(report([protectedTable('GranulesTable')])));
    const shape = async (name: string): Promise<string> =>
      page.evaluate(`document.getElementById('${name}-1').innerHTML`);
    const shapes = await Promise.all(['proved', 'backup', 'on-demand', 'export'].map(shape));
    expect(new Set(shapes).size).toBe(4);
    for (const words of ['proved backup', 'backup, not proved', 'on-demand backup', 'export'])
      expect(await page.locator('.legend').getByText(words, { exact: true }).count()).toBe(1);
    expect(await page.locator('.strip-name').innerText()).toContain('protected');
    await page.context().close();
  }, 60_000);

  test('is whole on paper', async () => {
    const page = await open(protectionPage(everyKindOfFact()));
    await page.emulateMedia({ media: 'print' });
    expect(await page.evaluate('pageChecks.excessWidth()')).toBe(0);
    expect((await page.pdf({ format: 'A4' })).byteLength).toBeGreaterThan(10_000);
    await page.context().close();
  }, 60_000);

  test('a command is copied with one click, whole', async () => {
    const page = await open(protectionPage(everyKindOfFact()), 375);
    const fix = page.locator('pre.fix', { hasText: 'backup --table' });
    await fix.click();
    const selected = await page.evaluate<string>('getSelection().toString()');
    expect(selected.trim()).toBe(
      'cumulus-api backup --table prod-AsyncOperationsTable --directory s3://prod-backups/tables --dated',
    );
    await page.context().close();
  }, 60_000);
});
