/** So many things are done at once. */
const CONCURRENCY = 8;

/**
 * Does something for each of some things, a few at once; the first failure ends it, once what is in progress has ended.
 * @param concurrency how many at once; 8 unless given
 */
export async function eachOf<T>(
  things: readonly T[],
  act: (thing: T) => Promise<void>,
  concurrency = CONCURRENCY,
): Promise<void> {
  const queue = things.values();
  let failed = false;
  const work = async (): Promise<void> => {
    for (const thing of queue) {
      if (failed) return;
      try {
        await act(thing);
      } catch (error) {
        failed = true;
        throw error;
      }
    }
  };
  const working = Array.from({ length: concurrency }, work);
  await Promise.allSettled(working);
  await Promise.all(working);
}
