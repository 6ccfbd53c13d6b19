/** The time between two checkpoints, in milliseconds: after a kill, at most this much work is repeated. */
const INTERVAL = 1_000;

/**
 * Saves the state of some work from time to time, while the work goes on. If a save fails, the next offer throws, so that
 * work that could not be resumed does not go on.
 */
export class Checkpoints<State> {
  readonly #save: (state: State) => Promise<void>;
  #saving: Promise<void> | undefined;
  #failure: { readonly error: unknown } | undefined;
  #savedAt = Number.NEGATIVE_INFINITY;

  constructor(save: (state: State) => Promise<void>) {
    this.#save = save;
  }

  /** Begins to save if it is time to. */
  offer(state: () => State): void {
    if (this.#failure !== undefined) throw this.#failure.error;
    if (this.#saving !== undefined || performance.now() - this.#savedAt < INTERVAL) return;
    this.#saving = this.#save(state())
      .catch((error: unknown) => {
        this.#failure = { error };
      })
      .finally(() => {
        this.#savedAt = performance.now();
        this.#saving = undefined;
      });
  }

  /** Saves now, after whatever is being saved. */
  async save(state: State): Promise<void> {
    await this.settle();
    await this.#save(state);
    this.#savedAt = performance.now();
  }

  /** Waits for what is being saved. */
  async settle(): Promise<void> {
    await this.#saving;
  }
}
