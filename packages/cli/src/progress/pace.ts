import type { Progress } from '@cumulus/dynamodb';

/** How fast a work goes. */
export interface Pace {
  readonly itemsPerSecond: number;
  readonly bytesPerSecond: number;
  /** Seconds until it is done; undefined where that cannot be told. */
  readonly secondsLeft: number | undefined;
}

/**
 * Measures the pace of a phase from its first report on, so that what an interrupted run had done before does not
 * count.
 */
export class PaceMeter {
  #first: Progress | undefined;
  #startedAt = 0;

  measure(progress: Progress, now: number = performance.now()): Pace {
    const first = this.#first;
    if (first === undefined || first.table !== progress.table || first.phase !== progress.phase) {
      this.#first = progress;
      this.#startedAt = now;
      return { itemsPerSecond: 0, bytesPerSecond: 0, secondsLeft: undefined };
    }
    const seconds = (now - this.#startedAt) / 1000;
    const itemsPerSecond = seconds > 0 ? (progress.items - first.items) / seconds : 0;
    const bytesPerSecond = seconds > 0 ? (progress.bytes - first.bytes) / seconds : 0;
    const itemsLeft = (progress.expectedItems ?? 0) - progress.items;
    return {
      itemsPerSecond,
      bytesPerSecond,
      secondsLeft: itemsLeft > 0 && itemsPerSecond > 0 ? itemsLeft / itemsPerSecond : undefined,
    };
  }
}
