import { describe, expect, test } from '@jest/globals';
import { Histogram } from '../../src/stats/histogram.ts';

function histogramOf(interval: string, records: readonly (readonly unknown[])[]) {
  const histogram = new Histogram({ field: 'timestamp', interval, format: 'yyyy-MM-dd' });
  for (const values of records) histogram.add(values);
  return histogram.counts;
}

const DAY = 86_400_000;

describe('a histogram', () => {
  test('has the pieces between that have nothing', () => {
    expect(histogramOf('day', [[0], [3 * DAY], [1], []])).toEqual([
      { date: '1970-01-01', count: 2 },
      { date: '1970-01-02', count: 0 },
      { date: '1970-01-03', count: 0 },
      { date: '1970-01-04', count: 1 },
    ]);
    expect(histogramOf('day', [])).toEqual([]);
  });

  test('counts a record once for each piece, of times in milliseconds and by ISO 8601', () => {
    expect(histogramOf('day', [[0, 1, DAY], ['1970-01-02T05:00:00Z'], [null]])).toEqual([
      { date: '1970-01-01', count: 1 },
      { date: '1970-01-02', count: 2 },
    ]);
  });

  test('leaves out pieces without a record where there are very many', () => {
    expect(histogramOf('second', [[0], [400 * DAY]])).toHaveLength(2);
  });

  test('leaves out what no date holds', () => {
    expect(histogramOf('month', [[9e15], [-9e15], [8.64e15], [-8.64e15], [0]]).length).toBeLessThanOrEqual(3);
  });

  test('refuses what is no time, and more pieces than an answer has', () => {
    expect(() => histogramOf('day', [['failed']])).toThrow(/holds something else than times/);
    const many = Array.from({ length: 10_001 }, (_, second) => [second * 1_000]);
    expect(() => histogramOf('second', many)).toThrow(/longer interval/);
  });
});
