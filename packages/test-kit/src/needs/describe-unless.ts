import { describe, test } from '@jest/globals';

/**
 * Like jest's `describe`, for tests that this machine may not be able to run. Without a reason against them they run;
 * with one they are reported as skipped, with the reason in the title, and in CI, where everything has to be there, they
 * fail.
 */
export function describeUnless(reason: string | undefined, title: string, tests: () => void): void {
  if (reason === undefined) {
    describe(title, tests);
  } else if (process.env['CI']) {
    test(`${title}: CI has what these tests need`, () => {
      throw new Error(reason);
    });
  } else {
    describe.skip(`${title} (skipped: ${reason})`, tests);
  }
}
