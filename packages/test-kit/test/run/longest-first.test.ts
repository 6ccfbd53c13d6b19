import { existsSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from '@jest/globals';
import LongestFirst, { LONG_FILES } from '../../src/run/longest-first.ts';

const REPOSITORY = fileURLToPath(new URL('../../../..', import.meta.url));

type Tests = Parameters<LongestFirst['sort']>[0];

/** The order of files of which nothing is known but these times, in milliseconds. */
function sorted(files: readonly string[], times: Readonly<Record<string, number>> = {}): Promise<Tests> {
  const context = { config: { cache: false }, hasteFS: { getSize: (path: string) => statSync(path).size } };
  const tests = files.map((file) => ({ context, path: `${REPOSITORY}${file}` }));
  const sequencer = new LongestFirst({} as never);
  const cache = sequencer._getCache(tests[0] as never);
  for (const [file, time] of Object.entries(times)) cache[`${REPOSITORY}${file}`] = [1, time];
  return sequencer.sort(tests as never);
}

const SHORT = 'packages/test-kit/test/run/longest-first.test.ts';
const SHORTER = 'packages/test-kit/test/needs/on-dynamodb-local.test.ts';

describe('LongestFirst', () => {
  test.each(Object.keys(LONG_FILES))('knows %s, which exists', (file) => {
    expect(existsSync(`${REPOSITORY}${file}`)).toBe(true);
  });

  test('begins with the files that take longest, and then with the largest', async () => {
    const [first = '', second = ''] = Object.entries(LONG_FILES)
      .sort(([, one], [, other]) => other - one)
      .map(([file]) => file);
    const order = await sorted([SHORTER, second, SHORT, first]);
    expect(order.map(({ path }) => path)).toEqual([first, second, SHORT, SHORTER].map((file) => REPOSITORY + file));
  });

  test('goes by the times of the last run, where there was one', async () => {
    const [slow = '', other = ''] = Object.keys(LONG_FILES);
    const order = await sorted([other, slow, SHORT], { [slow]: 2, [other]: 3, [SHORT]: 4_000 });
    expect(order.map(({ path }) => path)).toEqual([SHORT, other, slow].map((file) => REPOSITORY + file));
  });
});
