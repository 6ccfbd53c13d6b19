import { setFlagsFromString } from 'node:v8';
import type { Worker } from 'node:worker_threads';

/**
 * For work that makes and drops objects for each value of a file: the heap is held near its size at the start, instead of
 * growing to several times that over a long file. Peak memory is then the same for files of any length.
 *
 * @example
 * ```ts
 * import { keepHeapSmall } from '@cumulus/cli';
 *
 * keepHeapSmall();
 * ```
 */
export function keepHeapSmall(): void {
  setFlagsFromString('--heap-growing-percent=50');
  keepSemiSpaceSmall();
  // V8 makes the factor 2 for all threads when another one starts.
  process.off('worker', keepSmallWithWorker);
  process.on('worker', keepSmallWithWorker);
}

function keepSmallWithWorker(worker: Worker): void {
  worker.once('online', keepSemiSpaceSmall);
}

function keepSemiSpaceSmall(): void {
  setFlagsFromString('--semi-space-growth-factor=1');
}

/** The V8 of Node 20. Later ones wait by themselves, and do not know the setting. */
const OPTIMIZES_EARLY = /^11\./;

/**
 * For work that takes seconds, and in which native code does most: its functions are compiled with optimization once they
 * have run fifteen times as long as V8 would wait for. A restore of 44 MB takes 0.87 instead of 0.98 processor seconds.
 */
export function optimizeLate(): void {
  if (OPTIMIZES_EARLY.test(process.versions.v8)) setFlagsFromString('--interrupt-budget=1000000');
}
