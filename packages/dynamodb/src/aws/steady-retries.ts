import type { RetryErrorInfo, RetryStrategyV2, RetryToken } from '@smithy/types';

/** The longest wait before the second attempt, in milliseconds; it doubles from attempt to attempt up to the last one. */
const FIRST_WAIT = { TRANSIENT: 50, THROTTLING: 1_000 } as const;
const MAX_WAIT = 20_000;

/**
 * Retries like the SDK's own, by the same errors, each request for itself. The SDK's draw on one stock of 500 tokens
 * that only a retry's success fills again: a conditional put that is refused is none, nor is the second failure of two.
 * In a work of millions of requests a few errors in a thousand use it up, and from then on any error is final.
 */
export class SteadyRetries implements RetryStrategyV2 {
  readonly #maxAttempts: number;

  constructor(maxAttempts: number) {
    this.#maxAttempts = maxAttempts;
  }

  async acquireInitialRetryToken(): Promise<RetryToken> {
    return token(0, 0);
  }

  async refreshRetryTokenForRetry(previous: RetryToken, { errorType }: RetryErrorInfo): Promise<RetryToken> {
    const retries = previous.getRetryCount() + 1;
    if ((errorType !== 'TRANSIENT' && errorType !== 'THROTTLING') || retries >= this.#maxAttempts) {
      // The caller takes any rejection for a no, and throws what DynamoDB said.
      throw new Error('no further attempt');
    }
    const longest = Math.min(FIRST_WAIT[errorType] * 2 ** (retries - 1), MAX_WAIT);
    return token(retries, longest * (0.5 + Math.random() / 2));
  }

  recordSuccess(): void {
    // Nothing was taken that would have to be given back.
  }
}

function token(retries: number, delay: number): RetryToken {
  return { getRetryCount: () => retries, getRetryDelay: () => delay };
}
