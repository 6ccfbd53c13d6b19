import { expect, test } from '@jest/globals';
import { LeaseRenewal } from '../../src/aws/lease-renewal.ts';

/** Longer than a test takes. */
const NEVER = 3_600_000;

const LOST = new Error('Another process has it.');

/** @param answers what each renewal finds; an error fails it */
function renewalOf(answers: readonly (boolean | Error)[], interval = NEVER) {
  const left = [...answers];
  let renewals = 0;
  const renew = async (): Promise<boolean> => {
    renewals += 1;
    const answer = left.shift() ?? true;
    if (answer instanceof Error) throw answer;
    return answer;
  };
  const renewal = new LeaseRenewal({ interval, renew, lostError: () => LOST });
  return { renewal, renewals: () => renewals };
}

test('a renewal that fails loses nothing; the next one may succeed', async () => {
  const { renewal } = renewalOf([new Error('no answer'), true]);
  await expect(renewal.renewNow()).rejects.toThrow('no answer');
  await renewal.renewNow();
  expect(renewal.lost.aborted).toBe(false);
  await renewal.end();
});

test('a lease that another process has stops the work, and is not asked for again', async () => {
  const { renewal, renewals } = renewalOf([false, true]);
  await expect(renewal.renewNow()).rejects.toBe(LOST);
  expect(renewal.lost.reason).toBe(LOST);
  await expect(renewal.renewNow()).rejects.toBe(LOST);
  expect(renewals()).toBe(1);
  await renewal.end();
});

test('what a request on condition of the lease has found counts as a renewal does', async () => {
  const { renewal } = renewalOf([]);
  renewal.demand(true);
  expect(() => renewal.demand(false)).toThrow(LOST);
  expect(renewal.lost.reason).toBe(LOST);
  await renewal.end();
});

test('it is renewed by itself, until it ends', async () => {
  const { renewal, renewals } = renewalOf([new Error('no answer'), true, false], 1);
  await new Promise<void>((resolve) => renewal.lost.addEventListener('abort', () => resolve()));
  await renewal.end();
  expect(renewals()).toBe(3);
});

test('renewals do not overlap, and the end comes after the one that is under way', async () => {
  let [running, most, ended] = [0, 0, 0];
  const renew = async (): Promise<boolean> => {
    running += 1;
    most = Math.max(most, running);
    await new Promise((resolve) => setImmediate(resolve));
    running -= 1;
    ended += 1;
    return true;
  };
  const renewal = new LeaseRenewal({ interval: NEVER, renew, lostError: () => LOST });
  const all = [renewal.renewNow(), renewal.renewNow(), renewal.renewNow()];
  await renewal.end();
  expect([most, ended]).toEqual([1, 3]);
  await Promise.all(all);
});
