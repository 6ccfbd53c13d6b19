import { KIND_VARIABLE } from '../protocol/kind-variable.ts';
import { describeUnless } from './describe-unless.ts';

/**
 * Why tests that need what dynalite lacks (time to live, streams) cannot run: the run has nothing better. An endpoint that was
 * given is taken for DynamoDB: whoever gave it knows.
 */
export function whyNoDynamoDBLocal(): string | undefined {
  return process.env[KIND_VARIABLE] === 'dynalite'
    ? 'needs DynamoDB Local, by Docker or Java; dynalite lacks it'
    : undefined;
}

/**
 * Like jest's `describe`, for tests that need what dynalite lacks. Where the run has nothing better than dynalite they are
 * reported as skipped, with the reason in the title.
 *
 * @example
 * ```ts
 * onDynamoDBLocal('a table with TTL', () => {
 *   test('…', async () => { … });
 * });
 * ```
 */
export function onDynamoDBLocal(title: string, tests: () => void): void {
  describeUnless(whyNoDynamoDBLocal(), title, tests);
}
