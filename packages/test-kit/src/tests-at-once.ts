import { test } from '@jest/globals';

/**
 * Tests that wait for most of their time: all begin with the first of them, and each has an outcome of its own. Unlike `test.concurrent` they
 * begin after `beforeAll`.
 *
 * @param tests by their titles
 * @param timeout of each, in milliseconds; jest's unless given
 *
 * @example
 * ```ts
 * testsAtOnce({
 *   'a request that nobody answers ends after ten seconds': async () => { … },
 *   'one that is throttled does too': async () => { … },
 * });
 * ```
 */
export function testsAtOnce(tests: Readonly<Record<string, () => Promise<void>>>, timeout?: number): void {
  let outcomes: ReadonlyMap<string, Promise<void>> | undefined;
  const start = (run: () => Promise<void>): Promise<void> => {
    const outcome = run();
    // Awaited by its test, which may come later than a failure.
    outcome.catch(() => undefined);
    return outcome;
  };
  for (const title of Object.keys(tests)) {
    const outcome = async (): Promise<void> => {
      outcomes ??= new Map(Object.entries(tests).map(([each, run]) => [each, start(run)]));
      await outcomes.get(title);
    };
    test(title, outcome, timeout);
  }
}
