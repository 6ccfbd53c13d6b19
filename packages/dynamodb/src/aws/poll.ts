import { Backoff, type Delays } from './retry-policy.ts';

export interface PollOptions<Seen> {
  /** Reads the present state. */
  readonly look: () => Promise<Seen>;
  /** Whether the wait is over. It may throw: what was waited for has failed. */
  readonly isOver: (seen: Seen) => boolean;
  readonly delays: Delays;
  /** Called after each look that does not end the wait. */
  readonly onSeen?: ((seen: Seen) => void) | undefined;
  /**
   * Called when a look fails, with the milliseconds since the last successful one. It throws to end the wait. Without
   * it, any failure ends the wait.
   */
  readonly onFailure?: ((error: unknown, silence: number) => void) | undefined;
  readonly abortSignal?: AbortSignal | undefined;
}

/**
 * Looks repeatedly until the wait is over.
 * @returns what the last look saw
 * @throws AbortError; what `look`, `isOver` and `onFailure` throw
 *
 * @example
 * ```ts
 * import { createClient, poll } from '@cumulus/dynamodb/aws';
 * import { describeTable } from '@cumulus/dynamodb/tables';
 *
 * const client = createClient({ region: 'us-east-1' });
 * const table = await poll({
 *   look: () => describeTable(client, 'prod-GranulesTable'),
 *   isOver: ({ status }) => status === 'ACTIVE',
 *   delays: { initialDelay: 500, maxDelay: 20_000 },
 * });
 * ```
 */
export async function poll<Seen>(options: PollOptions<Seen>): Promise<Seen> {
  const { look, isOver, delays, onSeen, onFailure, abortSignal } = options;
  const backoff = new Backoff(delays);
  for (let lastSeenAt = performance.now(); ; await backoff.wait(abortSignal)) {
    try {
      const seen = await look();
      if (isOver(seen)) return seen;
      lastSeenAt = performance.now();
      onSeen?.(seen);
    } catch (error) {
      if (onFailure === undefined) throw error;
      onFailure(error, performance.now() - lastSeenAt);
    }
  }
}
