import { expect, test } from '@jest/globals';
import { runWorkers } from '../../src/items/workers.ts';

test('the first failure stops the other workers and is the one that is thrown', async () => {
  let stopped = 0;
  const run = runWorkers(3, undefined, async (signal) => {
    if (stopped === 0 && !signal.aborted) await new Promise((resolve) => setTimeout(resolve, 5));
    stopped += 1;
    throw new Error(`failure ${stopped}`);
  });
  await expect(run).rejects.toThrow('failure 1');
  expect(stopped).toBe(3);
});

test('a signal from outside reaches all workers', async () => {
  const reasons: unknown[] = [];
  await runWorkers(2, AbortSignal.timeout(10), async (signal) => {
    await new Promise((resolve) => signal.addEventListener('abort', resolve));
    reasons.push(signal.aborted);
  });
  expect(reasons).toEqual([true, true]);
});
