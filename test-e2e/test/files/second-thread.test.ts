import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Comparison } from '@cumulus/dynamodb/backup';
import { ownFolder } from '@cumulus/test-kit';
import { describe, expect, test } from '@jest/globals';

const PROGRAM = fileURLToPath(new URL('second-thread.mjs', import.meta.url));
const ITEMS = 1_440;
const PAGES = 24;

interface Outcome {
  readonly comparison?: Comparison;
  readonly error?: { readonly name: string; readonly message: string };
  /** How many threads were started. */
  readonly threads: number;
  /** How many of them were left. */
  readonly running: number;
  /** Pages whose items the threads have digested. */
  readonly noted: number;
}

// In a process of its own, which has to end by itself.
describe('a second thread that compares a table', () => {
  const folder = ownFolder();

  async function compare(happening: string, secondThread: boolean): Promise<Outcome> {
    const { stdout } = await promisify(execFile)(
      process.execPath,
      ['--no-warnings', PROGRAM, folder, happening, String(secondThread)],
      { timeout: 50_000 },
    );
    return JSON.parse(stdout) as Outcome;
  }

  test.each(['nothing', 'changed', 'damaged'])('finds what the first one finds, where %s is so', async (happening) => {
    const [alone, together] = await Promise.all([compare(happening, false), compare(happening, true)]);
    expect(alone).toMatchObject({ threads: 0, noted: 0 });
    expect(together).toEqual({ ...alone, threads: 1, running: 0, noted: expect.any(Number) });
    if (happening === 'damaged') expect(together.noted).toBeLessThan(PAGES);
    else expect(together.noted).toBe(PAGES);
    if (happening === 'nothing') {
      expect(together.comparison).toMatchObject({ equal: true, same: ITEMS, tableItems: ITEMS });
    }
    if (happening === 'changed') {
      const key = { id: { S: '1003 ключ' } };
      expect(together.comparison).toMatchObject({ equal: false, changed: 1, same: ITEMS - 1 });
      expect(together.comparison?.differences).toMatchObject([{ kind: 'changed', key, line: 1_004 }]);
    }
    if (happening === 'damaged') expect(together.error).toMatchObject({ name: 'SyntaxError' });
  });

  test.each(['terminated', 'terminated at once'])(
    'is not needed: %s, the first one goes on alone',
    async (happening) => {
      expect(await compare(happening, true)).toMatchObject({
        comparison: { equal: true, same: ITEMS, tableItems: ITEMS },
        threads: 1,
        running: 0,
      });
    },
  );

  test('hides no difference where it ends in the middle', async () => {
    expect(await compare('changed and terminated', true)).toMatchObject({
      comparison: { equal: false, changed: 1, same: ITEMS - 1, tableItems: ITEMS },
      threads: 1,
      running: 0,
    });
  });

  test('ends with a comparison that is stopped', async () => {
    const { comparison, error, threads, running } = await compare('aborted', true);
    expect(comparison).toBeUndefined();
    expect(error).toBeDefined();
    expect({ threads, running }).toEqual({ threads: 1, running: 0 });
  });
});
