import { describe, expect, test } from '@jest/globals';
import { age, pastTime, sinceTime } from '../../src/options/time-kinds.ts';
import { UsageError } from '../../src/usage-error.ts';

describe('a time that has been', () => {
  const at = (value: string): number | undefined => pastTime({ describe: '' }).parse(value, '--at')?.time.getTime();

  test.each([
    ['2026-01-31T12:00:00Z', Date.UTC(2026, 0, 31, 12)],
    ['2026-01-31T12:00:00+02:00', Date.UTC(2026, 0, 31, 10)],
    ['2026-01-31', Date.UTC(2026, 0, 31)],
  ])('%s', (value, expected) => {
    expect(at(value)).toBe(expected);
  });

  test.each([
    ['2 hours ago', 7_200_000],
    ['90 min ago', 5_400_000],
    ['1d ago', 86_400_000],
  ])('%s', (value, milliseconds) => {
    const before = Date.now();
    expect(at(value)).toBeGreaterThanOrEqual(before - milliseconds);
    expect(at(value)).toBeLessThanOrEqual(Date.now() - milliseconds);
  });

  test.each([
    ['2026-01-31', false],
    ['2 hours ago', true],
  ])('whether %s is relative to now', (value, relative) => {
    expect(pastTime({ describe: '' }).parse(value, '--at')?.relative).toBe(relative);
  });

  test.each(['yesterday', '2026-02-31', '2026-01-31T12:00:00', '-2 hours ago', '1 month ago', '2 hours', 'ago'])(
    'not %s',
    (value) => {
      expect(() => at(value)).toThrow(UsageError);
    },
  );
});

describe('a time that has been, or an age alone', () => {
  const at = (value: string): number | undefined => sinceTime({ describe: '' }).parse(value, '--since');

  test.each([
    ['1h', 3_600_000],
    ['30m', 1_800_000],
    ['2d', 172_800_000],
    ['2 hours ago', 7_200_000],
  ])('%s', (value, milliseconds) => {
    const before = Date.now();
    expect(at(value)).toBeGreaterThanOrEqual(before - milliseconds);
    expect(at(value)).toBeLessThanOrEqual(Date.now() - milliseconds);
  });

  test('2026-01-31T12:00:00+02:00', () => {
    expect(at('2026-01-31T12:00:00+02:00')).toBe(Date.UTC(2026, 0, 31, 10));
  });

  test.each(['yesterday-ish', '1', 'h', '1 month', '2026-01-31T12:00:00', '-1h'])('not %s', (value) => {
    expect(() => at(value)).toThrow(UsageError);
  });
});

describe('an age', () => {
  test.each([
    ['90d', 7_776_000_000],
    ['36h', 129_600_000],
    ['2 weeks', 1_209_600_000],
    ['30 s', 30_000],
  ])('%s', (value, milliseconds) => {
    expect(age({ describe: '' }).parse(value, '--older-than')).toBe(milliseconds);
  });

  test.each(['90', 'd', '1.5d', '7 years', '-1d'])('not %s', (value) => {
    expect(() => age({ describe: '' }).parse(value, '--older-than')).toThrow(UsageError);
  });
});
