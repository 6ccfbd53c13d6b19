import { expect, test } from '@jest/globals';
import type { RetryErrorType } from '@smithy/types';
import { DEFAULT_RETRY_POLICY } from '../../src/aws/retry-policy.ts';
import { SteadyRetries } from '../../src/aws/steady-retries.ts';

/** The waits before each further attempt, in milliseconds, for as long as there is one. */
async function waits(retries: SteadyRetries, errorType: RetryErrorType): Promise<number[]> {
  const found: number[] = [];
  let token = await retries.acquireInitialRetryToken();
  try {
    for (;;) {
      token = await retries.refreshRetryTokenForRetry(token, { errorType });
      found.push(token.getRetryDelay());
    }
  } catch {
    return found;
  }
}

test('a request is sent so many times and no more, after waits that double', async () => {
  const found = await waits(new SteadyRetries({ ...DEFAULT_RETRY_POLICY, maxAttempts: 5 }), 'TRANSIENT');
  expect(found).toHaveLength(4);
  for (const [index, wait] of found.entries()) {
    expect(wait).toBeGreaterThanOrEqual(25 * 2 ** index);
    expect(wait).toBeLessThanOrEqual(50 * 2 ** index);
  }
});

test('throttling is waited out longer, up to 20 seconds at a time', async () => {
  const found = await waits(new SteadyRetries({ ...DEFAULT_RETRY_POLICY, maxAttempts: 8 }), 'THROTTLING');
  expect(found).toHaveLength(7);
  expect(found[0]).toBeGreaterThanOrEqual(500);
  expect(Math.max(...found)).toBeLessThanOrEqual(20_000);
});

test('what DynamoDB refuses for good is not sent again', async () => {
  expect(await waits(new SteadyRetries({ ...DEFAULT_RETRY_POLICY, maxAttempts: 8 }), 'CLIENT_ERROR')).toEqual([]);
});

test('however many requests have failed, the next is retried as the first was', async () => {
  const retries = new SteadyRetries({ ...DEFAULT_RETRY_POLICY, maxAttempts: 3 });
  for (let request = 0; request < 10_000; request += 1) {
    if ((await waits(retries, 'TRANSIENT')).length !== 2) throw new Error(`request ${request} was given up`);
  }
});
