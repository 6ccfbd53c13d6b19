/** Numbers described, by the names that Elasticsearch's extended stats have; null where there are no numbers. */
export interface NumbersDescribed {
  readonly count: number;
  readonly min: number | null;
  readonly max: number | null;
  readonly avg: number | null;
  readonly sum: number;
  readonly sum_of_squares: number;
  /** Of the numbers as the whole population. */
  readonly variance: number | null;
  readonly std_deviation: number | null;
  /** Two standard deviations from the mean. */
  readonly std_deviation_bounds: { readonly upper: number | null; readonly lower: number | null };
}

/** Describes numbers, one after the other, without keeping them. */
export class NumberStats {
  #count = 0;
  #min = Number.POSITIVE_INFINITY;
  #max = Number.NEGATIVE_INFINITY;
  #sum = 0;
  #squares = 0;
  #mean = 0;
  /** The sum of the squares of the differences from the mean: of large numbers that lie close together the squares would leave no digit. */
  #differences = 0;

  add(number: number): void {
    this.#count += 1;
    this.#min = Math.min(this.#min, number);
    this.#max = Math.max(this.#max, number);
    this.#sum += number;
    this.#squares += number * number;
    const difference = number - this.#mean;
    this.#mean += difference / this.#count;
    this.#differences += difference * (number - this.#mean);
  }

  get described(): NumbersDescribed {
    const [count, sum, sum_of_squares] = [this.#count, this.#sum, this.#squares];
    if (count === 0) {
      const none = { min: null, max: null, avg: null, variance: null, std_deviation: null };
      return { count, sum, sum_of_squares, ...none, std_deviation_bounds: { upper: null, lower: null } };
    }
    const avg = sum / count;
    const variance = this.#differences / count;
    const std_deviation = Math.sqrt(variance);
    return {
      ...{ count, min: this.#min, max: this.#max, avg, sum, sum_of_squares, variance, std_deviation },
      std_deviation_bounds: { upper: avg + 2 * std_deviation, lower: avg - 2 * std_deviation },
    };
  }
}
