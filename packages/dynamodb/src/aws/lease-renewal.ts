import { SerialQueue } from './serial-queue.ts';

export interface LeaseRenewalOptions {
  /** How often it is renewed, in milliseconds. */
  readonly interval: number;
  /** Renews it. What it throws is tried again at the next time. @returns false if another process has the lease */
  readonly renew: () => Promise<boolean>;
  /** What the work under the lease ends with once it is lost. */
  readonly lostError: () => Error;
}

/**
 * Renews a lease until it is given back or lost, wherever it is stored. Of two renewals at once the one would take the other
 * for another process; so they never overlap. It does not keep the process alive.
 *
 * @example
 * ```ts
 * import { LeaseRenewal } from '@cumulus/dynamodb/aws';
 *
 * declare function renew(): Promise<boolean>;
 * declare function work(abortSignal: AbortSignal): Promise<void>;
 * const renewal = new LeaseRenewal({ interval: 15_000, renew, lostError: () => new Error('Another process goes on.') });
 * await work(renewal.lost).finally(() => renewal.end());
 * ```
 */
export class LeaseRenewal {
  readonly #options: LeaseRenewalOptions;
  readonly #queue = new SerialQueue();
  readonly #lost = new AbortController();
  readonly #timer: NodeJS.Timeout;
  #underWay = 0;

  constructor(options: LeaseRenewalOptions) {
    this.#options = options;
    this.#timer = setInterval(() => {
      if (this.#underWay === 0) this.renewNow().catch(() => undefined);
    }, options.interval);
    this.#timer.unref();
  }

  /** Aborted with the error once another process has the lease. */
  get lost(): AbortSignal {
    return this.#lost.signal;
  }

  /** Renews it at once. @throws the error if it is lost; what `renew` throws */
  async renewNow(): Promise<void> {
    this.#underWay += 1;
    try {
      await this.#queue.run(async () => {
        this.lost.throwIfAborted();
        this.demand(await this.#options.renew());
      });
    } finally {
      this.#underWay -= 1;
    }
  }

  /** Takes what a request on condition of the lease has found. @throws the error, if it was that the lease is another's */
  demand(isHeld: boolean): void {
    if (isHeld) return;
    clearInterval(this.#timer);
    this.#lost.abort(this.#options.lostError());
    this.lost.throwIfAborted();
  }

  /** Ends the renewing. @returns once a renewal that is under way has ended */
  async end(): Promise<void> {
    clearInterval(this.#timer);
    await this.#queue.run(async () => undefined);
  }
}
