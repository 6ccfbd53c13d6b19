import { numberBetween, type Random } from '../test/kit/faults/random.ts';

/** Decides which of the calls that match are struck: a few by number, or all from one number on. */
export class Strikes {
  readonly #numbers = new Set<number>();
  readonly #from: number;
  #calls = 0;
  #hits = 0;

  constructor(numbers: readonly number[], from = Number.POSITIVE_INFINITY) {
    for (const number of numbers) this.#numbers.add(number);
    this.#from = from;
  }

  /** Of the first calls, by chance. */
  static few(random: Random, { among = 6, most = 3 } = {}): Strikes {
    const count = numberBetween(random, 1, most);
    // The first is always struck, in case there are no more.
    return new Strikes([1, ...Array.from({ length: count - 1 }, () => numberBetween(random, 1, among))]);
  }

  static one(random: Random, among: number): Strikes {
    return new Strikes([numberBetween(random, 1, among)]);
  }

  static lasting(random: Random, among = 4): Strikes {
    return new Strikes([], numberBetween(random, 1, among));
  }

  /** Counts a call, and says whether it is to be struck. */
  next(): boolean {
    this.#calls += 1;
    const hit = this.#numbers.has(this.#calls) || this.#calls >= this.#from;
    if (hit) this.#hits += 1;
    return hit;
  }

  get hits(): number {
    return this.#hits;
  }
}
