import { type AwsError, Backoff, explainAwsError } from '@cumulus/dynamodb/aws';
import { askService, ServiceUnavailableError } from '../../aws/ask-service.ts';

/** The waits between two tries. */
const DELAYS = { initialDelay: 250, maxDelay: 10_000, jitter: 0.5 };

/** The silence after which a warning is given, in milliseconds. */
const QUIET = 3_000;

/** How long to wait for a first answer, in milliseconds: the address may be wrong. */
const FIRST_SILENCE = 8_000;

export interface RetryOptions {
  /** The region, for errors. */
  readonly region: string;
  /** How long it may be silent after its first answer, in milliseconds. */
  readonly maxSilence: number;
  readonly abortSignal: AbortSignal;
  readonly onWarning: (warning: string) => void;
}

/** Asks CloudWatch Logs again while it throttles, fails or cannot be reached. */
export class RetriedRequests {
  readonly #options: RetryOptions;
  #isReached = false;
  #answeredAt = 0;
  #hasWarned = false;

  constructor(options: RetryOptions) {
    this.#options = options;
  }

  /**
   * @param action its IAM name after `logs:`
   * @throws CumulusError that says what to do
   */
  async send<T>(send: () => Promise<T>, action: string): Promise<T> {
    const { maxSilence, abortSignal } = this.#options;
    const started = performance.now();
    for (const backoff = new Backoff(DELAYS); ; ) {
      try {
        const answer = await askService('CloudWatch Logs', send);
        this.#isReached = true;
        this.#answeredAt = performance.now();
        this.#hasWarned = false;
        return answer;
      } catch (error) {
        if (!(error instanceof ServiceUnavailableError)) throw this.#explain(error, action);
        const cause = error.cause as AwsError;
        // Throttling is an answer too.
        this.#isReached ||= cause.$metadata?.httpStatusCode !== undefined;
        const silence = performance.now() - Math.max(started, this.#answeredAt);
        if (silence >= (this.#isReached ? maxSilence : FIRST_SILENCE)) throw this.#explain(cause, action);
        if (silence >= QUIET) this.#warn(cause);
        await backoff.wait(abortSignal);
      }
    }
  }

  #warn({ name, message }: Error): void {
    if (this.#hasWarned) return;
    this.#hasWarned = true;
    this.#options.onWarning(
      `CloudWatch Logs does not answer just now (${name}: ${message}); the request is repeated until it does.`,
    );
  }

  #explain(error: unknown, action: string): unknown {
    return explainAwsError(error, {
      service: `CloudWatch Logs in ${this.#options.region}`,
      what: action,
      whenDenied: [`Allow the IAM action logs:${action}; docs/how-to/read-logs.md has a policy.`],
      whenThrottled: ['Try again later.'],
    });
  }
}
