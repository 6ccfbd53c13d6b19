import { expect, test } from '@jest/globals';
import { CapacityLimiter } from '../../src/items/capacity-limiter.ts';

test('requests wait until the units of those before them are paid for', async () => {
  const limiter = new CapacityLimiter(1000);
  const start = performance.now();
  await limiter.reserve(50);
  await limiter.reserve(50);
  await limiter.reserve(1);
  expect(performance.now() - start).toBeGreaterThanOrEqual(95);
});

test('what a request used beyond its estimate is waited for', async () => {
  const limiter = new CapacityLimiter(1000);
  await limiter.reserve(1);
  limiter.settle(1, 100);
  const start = performance.now();
  await limiter.reserve(1);
  expect(performance.now() - start).toBeGreaterThanOrEqual(80);
});

test('waiting ends at once when it is aborted', async () => {
  const limiter = new CapacityLimiter(1);
  await limiter.reserve(1000);
  await expect(limiter.reserve(1, AbortSignal.timeout(20))).rejects.toThrow(/abort/i);
});
