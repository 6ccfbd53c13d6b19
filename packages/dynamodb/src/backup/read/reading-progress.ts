import type { ItemProgress, ProgressListener } from '../../items/progress.ts';

/** After how many items the progress is reported. */
const REPORTED_ITEMS = 1_000;

/** Counts the items of a backup as they are read, and reports how far the reading has come. */
export class ReadingProgress {
  readonly #onProgress: ProgressListener | undefined;
  readonly #of: Pick<ItemProgress, 'phase' | 'table' | 'expectedItems'>;
  #items = 0;
  #bytes = 0;

  /** @param of what is read, and for what */
  constructor(onProgress: ProgressListener | undefined, of: Pick<ItemProgress, 'phase' | 'table' | 'expectedItems'>) {
    this.#onProgress = onProgress;
    this.#of = of;
  }

  get items(): number {
    return this.#items;
  }

  /** Counts an item. @param length of its line, in bytes */
  count(length: number): void {
    this.#items += 1;
    this.#bytes += length;
    if (this.#items % REPORTED_ITEMS === 0) {
      this.#onProgress?.({ ...this.#of, items: this.#items, bytes: this.#bytes });
    }
  }
}
