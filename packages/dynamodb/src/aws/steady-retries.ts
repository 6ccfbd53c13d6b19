import type { RetryErrorInfo, RetryStrategyV2, RetryToken } from '@smithy/types';
import { Backoff, DEFAULT_RETRY_POLICY, delayAfter, type RetryPolicy } from './retry-policy.ts';

/** The waits between the attempts of one request. */
const DELAYS = {
  TRANSIENT: { initialDelay: 50, maxDelay: 20_000, jitter: 0.5 },
  THROTTLING: { initialDelay: 1_000, maxDelay: 20_000, jitter: 0.5 },
} as const;

/**
 * Retries the same errors as the SDK's own strategy, but each request by itself. The SDK's strategy takes its retries
 * from one stock of 500 tokens, which only a successful retry refills; a refused conditional put is no success. In work
 * of millions of requests, a few errors in a thousand use the stock up, and from then on any error is final.
 */
export class SteadyRetries implements RetryStrategyV2 {
  readonly policy: RetryPolicy;

  constructor(policy: RetryPolicy) {
    this.policy = policy;
  }

  async acquireInitialRetryToken(): Promise<RetryToken> {
    return token(0, 0);
  }

  async refreshRetryTokenForRetry(previous: RetryToken, { errorType }: RetryErrorInfo): Promise<RetryToken> {
    const retries = previous.getRetryCount() + 1;
    if ((errorType !== 'TRANSIENT' && errorType !== 'THROTTLING') || retries >= this.policy.maxAttempts) {
      // The SDK takes any rejection as a no, and throws DynamoDB's error.
      throw new Error('no further attempt');
    }
    return token(retries, delayAfter(retries - 1, DELAYS[errorType]));
  }

  recordSuccess(): void {
    // There is nothing to give back.
  }
}

function token(retries: number, delay: number): RetryToken {
  return { getRetryCount: () => retries, getRetryDelay: () => delay };
}

/** A client, as far as its retries matter here. */
interface RetryingClient {
  readonly config: { readonly retryStrategy: () => Promise<unknown> };
}

/**
 * Waits by the policy that a client was made with; by the default for one that was made in another way.
 *
 * @example
 * ```ts
 * import { backoffOf, createClient } from '@cumulus/dynamodb/aws';
 *
 * const client = createClient({ region: 'us-east-1' });
 * declare const write: () => Promise<boolean>;
 * for (const backoff = await backoffOf(client); !(await write()); await backoff.wait()) {
 *   if (backoff.timedOut) throw new Error('Others keep writing the same record.');
 * }
 * ```
 */
export async function backoffOf({ config }: RetryingClient): Promise<Backoff> {
  const strategy = await config.retryStrategy();
  return new Backoff(strategy instanceof SteadyRetries ? strategy.policy : DEFAULT_RETRY_POLICY);
}
