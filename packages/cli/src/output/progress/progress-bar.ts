import type { Progress } from '@cumulus/dynamodb/items';
import { Presets, SingleBar } from 'cli-progress';
import type { Output } from '../../terminal/io.ts';
import { printable } from '../printable.ts';
import { describeProgress } from './describe-progress.ts';
import { PaceMeter } from './pace.ts';
import type { ProgressDisplay } from './progress-display.ts';

const BAR_WIDTH = 20;

const ITEMS_FORMAT = '{phase} {table} [{bar}] {percentage}% {done}';
/** For work of AWS, which does not say how far it has come. */
const WAIT_FORMAT = '{phase} {table}: {done}';

/** Progress for a terminal: a bar as far as the end is known, with what was done in words. */
export class ProgressBar implements ProgressDisplay {
  readonly #output: Output;
  readonly #meter = new PaceMeter();
  #bar: SingleBar | undefined;
  #barIsOfWait = false;

  constructor(output: Output) {
    this.#output = output;
  }

  update(progress: Progress): void {
    const { phase, table } = progress;
    const done = describeProgress(progress, this.#meter.measure(progress));
    const payload = { phase, table: printable(table), done: printable(done) };
    const isWait = !('items' in progress);
    const { items, expectedItems = 0 } = isWait ? { items: 0 } : progress;
    // An estimate may be too low, or unknown.
    const total = Math.max(expectedItems, items);
    if (this.#barIsOfWait !== isWait) this.clear();
    if (this.#bar === undefined) {
      this.#bar = this.#newBar(isWait ? WAIT_FORMAT : ITEMS_FORMAT);
      this.#barIsOfWait = isWait;
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

  #newBar(format: string): SingleBar {
    return new SingleBar(
      {
        stream: this.#output as NodeJS.WriteStream,
        format,
        barsize: BAR_WIDTH,
        clearOnComplete: true,
        hideCursor: true,
      },
      Presets.legacy,
    );
  }
}
