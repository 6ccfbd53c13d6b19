import { setMaxListeners } from 'node:events';

/**
 * Runs several workers at once and waits for all of them. The first that fails stops the others, by the signal that each
 * gets, and its error is thrown once they have stopped.
 * @param abortSignal stops them all from outside
 */
export async function runWorkers(
  count: number,
  abortSignal: AbortSignal | undefined,
  work: (abortSignal: AbortSignal) => Promise<void>,
): Promise<void> {
  const failure = new AbortController();
  const signal = AbortSignal.any([failure.signal, abortSignal].filter((each) => each !== undefined));
  // Each request under way listens; that there are many is no leak.
  setMaxListeners(0, signal);
  const workers = Array.from({ length: count }, () => work(signal));
  try {
    await Promise.all(workers);
  } catch (error) {
    failure.abort();
    await Promise.allSettled(workers);
    throw error;
  }
}

/**
 * Does something for each of some things, several at once.
 * @param abortSignal stops it between two things
 */
export async function forEachAtOnce<T>(
  all: readonly T[],
  atOnce: number,
  abortSignal: AbortSignal | undefined,
  work: (one: T) => Promise<void>,
): Promise<void> {
  const waiting = all.values();
  await runWorkers(Math.min(atOnce, all.length), abortSignal, async (signal) => {
    for (const one of waiting) {
      signal.throwIfAborted();
      await work(one);
    }
  });
}
