import { describe, expect, test } from '@jest/globals';
import { parseInterval } from '../../src/stats/time-interval.ts';

describe('a piece of time', () => {
  test.each([
    ['second', '2030-02-28T23:59:59.999Z', '2030-02-28T23:59:59.000Z', '2030-03-01T00:00:00.000Z'],
    ['hour', '2030-02-28T23:59:59.999Z', '2030-02-28T23:00:00.000Z', '2030-03-01T00:00:00.000Z'],
    ['day', '2030-02-28T23:59:59.999Z', '2030-02-28T00:00:00.000Z', '2030-03-01T00:00:00.000Z'],
    // A Thursday.
    ['week', '2030-02-28T23:59:59.999Z', '2030-02-25T00:00:00.000Z', '2030-03-04T00:00:00.000Z'],
    ['month', '2030-12-31T00:00:00.000Z', '2030-12-01T00:00:00.000Z', '2031-01-01T00:00:00.000Z'],
    ['1M', '2028-02-29T00:00:00.000Z', '2028-02-01T00:00:00.000Z', '2028-03-01T00:00:00.000Z'],
    ['quarter', '2030-06-30T00:00:00.000Z', '2030-04-01T00:00:00.000Z', '2030-07-01T00:00:00.000Z'],
    ['1y', '2030-06-30T00:00:00.000Z', '2030-01-01T00:00:00.000Z', '2031-01-01T00:00:00.000Z'],
    ['90m', '1970-01-01T02:00:00.000Z', '1970-01-01T01:30:00.000Z', '1970-01-01T03:00:00.000Z'],
    ['month', '1969-12-31T00:00:00.000Z', '1969-12-01T00:00:00.000Z', '1970-01-01T00:00:00.000Z'],
    ['month', '0050-12-31T00:00:00.000Z', '0050-12-01T00:00:00.000Z', '0051-01-01T00:00:00.000Z'],
  ])('%s: %s is in that from %s to %s', (name, time, start, next) => {
    const interval = parseInterval(name);
    const found = interval?.startOf(Date.parse(time)) ?? Number.NaN;
    expect(new Date(found).toISOString()).toBe(start);
    expect(new Date(interval?.next(found) ?? Number.NaN).toISOString()).toBe(next);
  });

  test.each(['', 'fortnight', '0d', '-1d', '1x', '2M', '1.5d', '99999999d', 'constructor'])('is not %j', (name) => {
    expect(parseInterval(name)).toBeUndefined();
  });
});
