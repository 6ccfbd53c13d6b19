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
  await runTogether(
    Array.from({ length: count }, () => work),
    abortSignal,
  );
}

/** Like {@link runWorkers}, for workers that do different things. */
export async function runTogether(
  works: readonly ((abortSignal: AbortSignal) => Promise<void>)[],
  abortSignal: AbortSignal | undefined,
): Promise<void> {
  const failure = new AbortController();
  const signal = AbortSignal.any([failure.signal, abortSignal].filter((each) => each !== undefined));
  // Each request under way listens; that there are many is no leak.
  setMaxListeners(0, signal);
  const workers = works.map((work) => work(signal));
  try {
    await Promise.all(workers);
  } catch (error) {
    failure.abort();
    await Promise.allSettled(workers);
    throw error;
  }
}

/**
 * Does something for each of some things, several at once. The first failure ends it, once what is under way has ended.
 * @param abortSignal stops it between two things
 * @throws the first error of `work`; the signal's reason
 *
 * @example
 * ```ts
 * import { forEachAtOnce } from '@cumulus/dynamodb/aws';
 *
 * declare function remove(key: string): Promise<void>;
 * await forEachAtOnce(['a', 'b', 'c'], 2, undefined, remove);
 * ```
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

/**
 * What each of some things gives, several at once.
 * @returns in the order of the things
 * @throws as {@link forEachAtOnce}
 *
 * @example
 * ```ts
 * import { mapAtOnce } from '@cumulus/dynamodb/aws';
 *
 * declare function sizeOf(key: string): Promise<number>;
 * const [first, second] = await mapAtOnce(['a', 'b'], 2, undefined, sizeOf);
 * ```
 */
export async function mapAtOnce<T, Result>(
  all: readonly T[],
  atOnce: number,
  abortSignal: AbortSignal | undefined,
  work: (one: T) => Promise<Result>,
): Promise<readonly Result[]> {
  const results: Result[] = [];
  await forEachAtOnce([...all.entries()], atOnce, abortSignal, async ([index, one]) => {
    results[index] = await work(one);
  });
  return results;
}
