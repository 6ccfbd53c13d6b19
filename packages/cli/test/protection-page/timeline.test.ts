import { describe, expect, test } from '@jest/globals';
import { timeAxis } from '../../src/protection-page/timeline/axis.ts';
import { marksOf, timesOf } from '../../src/protection-page/timeline/lanes.ts';
import { AT, backupAt, before, days, hours, instant, window } from './reports.ts';

describe('the axis of the timeline', () => {
  test('goes from the oldest time at the left to the report at the right, in order', () => {
    const axis = timeAxis(AT, [window(days(35), before(60_000)), backupAt(days(900))]);
    const times = [days(900), days(400), days(35), days(7), days(1), hours(6), hours(1), before(60_000), AT];
    const places = times.map((time) => axis.position(time));
    expect(places).toEqual([...places].sort((a, b) => a - b));
    expect([places[0], places.at(-1)]).toEqual([0, 100]);
  });

  test('gives the last day much room, however long the whole is', () => {
    const axis = timeAxis(AT, [backupAt(days(35))]);
    expect(100 - axis.position(days(1))).toBeGreaterThan(40);
    expect(axis.position(days(7)) - axis.position(days(35))).toBeGreaterThan(20);
  });

  test('has ticks with their age, and their time in UTC', () => {
    const { ticks } = timeAxis(AT, [backupAt(days(500))]);
    expect(ticks.map(({ age, time }) => `${age}: ${time}`)).toEqual([
      'now: 20:32',
      '6 h: 14:32',
      '1 day: 28 Nov',
      '3 days: 26 Nov',
      '7 days: 22 Nov',
      '35 days: 25 Oct',
      '90 days: 31 Aug',
      '1 year: Nov 2025',
    ]);
    const gaps = ticks.slice(1).map(({ x }, at) => Number(ticks[at]?.x) - x);
    for (const gap of gaps) expect(gap).toBeGreaterThanOrEqual(8);
  });

  test('takes a report without any time, or with one that is none', () => {
    expect(timeAxis(AT, []).ticks.map(({ age }) => age)).toEqual(['now', '1 h']);
    const axis = timeAxis(AT, [backupAt('soon')]);
    expect([axis.has('soon'), axis.has(AT)]).toEqual([false, true]);
  });

  test('puts a time after the report, by a clock that is fast, at its end', () => {
    expect(timeAxis(AT, [backupAt(days(1))]).position(before(-60_000))).toBe(100);
  });
});

describe('marks of the timeline', () => {
  const restorable = [
    backupAt(days(1)),
    backupAt(days(30), true),
    backupAt(days(31), true),
    backupAt(days(31.5), true),
    instant('export', days(2)),
  ];
  const axis = timeAxis(AT, [window(days(35), AT)]);

  test('each kind has its own, the newest first; a proved backup is not among the others', () => {
    expect(timesOf(restorable, 'proved')).toEqual([days(30), days(31), days(31.5)]);
    expect(timesOf(restorable, 'backup')).toEqual([days(1)]);
    expect(timesOf(restorable, 'export')).toEqual([days(2)]);
    expect(timesOf(restorable, 'on-demand')).toEqual([]);
  });

  test('those that would cover each other are one, with their number and their span', () => {
    expect(marksOf(timesOf(restorable, 'proved'), axis)).toEqual([
      { x: axis.position(days(30)), count: 3, oldest: days(31.5), newest: days(30) },
    ]);
    expect(marksOf([days(1), days(9)], axis).map(({ count }) => count)).toEqual([1, 1]);
  });

  test('no mark is left out: their numbers add up', () => {
    const times = [...Array(400).keys()].map((at) => hours(at * 2));
    const total = marksOf(times, axis).reduce((sum, { count }) => sum + count, 0);
    expect(total).toBe(400);
  });
});
