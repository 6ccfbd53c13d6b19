import { Backoff } from '@cumulus/dynamodb/aws';
import { ExecutionNotVisibleYetError } from './errors.ts';
import type { ExecutionEvent } from './execution-event.ts';

/** Step Functions' answers lag behind its events by seconds: it is asked four times within six seconds. */
const DELAYS = { initialDelay: 500, backoffRate: 3, maxDelay: 4_000 };
const MAX_WAITS = 3;

/** An execution that is still not visible so long after its event, in milliseconds, never will be. */
const MAX_LAG = 3_600_000;

/**
 * Asks Step Functions about an event's execution until it answers.
 * @param what the answer is about, for the error
 * @param ask returns undefined as long as there is no answer
 * @returns undefined if there will never be an answer
 * @throws ExecutionNotVisibleYetError if there is no answer yet; what `ask` throws
 */
export async function waitForExecution<T>(
  { executionArn, time }: ExecutionEvent,
  what: string,
  ask: () => Promise<T | undefined>,
): Promise<T | undefined> {
  // Step Functions describes no express execution, ever.
  if (/^arn:[^:]+:states:[^:]*:[^:]*:express:/.test(executionArn)) return undefined;
  const isForgotten = Date.now() - time > MAX_LAG;
  const backoff = new Backoff(DELAYS);
  for (let waits = 0; ; waits += 1) {
    const answer = await ask();
    if (answer !== undefined || isForgotten) return answer;
    if (waits === MAX_WAITS) throw new ExecutionNotVisibleYetError(executionArn, what);
    await backoff.wait();
  }
}
