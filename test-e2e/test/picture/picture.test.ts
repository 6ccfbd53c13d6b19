import { readFileSync, statSync } from 'node:fs';
import { describeUnless, ownFolder } from '@cumulus/test-kit';
import { describe, expect, test } from '@jest/globals';
import { draw } from '../../picture/draw.ts';
import { recordStory, TERMINAL } from '../../picture/record-story.ts';
import { screensOf } from '../../picture/screens.ts';
import { whyNoTerminal } from '../../picture/terminal-recorder.ts';

const PICTURES = ['backup-and-restore.svg', 'backup-and-restore-still.svg'] as const;
/** So many that a backup takes several rounds of requests, and can be killed between two. */
const GRANULES = 8_000;

const picture = (name: string): URL => new URL(`../../../docs/pictures/${name}`, import.meta.url);
const read = (name: string): string => readFileSync(picture(name), 'utf8');

/** What a picture says to those who cannot see it. */
function transcript(svg: string): string {
  return /<desc[^>]*>(.*)<\/desc>/s.exec(svg)?.[1] ?? '';
}

/** Without what differs from run to run. */
function lasting(shown: string): string {
  return (
    shown
      .replace(/^(backing up \S+) .*$/m, '$1 …')
      // How many there are has to be all, in the picture and in the new run.
      .replace(/\b(?:20,000|8,000)\b/g, 'ALL')
      .replace(/\d[\d,.:]*/g, 'N')
      .replace(/N min N s/g, 'N s')
  );
}

describe('the picture of a backup', () => {
  test.each(PICTURES)(
    '%s shows the lines that it says it shows, needs nothing from elsewhere, and is small',
    (name) => {
      const svg = read(name);
      const kept = svg.split('\n').filter((line) => line.startsWith('<g class="kept"'));
      const shown = kept.map((line) => [...line.matchAll(/>([^<>]+)<\/text>/g)].map(([, text]) => text).join(''));
      const said = transcript(svg).split('\n');
      const squeezed = (text: string): string => text.replaceAll(' ', '');
      expect(shown.map(squeezed)).toEqual(said.map(squeezed));
      expect(svg).not.toMatch(/<script|<image|href=|url\(|@import/);
      expect(statSync(picture(name)).size).toBeLessThan(100_000);
    },
  );
});

describeUnless(whyNoTerminal(), 'the picture of a backup', () => {
  const folder = ownFolder();

  test('shows what a new run shows: backup, kill, resume, restore, verify (if not: npm run picture)', async () => {
    const screens = await screensOf(await recordStory(folder, GRANULES), TERMINAL);
    const now = lasting(transcript(draw({ title: 'now', screens, size: TERMINAL, isAnimated: false })));
    for (const name of PICTURES) expect(lasting(transcript(read(name)))).toBe(now);
  }, 120_000);
});
