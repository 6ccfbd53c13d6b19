import { setTimeout as sleep } from 'node:timers/promises';
import { isThrottling } from './aws-errors.ts';

/** The first and the longest wait between two tries, in milliseconds. */
const FIRST_WAIT = 50;
const MAX_WAIT = 10_000;

/** How long throttling may last without a request getting through, in milliseconds: a table doubles its capacity within. */
const MAX_THROTTLING = 5 * 60_000;

/** The same for who is waited for. */
const SHORT_THROTTLING = 3_000;

/** The clients that ask for somebody who waits. */
const hurried = new WeakSet<object>();

/** Lets throttling of a client's requests be outlasted for seconds only. */
export function hurry(client: object): void {
  hurried.add(client);
}

/** As much patience as whoever asks by this client has. */
export function patienceOf(client: object): Patience {
  return new Patience(hurried.has(client) ? SHORT_THROTTLING : MAX_THROTTLING);
}

/** Waits that double from try to try, each shortened by chance so that many callers do not come back at once. */
export class Patience {
  readonly #since = performance.now();
  readonly #longest: number;
  #next = FIRST_WAIT;

  /** @param longest how long to go on trying, in milliseconds */
  constructor(longest = MAX_THROTTLING) {
    this.#longest = longest;
  }

  /** Whether to go on trying. */
  get lasts(): boolean {
    return performance.now() - this.#since < this.#longest;
  }

  async wait(abortSignal?: AbortSignal): Promise<void> {
    const time = this.#next * (0.5 + Math.random() / 2);
    this.#next = Math.min(this.#next * 2, MAX_WAIT);
    await sleep(time, undefined, abortSignal === undefined ? {} : { signal: abortSignal });
  }
}

/** Sends a request again for as long as it is throttled, beyond the SDK's own retries, up to five minutes unless told. */
export async function outlastThrottling<T>(
  send: () => Promise<T>,
  abortSignal?: AbortSignal,
  patience = new Patience(),
): Promise<T> {
  for (;;) {
    try {
      return await send();
    } catch (error) {
      if (!isThrottling(error) || !patience.lasts) throw error;
      await patience.wait(abortSignal);
    }
  }
}

/** Sends, but rejects as soon as a signal is aborted: the SDK waits between its retries without listening to it. */
export async function abortable<T>(send: () => Promise<T>, abortSignal: AbortSignal | undefined): Promise<T> {
  if (abortSignal === undefined) return send();
  abortSignal.throwIfAborted();
  let onAbort = (): void => {};
  const aborted = new Promise<never>((_, reject) => {
    onAbort = () => reject(abortSignal.reason);
    abortSignal.addEventListener('abort', onAbort, { once: true });
  });
  try {
    return await Promise.race([send(), aborted]);
  } finally {
    abortSignal.removeEventListener('abort', onAbort);
  }
}
