import type { Progress } from '@cumulus/dynamodb/items';
import type { Output } from '../../terminal/io.ts';
import { describeProgress } from './describe-progress.ts';
import { PaceMeter } from './pace.ts';
import type { ProgressDisplay } from './progress-display.ts';

/** The time between two lines, in milliseconds. */
const INTERVAL = 5_000;

/** Progress for a log: a plain line every few seconds, also when nothing moves. */
export class ProgressLines implements ProgressDisplay {
  readonly #output: Output;
  readonly #meter = new PaceMeter();
  readonly #timer = setInterval(() => this.#write(), INTERVAL).unref();
  #latest: Progress | undefined;

  constructor(output: Output) {
    this.#output = output;
  }

  update(progress: Progress): void {
    // It goes on for months, and a log has its notes.
    if (progress.phase === 'following') return;
    this.#meter.measure(progress);
    this.#latest = progress;
  }

  clear(): void {
    this.#latest = undefined;
  }

  end(): void {
    clearInterval(this.#timer);
  }

  #write(): void {
    if (this.#latest === undefined) return;
    const { phase, table } = this.#latest;
    this.#output.write(`${phase} ${table}: ${describeProgress(this.#latest, this.#meter.measure(this.#latest))}\n`);
  }
}
