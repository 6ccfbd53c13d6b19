import { classifyAwsError } from '../aws/classify-error.ts';
import { ConnectionError, InterruptedError, ThrottledError } from '../aws/errors.ts';
import { poll } from '../aws/poll.ts';
import { StoppedError } from '../backup/errors.ts';
import type { ProgressListener, WaitProgress } from '../items/progress.ts';

/** The time between two looks, in milliseconds. What is waited for takes minutes on AWS, and hours for large tables. */
const DELAYS = { initialDelay: 500, maxDelay: 20_000, backoffRate: 1.5 };

/** How long AWS may be out of reach before a wait is given up, in milliseconds. */
const MAX_SILENCE = 10 * 60_000;

export interface WaitOptions<Seen> {
  /** What is being waited for: a table's name, or a backup's. */
  readonly table: string;
  /** Reads the present state. An error ends the wait, unless it says that AWS cannot be reached just now. */
  readonly look: () => Promise<Seen>;
  /** Whether the wait is over. It may throw: what was waited for has failed. */
  readonly isOver: (seen: Seen) => boolean;
  /** The state in words, for the progress. */
  readonly stateOf: (seen: Seen) => string;
  /** What goes on in AWS without us, and how to wait for it again, a sentence each. */
  readonly advice: readonly string[];
  readonly abortSignal?: AbortSignal | undefined;
  readonly onProgress?: ProgressListener<WaitProgress> | undefined;
}

/**
 * Waits for work inside AWS, and looks less and less often. Neither throttling nor a connection that is lost for up to
 * ten minutes ends the wait.
 * @returns what the last look saw
 * @throws InterruptedError, StoppedError, both with the advice; whatever `look` and `isOver` throw
 */
export async function waitUntil<Seen>(options: WaitOptions<Seen>): Promise<Seen> {
  const { table, look, isOver, stateOf, advice, abortSignal, onProgress } = options;
  const onFailure = (error: unknown, silence: number): void => {
    if (!(error instanceof ConnectionError || error instanceof ThrottledError)) throw error;
    if (silence <= MAX_SILENCE) return;
    throw new StoppedError(`The wait for ${table} was given up: ${error.message}`, advice, error);
  };
  try {
    return await poll({
      look,
      isOver,
      delays: DELAYS,
      onSeen: (seen) => onProgress?.({ phase: 'waiting for', table, state: stateOf(seen) }),
      onFailure,
      abortSignal,
    });
  } catch (error) {
    if (!(error instanceof InterruptedError) && classifyAwsError(error) !== 'interrupted') throw error;
    throw new InterruptedError(`The wait for ${table} was interrupted.`, advice, error);
  }
}
