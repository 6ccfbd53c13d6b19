/**
 * Takes the results of tasks that end in any order, in the order of the tasks. A result waits until all tasks before
 * its own have ended, so that a continuation leaves no gap.
 */
export class InOrder<Result> {
  readonly #ended = new Map<number, Result>();
  readonly #take: (result: Result) => void;
  #next = 0;

  /** @param take gets the results in the order of their works, each once all before it have ended */
  constructor(take: (result: Result) => void) {
    this.#take = take;
  }

  /** @param index of the work, counted from 0 */
  end(index: number, result: Result): void {
    this.#ended.set(index, result);
    for (;;) {
      const next = this.#ended.get(this.#next);
      if (next === undefined) return;
      this.#ended.delete(this.#next);
      this.#next += 1;
      this.#take(next);
    }
  }
}
