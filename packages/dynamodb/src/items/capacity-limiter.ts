import { pause } from '../aws/pause.ts';

/**
 * Holds requests back so that on average no more than a number of capacity units a second are used. DynamoDB says what
 * a request has used only afterwards; so each waits until those before it are paid for, with its own estimate.
 */
export class CapacityLimiter {
  readonly #unitsPerSecond: number;
  /** When all that was reserved or used so far is paid for, in milliseconds of `performance.now()`. */
  #paidAt = 0;

  /** @param unitsPerSecond read or write capacity units a second, more than 0 */
  constructor(unitsPerSecond: number) {
    this.#unitsPerSecond = unitsPerSecond;
  }

  /** Waits until the units used so far are paid for, and reserves an estimate of what the next request will use. */
  async reserve(estimatedUnits: number, abortSignal?: AbortSignal): Promise<void> {
    const start = Math.max(this.#paidAt, performance.now());
    this.#paidAt = start + this.#milliseconds(estimatedUnits);
    const wait = start - performance.now();
    if (wait > 0) await pause(wait, abortSignal);
  }

  /** Corrects a reservation by what the request has really used. */
  settle(estimatedUnits: number, usedUnits: number): void {
    this.#paidAt += this.#milliseconds(usedUnits - estimatedUnits);
  }

  #milliseconds(units: number): number {
    return (units / this.#unitsPerSecond) * 1000;
  }
}
