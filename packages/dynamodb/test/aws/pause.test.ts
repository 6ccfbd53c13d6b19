import { expect, test } from '@jest/globals';
import { firstWithin, pause, pauseUnless } from '../../src/aws/pause.ts';

/** Longer than a test takes. */
const LONG = 3_600_000;

test('an abort ends a pause: as an error, or as the answer', async () => {
  await pause(1);
  await expect(pause(LONG, AbortSignal.abort())).rejects.toThrow(expect.objectContaining({ name: 'AbortError' }));
  expect(await pauseUnless(AbortSignal.abort(), LONG)).toBe(false);
  expect(await pauseUnless(new AbortController().signal, 1)).toBe(true);
});

test('firstWithin gives what the first work gives, or throws what it throws', async () => {
  const never = new Promise<string>(() => undefined);
  const limit = { milliseconds: LONG, late: 'late' };
  expect(await firstWithin([never, Promise.resolve('done')], limit)).toBe('done');
  await expect(firstWithin([never, Promise.reject(new Error('failed'))], limit)).rejects.toThrow('failed');
});

test('firstWithin ends with the time, or the signal', async () => {
  const never = new Promise<string>(() => undefined);
  expect(await firstWithin([never], { milliseconds: 1, late: 'late' })).toBe('late');
  const aborted = firstWithin([never], { milliseconds: LONG, late: 'late', abortSignal: AbortSignal.abort() });
  await expect(aborted).rejects.toThrow(expect.objectContaining({ name: 'AbortError' }));
});
