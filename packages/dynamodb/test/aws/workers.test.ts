import { expect, test } from '@jest/globals';
import { forEachAtOnce, mapAtOnce, runWorkers } from '../../src/aws/workers.ts';

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

test('mapAtOnce gives what each thing gives in the order of the things, not more at once than it may', async () => {
  let [running, most] = [0, 0];
  const squares = await mapAtOnce([4, 3, 2, 1, 0], 2, undefined, async (number) => {
    running += 1;
    most = Math.max(most, running);
    for (let turn = 0; turn < number; turn += 1) await new Promise((resolve) => setImmediate(resolve));
    running -= 1;
    return number ** 2;
  });
  expect(squares).toEqual([16, 9, 4, 1, 0]);
  expect(most).toBe(2);
});

test('the first failure ends it once what is under way has ended; nothing else is begun', async () => {
  const begun: number[] = [];
  const ended: number[] = [];
  const run = forEachAtOnce([0, 1, 2, 3], 2, undefined, async (number) => {
    begun.push(number);
    if (number === 0) throw new Error('failed');
    await new Promise((resolve) => setImmediate(resolve));
    ended.push(number);
  });
  await expect(run).rejects.toThrow('failed');
  expect(begun).toEqual([0, 1]);
  expect(ended).toEqual([1]);
});
