import { EventEmitter } from 'node:events';
import { setTimeout as wait } from 'node:timers/promises';
import { stripVTControlCharacters } from 'node:util';
import { describe, expect, test } from '@jest/globals';
import { progressParts } from '../../../src/output/progress/describe-progress.ts';
import { fitProgressLine, type ProgressLine } from '../../../src/output/progress/progress-line.ts';
import { showProgress } from '../../../src/output/progress/show-progress.ts';
import type { Output } from '../../../src/terminal/io.ts';

const work = { phase: 'backing up', table: 'prod-GranulesTable', items: 1_234_567, bytes: 2_600_000_000 } as const;
const pace = { seconds: 300, itemsPerSecond: 4_115, bytesPerSecond: 8_700_000, secondsLeft: 425 };
const line: ProgressLine = { ...work, share: 0.42, parts: progressParts(work, pace) };
const waiting = { phase: 'waiting for', table: 'prod-GranulesTable-restored', state: 'CREATING' } as const;

describe('a line of progress', () => {
  test.each([
    [
      120,
      'backing up prod-GranulesTable [======---------] 42% 1,234,567 items, 2600.0 MB, 4,115 items/s, 8.7 MB/s, 7 min 05 s left',
    ],
    [100, 'backing up prod-GranulesTable [==---] 42% 1,234,567 items, 2600.0 MB, 4,115 items/s, 7 min 05 s left'],
    [80, 'backing up prod-GranulesTable [=====--------] 42% 4,115 items/s, 7 min 05 s left'],
    [60, 'backing up prod-G…esTable 42% 4,115 items/s, 7 min 05 s left'],
    [50, 'prod-Gr…esTable 42% 4,115 items/s, 7 min 05 s left'],
    [32, '42% 4,115 items/s, 7 min 05 s le'],
    [20, '42% 4,115 items/s, 7'],
  ])('of %i columns', (columns, expected) => {
    const shown = fitProgressLine(line, columns);
    expect(shown).toBe(expected);
  });

  test('is never longer than its width, and has rate and time left wherever there is room for them', () => {
    for (let columns = 1; columns <= 200; columns += 1) {
      const shown = fitProgressLine(line, columns);
      expect(shown.length).toBeLessThanOrEqual(columns);
      if (columns >= 34) expect(shown).toMatch(/42% .*4,115 items\/s, .*7 min 05 s left$/);
    }
  });

  test('has neither a bar nor a percentage where nobody knows how much there is', () => {
    expect(fitProgressLine({ ...line, share: undefined }, 200)).toMatch(
      /^backing up prod-GranulesTable: 1,234,567 items, /,
    );
  });

  test('of a wait has state and time', () => {
    const waited = { ...waiting, share: undefined, parts: progressParts(waiting, pace) };
    expect(fitProgressLine(waited, 80)).toBe('waiting for prod-GranulesTable-restored: CREATING, 5 min 00 s');
    expect(fitProgressLine(waited, 40)).toMatch(/^prod-Gra…-restored: CREATING, 5 min 00 s$/);
  });
});

/** A terminal that keeps what it is given. */
class Screen extends EventEmitter {
  readonly isTTY = true;
  columns = 80;
  written = '';

  write(text: string): boolean {
    this.written += text;
    return true;
  }

  /** The lines that were drawn since the last time, each from where the cursor was set to its beginning. */
  takeLines(): readonly string[] {
    // A cursor is saved by what stripVTControlCharacters does not know.
    const lines = this.written
      .split('\u001b[1G')
      .map((drawn) => stripVTControlCharacters(drawn.replace('\u001b7', '')));
    this.written = '';
    return lines.filter((drawn) => drawn !== '');
  }
}

describe('progress on a terminal', () => {
  test('keeps to its width, also when that changes', async () => {
    const screen = new Screen();
    const bar = await showProgress(screen as unknown as Output, false);
    try {
      for (const columns of [80, 44, 120]) {
        screen.columns = columns;
        for (const more of [1, 2]) {
          bar.update({ ...work, items: work.items + more, expectedItems: 3_000_000 });
          await wait(250);
        }
        const last = screen.takeLines().at(-1) ?? '';
        expect(last).toMatch(/41% .*items\/s, .* left$/);
        expect(last.length).toBeLessThan(columns);
      }
    } finally {
      bar.end();
    }
  });

  test('moves no cursor where TERM is dumb', async () => {
    const before = process.env['TERM'];
    process.env['TERM'] = 'dumb';
    const screen = new Screen();
    try {
      const lines = await showProgress(screen as unknown as Output, false);
      lines.update(work);
      await wait(300);
      lines.end();
      expect(screen.written).toBe('');
    } finally {
      if (before === undefined) delete process.env['TERM'];
      else process.env['TERM'] = before;
    }
  });
});
