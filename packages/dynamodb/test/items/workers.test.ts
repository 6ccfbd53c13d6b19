import { expect, test } from '@jest/globals';
import { inTurn } from '../../src/aws/in-turn.ts';
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

test('calls in turn never overlap, and none runs after a failure', async () => {
  const log: string[] = [];
  const work = inTurn<number>(async (n) => {
    log.push(`begin ${n}`);
    await new Promise((resolve) => setTimeout(resolve, 2));
    if (n === 2) throw new Error('two');
    log.push(`end ${n}`);
  });
  const results = await Promise.allSettled([work(1), work(2), work(3)]);
  expect(log).toEqual(['begin 1', 'end 1', 'begin 2']);
  expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'rejected']);
});
