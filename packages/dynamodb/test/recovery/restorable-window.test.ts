import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { TimeOutsideWindowError } from '../../src/recovery/errors.ts';
import { checkInstant, latestOfAll, type TableWindow } from '../../src/recovery/restorable-window.ts';

function tableWindow(table: string, earliest: string, latest: string): TableWindow {
  return { table, window: { earliest: new Date(earliest), latest: new Date(latest) } };
}

const GRANULES = tableWindow('prod-GranulesTable', '2026-10-19T10:00:00.400Z', '2026-11-23T09:55:00.900Z');
const USERS = tableWindow('prod-UsersTable', '2026-11-20T00:00:00Z', '2026-11-23T09:54:00Z');

test('the bounds of a window belong to it, to the second', () => {
  for (const at of ['2026-10-19T10:00:00Z', '2026-11-23T09:55:00Z']) checkInstant(new Date(at), [GRANULES]);
  for (const at of ['2026-10-19T09:59:59Z', '2026-11-23T09:55:01Z']) {
    expect(() => checkInstant(new Date(at), [GRANULES])).toThrow(TimeOutsideWindowError);
  }
});

test('each table whose window an instant is outside of is named, with the window, and no other', () => {
  const check = (): void => checkInstant(new Date('2026-11-01T00:00:00Z'), [GRANULES, USERS]);
  expect(check).toThrow(/2026-11-01T00:00:00Z.*prod-UsersTable.*2026-11-20T00:00:00Z until 2026-11-23T09:54:00Z/);
  expect(check).not.toThrow(/prod-GranulesTable/);
});

test('the latest of all is that of the table that is furthest behind', () => {
  expect(latestOfAll([GRANULES, USERS])).toEqual(new Date('2026-11-23T09:54:00Z'));
  expect(latestOfAll([GRANULES])).toEqual(new Date('2026-11-23T09:55:00Z'));
});

test('the latest of all is within every window, or there is none that is', () => {
  const times = fc.tuple(fc.integer({ min: 0, max: 100_000 }), fc.integer({ min: 0, max: 100_000 }));
  fc.assert(
    fc.property(fc.array(times, { minLength: 1, maxLength: 12 }), (windows) => {
      const tables = windows.map(([start, length], index) => {
        return { table: `t${index}`, window: { earliest: new Date(start), latest: new Date(start + length) } };
      });
      const firstEnd = Math.min(...tables.map(({ window }) => window.latest.getTime()));
      const secondOf = (time: number): number => Math.floor(time / 1000);
      const lastStart = Math.max(...tables.map(({ window }) => window.earliest.getTime()));
      if (secondOf(lastStart) <= secondOf(firstEnd)) {
        expect(latestOfAll(tables).getTime()).toBe(secondOf(firstEnd) * 1000);
      } else {
        expect(() => latestOfAll(tables)).toThrow(TimeOutsideWindowError);
      }
    }),
  );
});
