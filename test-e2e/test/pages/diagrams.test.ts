import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { describeUnless } from '@cumulus/test-kit';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Browser, Page } from 'playwright-core';
import { startChromium, whyNoChromium } from '../browser/chromium.ts';
import { pathOf } from './page.ts';
import { trackedFiles } from './tracked-files.ts';

/** The build of Mermaid that the site draws with. */
const MERMAID = createRequire(pathOf('site/package.json')).resolve('@mermaid-js/tiny/dist/mermaid.tiny.js');

/** In CSS pixels: a wider one is shrunk on a phone until its words are too small. */
const MAX_WIDTH = 720;

/** What a page has to leave to the theme, so that it can be read on light and on dark ground. */
const COLOURS = /^\s*(?:style|classDef|linkStyle)\b|#[0-9a-f]{3,8}\b|\bfill:|themeVariables/im;

interface Drawn {
  readonly title: string;
  readonly description: string;
  readonly width: number;
}

/** Draws as the site does, in the browser. */
const DRAW = `async (source, theme) => {
  mermaid.initialize({ startOnLoad: false, securityLevel: 'strict', theme });
  await mermaid.parse(source);
  const { svg } = await mermaid.render('diagram', source);
  const drawn = new DOMParser().parseFromString(svg, 'text/html').querySelector('svg');
  return {
    title: drawn.querySelector('title')?.textContent ?? '',
    description: drawn.querySelector('desc')?.textContent ?? '',
    width: drawn.viewBox.baseVal.width,
  };
}`;

const pages = trackedFiles('*.md')
  .map((page) => ({ page, diagrams: diagramsOf(readFileSync(pathOf(page), 'utf8')) }))
  .filter(({ diagrams }) => diagrams.length > 0);

function diagramsOf(markdown: string): readonly string[] {
  return [...markdown.matchAll(/^```mermaid\n(.*?)^```$/gms)].map(([, text = '']) => text);
}

test('the pages have the four pictures that their readers need', () => {
  expect(pages.map(({ page }) => page)).toEqual(
    expect.arrayContaining([
      'docs/explanation/backup.md',
      'docs/explanation/deployment.md',
      'docs/explanation/protection.md',
      'docs/how-to/recover.md',
    ]),
  );
});

describeUnless(whyNoChromium(), 'the diagrams', () => {
  let browser: Browser;
  let page: Page;

  beforeAll(async () => {
    browser = await startChromium();
    // A phone's: a Gantt chart is as wide as the window.
    page = await browser.newPage({ viewport: { width: 390, height: 800 } });
    await page.addScriptTag({ path: MERMAID });
  }, 60_000);
  afterAll(() => browser.close());

  /** As the site draws it. @throws an error where Mermaid's parser does not understand it */
  function draw(text: string, theme: 'dark' | 'default'): Promise<Drawn> {
    return page.evaluate(`(${DRAW})(${JSON.stringify(text)}, ${JSON.stringify(theme)})`);
  }

  describe.each(pages)('of $page', ({ diagrams }) => {
    test.each(['default', 'dark'] as const)(
      'are understood by Mermaid, described for those who cannot see them, and narrow (%s)',
      async (theme) => {
        for (const diagram of diagrams) {
          const { title, description, width } = await draw(diagram, theme);
          expect(title).not.toBe('');
          expect(description.length).toBeGreaterThan(title.length);
          expect(width).toBeGreaterThan(0);
          expect(width).toBeLessThanOrEqual(MAX_WIDTH);
        }
      },
      60_000,
    );

    test('have no colours of their own', () => {
      for (const diagram of diagrams) expect(diagram).not.toMatch(COLOURS);
    });
  });
});
