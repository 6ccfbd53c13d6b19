import type { Progress } from '@cumulus/dynamodb/items';
import { SingleBar } from 'cli-progress';
import type { Output } from '../../terminal/io.ts';
import { printable } from '../printable.ts';
import { progressParts } from './describe-progress.ts';
import { PaceMeter } from './pace.ts';
import type { ProgressDisplay } from './progress-display.ts';
import { fitProgressLine, type ProgressLine } from './progress-line.ts';

/** Progress for a terminal: a bar as far as the end is known, with what was done in words, on one line of its width. */
export class ProgressBar implements ProgressDisplay {
  readonly #output: Output;
  readonly #meter = new PaceMeter();
  #bar: SingleBar | undefined;
  #shown: ProgressLine | undefined;

  constructor(output: Output) {
    this.#output = output;
  }

  update(progress: Progress): void {
    const { phase, table } = progress;
    const { items, expectedItems = 0 } = 'items' in progress ? progress : { items: 0 };
    this.#shown = {
      phase,
      table: printable(table),
      // An estimate may be too low.
      share: expectedItems > 0 && items <= expectedItems ? items / expectedItems : undefined,
      parts: progressParts(progress, this.#meter.measure(progress)).map(({ text, rank }) => ({
        text: printable(text),
        rank,
      })),
    };
    if (this.#bar !== undefined) return;
    this.#bar = this.#newBar();
    this.#bar.start(1, 0);
  }

  clear(): void {
    this.#bar?.stop();
    this.#bar = undefined;
  }

  end(): void {
    this.clear();
  }

  #newBar(): SingleBar {
    return new SingleBar({
      stream: this.#output as NodeJS.WriteStream,
      // Asked each time that it draws, so that it keeps to a width that changes. In the last column a cursor is on no line for sure.
      format: (_options, { maxWidth }) => (this.#shown === undefined ? '' : fitProgressLine(this.#shown, maxWidth - 1)),
      clearOnComplete: true,
      hideCursor: true,
    });
  }
}
