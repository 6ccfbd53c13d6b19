import type { Progress } from '@cumulus/dynamodb';
import { Presets, SingleBar } from 'cli-progress';
import type { Output } from '../io.ts';
import { PaceMeter } from './pace.ts';
import { describeProgress } from './progress-words.ts';
import type { ProgressDisplay } from './show-progress.ts';

const BAR_WIDTH = 20;

/** Progress for a terminal: a bar as far as the end is known, with what was done in words. */
export class ProgressBar implements ProgressDisplay {
  readonly #output: Output;
  readonly #meter = new PaceMeter();
  #bar: SingleBar | undefined;

  constructor(output: Output) {
    this.#output = output;
  }

  update(progress: Progress): void {
    const { items, phase, table } = progress;
    const payload = { phase, table, done: describeProgress(progress, this.#meter.measure(progress)) };
    // An estimate may be too low, or unknown.
    const total = Math.max(progress.expectedItems ?? 0, items);
    if (this.#bar === undefined) {
      this.#bar = this.#newBar();
      this.#bar.start(total, items, payload);
    } else {
      this.#bar.setTotal(total);
      this.#bar.update(items, payload);
    }
  }

  clear(): void {
    this.#bar?.stop();
    this.#bar = undefined;
  }

  end(): void {
    this.clear();
  }

  #newBar(): SingleBar {
    return new SingleBar(
      {
        stream: this.#output as NodeJS.WriteStream,
        format: '{phase} {table} [{bar}] {percentage}% {done}',
        barsize: BAR_WIDTH,
        clearOnComplete: true,
        hideCursor: true,
      },
      Presets.legacy,
    );
  }
}
