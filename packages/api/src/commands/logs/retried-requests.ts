import { type AwsError, Backoff, explainAwsError } from '@cumulus/dynamodb/aws';
import { askService, ServiceUnavailableError } from '../../aws/ask-service.ts';

/** The waits between two tries. */
const DELAYS = { initialDelay: 250, maxDelay: 10_000, jitter: 0.5 };

/** After so many milliseconds without an answer it is told that there is none. */
const QUIET = 3_000;

/** How long is waited for whoever has not answered once, in milliseconds: the address may be wrong. */
const FIRST_SILENCE = 8_000;

export interface PatientAskingOptions {
  /** Where CloudWatch is asked, for errors. */
  readonly region: string;
  /** How long it may be silent after its first answer, in milliseconds. */
  readonly longestSilence: number;
  readonly abortSignal: AbortSignal;
  readonly onWarning: (warning: string) => void;
}

/** Asks CloudWatch Logs again while it throttles, fails or cannot be reached. */
export class RetriedRequests {
  readonly #options: PatientAskingOptions;
  #isReached = false;
  #answeredAt = 0;
  #isTold = false;

  constructor(options: PatientAskingOptions) {
    this.#options = options;
  }

  /**
   * @param action its name, as IAM has it after `logs:`
   * @throws CumulusError that says what to do
   */
  async send<T>(send: () => Promise<T>, action: string): Promise<T> {
    const { longestSilence, abortSignal } = this.#options;
    const begun = performance.now();
    for (const backoff = new Backoff(DELAYS); ; ) {
      try {
        const answer = await askService('CloudWatch Logs', send);
        this.#isReached = true;
        this.#answeredAt = performance.now();
        this.#isTold = false;
        return answer;
      } catch (error) {
        if (!(error instanceof ServiceUnavailableError)) throw this.#explain(error, action);
        const cause = error.cause as AwsError;
        // Throttling is an answer, too.
        this.#isReached ||= cause.$metadata?.httpStatusCode !== undefined;
        const silence = performance.now() - Math.max(begun, this.#answeredAt);
        if (silence >= (this.#isReached ? longestSilence : FIRST_SILENCE)) throw this.#explain(cause, action);
        if (silence >= QUIET) this.#tell(cause);
        await backoff.wait(abortSignal);
      }
    }
  }

  #tell({ name, message }: Error): void {
    if (this.#isTold) return;
    this.#isTold = true;
    this.#options.onWarning(
      `CloudWatch Logs does not answer just now (${name}: ${message}); it is asked until it does.`,
    );
  }

  #explain(error: unknown, action: string): unknown {
    return explainAwsError(error, {
      service: `CloudWatch Logs in ${this.#options.region}`,
      what: action,
      whenDenied: [`Allow the IAM action logs:${action}; docs/logs.md has a policy.`],
      whenThrottled: ['Try again later.'],
    });
  }
}
