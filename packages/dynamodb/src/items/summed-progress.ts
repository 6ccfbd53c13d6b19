import type { ItemProgress, ProgressListener } from './progress.ts';

/** Reports several readings that go on at once as one: how far all of them have come together. */
export class SummedProgress {
  readonly #onProgress: ProgressListener | undefined;
  readonly #of: Pick<ItemProgress, 'phase' | 'table' | 'expectedItems'>;
  #items = 0;
  #bytes = 0;

  /** @param of what all of it is */
  constructor(onProgress: ProgressListener | undefined, of: Pick<ItemProgress, 'phase' | 'table' | 'expectedItems'>) {
    this.#onProgress = onProgress;
    this.#of = of;
  }

  /** Takes the progress of one reading. */
  part(): ProgressListener {
    let before = { items: 0, bytes: 0 };
    return ({ items, bytes }) => {
      this.#items += items - before.items;
      this.#bytes += bytes - before.bytes;
      before = { items, bytes };
      this.#onProgress?.({ ...this.#of, items: this.#items, bytes: this.#bytes });
    };
  }
}
