import { classifyAwsError, isTransient } from '../../aws/classify-error.ts';
import { CumulusError, RequestFailedError } from '../../aws/errors.ts';
import { Backoff } from '../../aws/retry-policy.ts';
import { FileError } from '../../storage/errors.ts';

/** The wait before the first try again, in milliseconds. */
const FIRST_WAIT = 1_000;

/** What passes by itself, or once a person has mended it: nothing is lost meanwhile for as long as the stream keeps its changes. */
const PASSING = new Set(['THROTTLED', 'CONNECTION_FAILED', 'CREDENTIALS_REFUSED', 'TABLE_NOT_FOUND', 'NOT_ARCHIVABLE']);

interface OutageOptions {
  /** The longest wait between two tries, in milliseconds. */
  readonly maxWait: number;
  /** How long all has to go well again before the outage is over, in milliseconds. */
  readonly endsAfter: number;
  readonly onBegin: (error: CumulusError) => void;
  readonly onEnd: () => void;
}

/** A time in which a table cannot be followed. It is reported once, however many tries fail. */
export class Outage {
  readonly #options: OutageOptions;
  readonly #backoff: Backoff;
  #isOn = false;
  #triedAt = 0;

  constructor(options: OutageOptions) {
    const { maxWait } = options;
    this.#options = options;
    this.#backoff = new Backoff({ initialDelay: Math.min(FIRST_WAIT, maxWait), maxDelay: maxWait, jitter: 0.5 });
  }

  /**
   * Waits until the next try, longer each time.
   * @throws the error itself, if it does not pass; AbortError
   */
  async wait(error: unknown, abortSignal?: AbortSignal): Promise<void> {
    if (!(error instanceof CumulusError) || !passes(error)) throw error;
    if (!this.#isOn) this.#options.onBegin(error);
    this.#isOn = true;
    await this.#backoff.wait(abortSignal);
    this.#triedAt = performance.now();
  }

  /** Notes that something was written, which ends the outage if it has gone well for a while. */
  takeWritten(): void {
    if (!this.#isOn || performance.now() - this.#triedAt < this.#options.endsAfter) return;
    this.#isOn = false;
    this.#backoff.reset();
    this.#options.onEnd();
  }
}

function passes(error: CumulusError): boolean {
  if (error.code === 'REQUEST_FAILED') return isTransient(error.cause) || isStreamGone(error);
  return PASSING.has(error.code) || (error instanceof FileError && error.next === 'continue');
}

/** Whether a request failed since there is no such stream any more. */
export function isStreamGone(error: unknown): boolean {
  return error instanceof RequestFailedError && classifyAwsError(error.cause) === 'not found';
}
