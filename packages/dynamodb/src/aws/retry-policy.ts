import { isThrottling } from './classify-error.ts';
import { pause } from './pause.ts';

/** The waits between tries; all times in milliseconds. */
export interface Delays {
  readonly initialDelay: number;
  /** The longest; the first unless given. */
  readonly maxDelay?: number | undefined;
  /** How much longer each is than the one before; twice unless given. */
  readonly backoffRate?: number | undefined;
  /** The share of each that chance may take away, 0 to 1, so that many callers do not come back at once; 0 unless given. */
  readonly jitter?: number | undefined;
}

/** How persistently requests are sent again. */
export interface RetryPolicy extends Delays {
  /** How often the SDK sends a request before its failure counts. */
  readonly maxAttempts: number;
  /** How long throttling may last, beyond these attempts, without a request getting through. */
  readonly retryTimeout: number;
}

/**
 * For work that nobody waits for. Eight attempts outlast about five seconds of errors, and with every fifth request
 * failing one in 390,000 is given up. A table doubles its capacity within five minutes of throttling.
 */
export const DEFAULT_RETRY_POLICY: RetryPolicy = {
  maxAttempts: 8,
  retryTimeout: 5 * 60_000,
  initialDelay: 50,
  maxDelay: 10_000,
  jitter: 0.5,
};

/**
 * For a request that somebody waits for: retries for about four seconds, which is as long as an HTTP response may take.
 */
export const INTERACTIVE_RETRY_POLICY: RetryPolicy = { ...DEFAULT_RETRY_POLICY, maxAttempts: 3, retryTimeout: 3_000 };

/** The next wait in milliseconds, after this number of earlier ones. */
export function delayAfter(
  waits: number,
  { initialDelay, maxDelay = initialDelay, backoffRate = 2, jitter = 0 }: Delays,
): number {
  return Math.min(initialDelay * backoffRate ** waits, maxDelay) * (1 - jitter * Math.random());
}

/** The waits of work that is tried until it succeeds or its time is over. */
export class Backoff {
  readonly #policy: Delays & { readonly retryTimeout?: number | undefined };
  #since = performance.now();
  #waits = 0;

  /** @param policy without a `retryTimeout`, the time is never over */
  constructor(policy: Delays & { readonly retryTimeout?: number | undefined } = DEFAULT_RETRY_POLICY) {
    this.#policy = policy;
  }

  /** Whether there was no success for as long as the policy allows. */
  get timedOut(): boolean {
    return performance.now() - this.#since >= (this.#policy.retryTimeout ?? Number.POSITIVE_INFINITY);
  }

  /** Notes a success: waits are short again, and the time begins again. */
  reset(): void {
    this.#since = performance.now();
    this.#waits = 0;
  }

  /**
   * Waits, longer each time.
   * @param atLeast what the service has advised, in milliseconds
   * @throws AbortError
   */
  async wait(abortSignal?: AbortSignal, atLeast = 0): Promise<void> {
    const delay = Math.max(delayAfter(this.#waits, this.#policy), atLeast);
    this.#waits += 1;
    await pause(delay, abortSignal);
  }
}

/**
 * Sends a request again for as long as it is throttled, beyond the SDK's own retries.
 * @param passes whether the service takes the request a little later; throttling unless given
 * @throws what `send` throws; AbortError
 *
 * @example
 * ```ts
 * import { retryThrottled } from '@cumulus/dynamodb/aws';
 *
 * declare const send: () => Promise<string>;
 * const answer = await retryThrottled(send);
 * ```
 */
export async function retryThrottled<T>(
  send: () => Promise<T>,
  abortSignal?: AbortSignal,
  backoff = new Backoff(),
  passes: (error: unknown) => boolean = isThrottling,
): Promise<T> {
  for (;;) {
    try {
      return await send();
    } catch (error) {
      if (!passes(error) || backoff.timedOut) throw error;
      await backoff.wait(abortSignal);
    }
  }
}
