import { expect, test } from '@jest/globals';
import { createClient } from '../../src/aws/client.ts';
import { poll } from '../../src/aws/poll.ts';
import { Backoff, delayAfter, INTERACTIVE_RETRY_POLICY, retryThrottled } from '../../src/aws/retry-policy.ts';
import { backoffOf } from '../../src/aws/steady-retries.ts';

const FAST = { initialDelay: 1, maxDelay: 2 };

test('waits grow to the longest, and chance shortens them by no more than the jitter', () => {
  const delays = { initialDelay: 50, maxDelay: 10_000 };
  expect([0, 1, 2, 20].map((waits) => delayAfter(waits, delays))).toEqual([50, 100, 200, 10_000]);
  expect(delayAfter(2, { initialDelay: 500, maxDelay: 20_000, backoffRate: 1.5 })).toBe(1_125);
  for (let round = 0; round < 100; round += 1) {
    const delay = delayAfter(1, { ...delays, jitter: 0.5 });
    expect(delay).toBeGreaterThan(50);
    expect(delay).toBeLessThanOrEqual(100);
  }
});

test('a throttled request is sent again until its time is over, any other failure is final', async () => {
  const throttling = Object.assign(new Error('slow down'), { name: 'ThrottlingException' });
  let sent = 0;
  const send = async (): Promise<number> => {
    sent += 1;
    if (sent < 3) throw throttling;
    return sent;
  };
  await expect(retryThrottled(send, undefined, new Backoff(FAST))).resolves.toBe(3);
  sent = 0;
  const noTime = new Backoff({ ...FAST, retryTimeout: 0 });
  await expect(retryThrottled(send, undefined, noTime)).rejects.toBe(throttling);
  const refused = new Error('refused');
  await expect(retryThrottled(() => Promise.reject(refused))).rejects.toBe(refused);
});

test('a client carries its retry policy', async () => {
  const client = createClient({ region: 'us-east-1', retryPolicy: { ...INTERACTIVE_RETRY_POLICY, retryTimeout: 0 } });
  expect((await backoffOf(client)).timedOut).toBe(true);
  expect((await backoffOf(createClient({ region: 'us-east-1' }))).timedOut).toBe(false);
});

test('polling outlasts failures until it is aborted', async () => {
  let looks = 0;
  const look = async (): Promise<number> => {
    looks += 1;
    if (looks === 2) throw new Error('lost');
    return looks;
  };
  const failures: unknown[] = [];
  const onFailure = (error: unknown): void => void failures.push(error);
  await expect(poll({ look, isOver: (seen) => seen === 4, delays: FAST, onFailure })).resolves.toBe(4);
  expect(failures).toHaveLength(1);
  looks = 1;
  await expect(poll({ look, isOver: () => false, delays: FAST })).rejects.toThrow('lost');
});
