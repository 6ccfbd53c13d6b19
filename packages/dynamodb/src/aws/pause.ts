import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Waits, where there is nothing to try again: what is tried again waits by a {@link Backoff}.
 * @throws AbortError
 *
 * @example
 * ```ts
 * import { pause } from '@cumulus/dynamodb/aws';
 *
 * await pause(1_000, AbortSignal.timeout(5_000));
 * ```
 */
export async function pause(milliseconds: number, abortSignal?: AbortSignal): Promise<void> {
  await sleep(milliseconds, undefined, { signal: abortSignal });
}

/**
 * Waits, but not beyond the signal.
 * @returns whether the whole time has passed
 *
 * @example
 * ```ts
 * import { pauseUnless } from '@cumulus/dynamodb/aws';
 *
 * declare const stop: AbortSignal;
 * declare function look(): Promise<void>;
 * while (await pauseUnless(stop, 60_000)) await look();
 * ```
 */
export function pauseUnless(abortSignal: AbortSignal, milliseconds: number): Promise<boolean> {
  return sleep(milliseconds, true, { signal: abortSignal }).catch(() => false);
}

/**
 * Waits for the first of some works, for some time at the most. The works go on.
 * @returns what it gives; `late` if the time passes first
 * @throws what the first work throws; AbortError
 */
export async function firstWithin<T, Late>(
  works: Iterable<Promise<T>>,
  { milliseconds, late, abortSignal }: { milliseconds: number; late: Late; abortSignal?: AbortSignal | undefined },
): Promise<T | Late> {
  const over = new AbortController();
  const signal = abortSignal === undefined ? over.signal : AbortSignal.any([over.signal, abortSignal]);
  const passed = sleep(milliseconds, late, { signal });
  try {
    return await Promise.race([...works, passed]);
  } finally {
    over.abort();
    passed.catch(() => undefined);
  }
}
