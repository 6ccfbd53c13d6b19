import { expect, test } from '@jest/globals';
import { NumberStats } from '../../src/stats/describe-numbers.ts';

function statsOf(numbers: readonly number[]) {
  const stats = new NumberStats();
  for (const number of numbers) stats.add(number);
  return stats.described;
}

test('numbers are described as Elasticsearch does', () => {
  expect(statsOf([1, 2, 3, 4])).toEqual({
    ...{ count: 4, min: 1, max: 4, avg: 2.5, sum: 10, sum_of_squares: 30, variance: 1.25 },
    std_deviation: Math.sqrt(1.25),
    std_deviation_bounds: { upper: 2.5 + 2 * Math.sqrt(1.25), lower: 2.5 - 2 * Math.sqrt(1.25) },
  });
});

test('large numbers that lie close together keep their variance', () => {
  expect(statsOf([1e15, 1e15 + 2]).variance).toBe(1);
});

test('of no numbers there is none that describes them', () => {
  expect(statsOf([])).toMatchObject({ count: 0, min: null, max: null, avg: null, sum: 0, variance: null });
});
