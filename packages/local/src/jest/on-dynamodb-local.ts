/// <reference types="jest" />
import { isRealThing, type LocalServerKind } from '../server.ts';
import { KIND_VARIABLE } from './kind-variable.ts';

/**
 * Like jest's `describe`, for tests that need what dynalite lacks: TTL, transactions, streams. Where the run has
 * nothing better than dynalite they are reported as skipped, with the reason in the title.
 *
 * @example
 * ```ts
 * onDynamoDBLocal('a table with TTL', () => {
 *   it('…', async () => { … });
 * });
 * ```
 */
export function onDynamoDBLocal(title: string, tests: () => void): void {
  if (isRealThing(process.env[KIND_VARIABLE] as LocalServerKind)) describe(title, tests);
  else describe.skip(`${title} (skipped: needs DynamoDB Local, by Docker or Java; dynalite lacks it)`, tests);
}
