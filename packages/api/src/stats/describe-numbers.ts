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
}

export function describeNumbers(numbers: readonly number[]): NumbersDescribed {
  const count = numbers.length;
  const sum = numbers.reduce((total, number) => total + number, 0);
  const squares = numbers.reduce((total, number) => total + number * number, 0);
  if (count === 0) {
    return {
      count,
      min: null,
      max: null,
      avg: null,
      sum,
      sum_of_squares: squares,
      variance: null,
      std_deviation: null,
    };
  }
  const avg = sum / count;
  // By differences from the mean: of large numbers that lie close together the squares would leave no digit.
  const variance = numbers.reduce((total, number) => total + (number - avg) ** 2, 0) / count;
  return {
    count,
    min: numbers.reduce((least, number) => Math.min(least, number), Number.POSITIVE_INFINITY),
    max: numbers.reduce((most, number) => Math.max(most, number), Number.NEGATIVE_INFINITY),
    avg,
    sum,
    sum_of_squares: squares,
    variance,
    std_deviation: Math.sqrt(variance),
  };
}
