import type { Progress } from '@cumulus/dynamodb/items';

/** How fast a work goes. */
export interface Pace {
  /** Seconds since the first report. */
  readonly seconds: number;
  readonly itemsPerSecond: number;
  readonly bytesPerSecond: number;
  /** Seconds until it is done; undefined where that is unknown. */
  readonly secondsLeft: number | undefined;
}

/** What a work that goes on inside AWS has gone through itself. */
const NO_ITEMS = { items: 0, bytes: 0, expectedItems: undefined };

/**
 * Measures the pace of a phase from its first report on, so that what an interrupted run had done before does not
 * count.
 */
export class PaceMeter {
  #first: Progress | undefined;
  #startedAt = 0;

  measure(progress: Progress, now: number = performance.now()): Pace {
    if (this.#first === undefined || !isContinued(this.#first, progress)) {
      this.#first = progress;
      this.#startedAt = now;
    }
    const first = 'items' in this.#first ? this.#first : NO_ITEMS;
    const { items, bytes, expectedItems = 0 } = 'items' in progress ? progress : NO_ITEMS;
    const seconds = (now - this.#startedAt) / 1000;
    const itemsPerSecond = seconds > 0 ? (items - first.items) / seconds : 0;
    const bytesPerSecond = seconds > 0 ? (bytes - first.bytes) / seconds : 0;
    const itemsLeft = expectedItems - items;
    return {
      seconds,
      itemsPerSecond,
      bytesPerSecond,
      secondsLeft: itemsLeft > 0 && itemsPerSecond > 0 ? itemsLeft / itemsPerSecond : undefined,
    };
  }
}

/** Whether a report goes on from the first one. Work that begins to count again has no pace from before. */
function isContinued(first: Progress, progress: Progress): boolean {
  const isOfOne = first.table === progress.table && first.phase === progress.phase;
  return isOfOne && !('items' in first && 'items' in progress && progress.items < first.items);
}
