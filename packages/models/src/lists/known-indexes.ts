import { IndexMissingError } from '../errors.ts';

/** For how long an index is taken to be missing before it is looked for again, in milliseconds. */
const DEFAULT_MISSING_TIME = 60_000;

/** A table has fewer indexes. */
const MAX_TRIES = 25;

/**
 * Which indexes a table turned out not to have: those of this release that nobody has added yet, or that a deployment
 * leaves out. They are looked for again after a minute.
 */
export class KnownIndexes {
  readonly #missing = new Map<string, number>();
  readonly #warned = new Set<string>();
  readonly #warn: (warning: string) => void;
  readonly #missingTime: number;

  /** @param warn called once for each index that is missing @param missingTime after which it is looked for again, in milliseconds */
  constructor(warn: (warning: string) => void, missingTime = DEFAULT_MISSING_TIME) {
    this.#warn = warn;
    this.#missingTime = missingTime;
  }

  has(index: string): boolean {
    const since = this.#missing.get(index);
    return since === undefined || performance.now() - since >= this.#missingTime;
  }

  noteMissing(error: IndexMissingError): void {
    this.#missing.set(error.index, performance.now());
    if (this.#warned.has(error.index)) return;
    this.#warned.add(error.index);
    this.#warn(error.message);
  }

  /** Works again, by another way, while an index turns out to be missing. */
  async retrying<T>(work: () => Promise<T>): Promise<T> {
    for (let tries = 1; ; tries += 1) {
      try {
        return await work();
      } catch (error) {
        if (!(error instanceof IndexMissingError) || tries === MAX_TRIES) throw error;
        this.noteMissing(error);
      }
    }
  }
}
