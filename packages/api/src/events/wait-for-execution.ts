import { setTimeout as wait } from 'node:timers/promises';
import { ExecutionNotVisibleYetError } from './errors.ts';
import type { ExecutionEvent } from './execution-event.ts';

/** Step Functions' answers lag behind its events, by seconds: so long is waited between askService, in milliseconds. */
const WAITS = [500, 1_500, 4_000];

/** What it does not tell so long after an event, in milliseconds, it has forgotten, or never knew. */
const MAX_LAG = 3_600_000;

/**
 * Asks Step Functions about an event's execution until it tells.
 * @param what is asked for, as the error says it
 * @param ask gives undefined if it is not told
 * @returns undefined if it is never going to be told
 * @throws ExecutionNotVisibleYetError if it is not told yet; what `ask` throws
 */
export async function waitForExecution<T>(
  { executionArn, time }: ExecutionEvent,
  what: string,
  ask: () => Promise<T | undefined>,
): Promise<T | undefined> {
  // Of express executions it tells nothing, ever.
  if (/^arn:[^:]+:states:[^:]*:[^:]*:express:/.test(executionArn)) return undefined;
  const isForgotten = Date.now() - time > MAX_LAG;
  for (const milliseconds of isForgotten ? [] : WAITS) {
    const told = await ask();
    if (told !== undefined) return told;
    await wait(milliseconds);
  }
  const told = await ask();
  if (told === undefined && !isForgotten) throw new ExecutionNotVisibleYetError(executionArn, what);
  return told;
}
