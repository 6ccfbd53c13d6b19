import { describe } from '@jest/globals';
import { KIND_VARIABLE } from './kind-variable.ts';
import type { TestServerKind } from './servers/test-server.ts';

/**
 * Like jest's `describe`, for tests that need what dynalite lacks: time to live, streams. Where the run has nothing better
 * than dynalite they are reported as skipped, with the reason in the title.
 *
 * @example
 * ```ts
 * onDynamoDBLocal('a table with TTL', () => {
 *   test('…', async () => { … });
 * });
 * ```
 */
export function onDynamoDBLocal(title: string, tests: () => void): void {
  if (isRealThing(process.env[KIND_VARIABLE] as TestServerKind)) describe(title, tests);
  else describe.skip(`${title} (skipped: needs DynamoDB Local, by Docker or Java; dynalite lacks it)`, tests);
}

/**
 * Whether a server does all that DynamoDB Local does, time to live and streams among it. An endpoint that was given is
 * taken for the real thing: whoever gave it knows.
 */
function isRealThing(kind: TestServerKind): boolean {
  return kind !== 'dynalite';
}
