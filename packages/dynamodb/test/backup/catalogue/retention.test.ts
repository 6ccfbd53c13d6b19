import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { CataloguedBackup } from '../../../src/backup/catalogue/catalogue-entry.ts';
import {
  type CalendarSpan,
  chooseForgotten,
  formatSpan,
  type KeepCount,
  type KeepRules,
  parseSpan,
} from '../../../src/backup/catalogue/retention.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const NOW = new Date('2026-11-29T20:00:00Z');

function backup(startedAt: number | undefined, more: Partial<CataloguedBackup> = {}): CataloguedBackup {
  const time = startedAt === undefined ? undefined : new Date(startedAt);
  return {
    file: `backups/T.${time?.toISOString() ?? 'unknown'}.json`,
    ...{ table: 'T', kind: 'dated', startedAt: time, bytes: 1, proofs: [] },
    manifest: time === undefined ? 'absent' : 'present',
    ...more,
  };
}

/** The days of November 2026 whose backups, made at noon, stay. */
function daysKept(days: readonly number[], rules: KeepRules): readonly number[] {
  const backups = days.map((day) => backup(Date.UTC(2026, 10, day, 12)));
  return chooseForgotten(backups, rules, NOW)
    .filter(({ fate }) => fate !== 'goes')
    .map(({ backup: { startedAt } }) => startedAt?.getUTCDate() ?? 0);
}

const ALL_DAYS = Array.from({ length: 28 }, (_, index) => index + 1);

describe('which backups stay', () => {
  test.each<[string, KeepRules, readonly number[]]>([
    ['the newest', { last: 3 }, [28, 27, 26]],
    ['a day each', { daily: 4 }, [28, 27, 26, 25]],
    // 22 November 2026 is a Sunday: weeks begin on Monday.
    ['the newest of each week', { weekly: 2 }, [28, 22]],
    ['a rule that keeps more than another', { last: 1, weekly: 3 }, [28, 22, 15]],
    ['the oldest too, where there are fewer periods than may be kept', { monthly: 2 }, [28, 1]],
    ['one of the period alone, where there are as many as may be kept', { monthly: 1 }, [28]],
    [
      'all of a time before the newest, that time itself not',
      { within: { years: 0, months: 0, days: 2, hours: 0 } },
      [28, 27],
    ],
    ['all, without a limit', { daily: 'unlimited' }, ALL_DAYS.toReversed()],
    ['the newest of each period and the oldest, without a limit', { yearly: 'unlimited' }, [28, 1]],
  ])('%s', (_, rules, kept) => {
    expect(daysKept(ALL_DAYS, rules)).toEqual(kept);
  });

  test('each has the reasons for which it stays', () => {
    const backups = [2, 1].map((day) => backup(Date.UTC(2026, 10, day)));
    const within: CalendarSpan = { years: 0, months: 1, days: 0, hours: 12 };
    const decisions = chooseForgotten(backups, { last: 1, daily: 2, yearly: 3, within }, NOW);
    expect(decisions.map(({ fate, reasons }) => [fate, reasons])).toEqual([
      ['kept', ['within 1m12h', 'last', 'daily', 'yearly']],
      ['kept', ['within 1m12h', 'daily', 'oldest yearly']],
    ]);
  });

  test('a time before a month that has no such day is one of the next month', () => {
    const backups = ['2026-03-31', '2026-03-04', '2026-03-03'].map((day) => backup(Date.parse(day)));
    // A month before 31 March is 31 February, which is 3 March.
    const within: CalendarSpan = { years: 0, months: 1, days: 0, hours: 0 };
    expect(chooseForgotten(backups, { within }, NOW).map(({ fate }) => fate)).toEqual(['kept', 'kept', 'goes']);
  });

  test('a backup from the future stays, and is not the newest of which others are measured', () => {
    const backups = [NOW.getTime() + 365 * DAY, NOW.getTime() - DAY, NOW.getTime() - 9 * DAY].map((at) => backup(at));
    const within: CalendarSpan = { years: 0, months: 0, days: 5, hours: 0 };
    expect(chooseForgotten(backups, { within }, NOW).map(({ fate }) => fate)).toEqual(['kept', 'kept', 'goes']);
  });

  test('a backup whose time is unknown stays and does not count', () => {
    const unknown = (['absent', 'unreadable', 'other file'] as const).map((manifest) =>
      backup(undefined, { manifest }),
    );
    const decisions = chooseForgotten([...unknown, backup(2 * DAY), backup(DAY)], { last: 1 }, NOW);
    expect(decisions.map(({ fate, reasons }) => [fate, reasons[0]])).toEqual([
      ['kept', 'last'],
      ['goes', undefined],
      ['unknown', 'it has no manifest'],
      ['unknown', 'its manifest cannot be read'],
      ['unknown', 'its manifest is of another file'],
    ]);
  });

  test('the last that can be read, and the last that is proved, are spared', () => {
    const proofs = [{ sha256: 'a', bytes: 1, how: 'file', at: NOW.toISOString(), createdBy: 'x' }] as const;
    const backups = [
      backup(5 * DAY, { archivedIn: 'GLACIER', proofs }),
      backup(4 * DAY),
      backup(3 * DAY),
      backup(2 * DAY, { proofs }),
      backup(DAY, { proofs }),
    ];
    const decisions = chooseForgotten(backups, { last: 1 }, NOW);
    expect(decisions.map(({ fate, reasons }) => [fate, reasons[0]])).toEqual([
      ['kept', 'last'],
      ['spared', 'the only one that can be read at once'],
      ['goes', undefined],
      ['spared', 'the only one that is proved'],
      ['goes', undefined],
    ]);
  });

  test('without a rule nothing is decided', () => {
    expect(() => chooseForgotten([backup(DAY)], {}, NOW)).toThrow(RangeError);
  });
});

describe('by chance', () => {
  const time = fc.oneof(
    // Close together, so that there are several in an hour, a day and a week; and over years.
    fc.integer({ min: NOW.getTime() - 3 * DAY, max: NOW.getTime() - 1 }),
    fc.integer({ min: NOW.getTime() - 60 * DAY, max: NOW.getTime() - 1 }),
    fc.integer({ min: NOW.getTime() - 2_000 * DAY, max: NOW.getTime() - 1 }),
    // The first and last instants of days of the turn of years.
    fc.constantFrom(
      ...['2024-12-29', '2024-12-30', '2025-01-01', '2026-01-01', '2026-01-05', '2021-01-03', '2021-01-04'].flatMap(
        (day) => [Date.parse(day), Date.parse(day) - 1],
      ),
    ),
  );
  const count = fc.option(fc.oneof(fc.integer({ min: 1, max: 8 }), fc.constant('unlimited' as const)), {
    nil: undefined,
  });
  const span = fc.record({
    years: fc.nat(3),
    months: fc.nat(20),
    days: fc.nat(60),
    hours: fc.nat(50),
  });
  const rules = fc
    .record({
      ...{ last: count, hourly: count, daily: count, weekly: count, monthly: count, yearly: count },
      within: fc.option(
        span.filter((each) => Object.values(each).some((length) => length > 0)),
        { nil: undefined },
      ),
    })
    .filter((each) => Object.values(each).some((rule) => rule !== undefined));

  test('what stays is what a model of restic’s rules keeps', () => {
    let gone = 0;
    fc.assert(
      fc.property(fc.uniqueArray(time, { minLength: 1, maxLength: 40 }), rules, (times, keep) => {
        const decisions = chooseForgotten(
          times.map((at) => backup(at)),
          keep,
          NOW,
        );
        const kept = decisions
          .filter(({ fate }) => fate === 'kept')
          .map(({ backup: { startedAt } }) => Number(startedAt));
        expect(kept).toEqual(modelOfRestic(times, keep));
        // The newest stays whatever the rules are.
        expect(kept[0]).toBe(Math.max(...times));
        gone += decisions.filter(({ fate }) => fate === 'goes').length;
      }),
      { numRuns: 2_000 },
    );
    expect(gone).toBeGreaterThan(0);
  });

  test('the order in which they are given does not matter, and nothing goes that stays by the same rules again', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(time, { minLength: 1, maxLength: 30 }),
        rules,
        fc.infiniteStream(fc.nat()),
        (times, keep, random) => {
          const all = times.map((at) => backup(at));
          const decided = chooseForgotten(all, keep, NOW);
          const shuffled = all
            .map((each) => [random.next().value ?? 0, each] as const)
            .sort(([one], [other]) => one - other)
            .map(([, each]) => each);
          expect(chooseForgotten(shuffled, keep, NOW)).toEqual(decided);
          const left = decided.filter(({ fate }) => fate !== 'goes').map((decision) => decision.backup);
          expect(chooseForgotten(left, keep, NOW).filter(({ fate }) => fate === 'goes')).toEqual([]);
        },
      ),
      { numRuns: 500 },
    );
  });

  test('a span is read as it is written', () => {
    fc.assert(
      fc.property(span, (each) => {
        const isNothing = Object.values(each).every((length) => length === 0);
        expect(parseSpan(formatSpan(each))).toEqual(isNothing ? undefined : each);
      }),
    );
  });
});

test.each(['', '35', 'd', '35 d', '1w', '1d1d', '0d', '-1d', '1.5d', '2D'])('%j is no span', (text) => {
  expect(parseSpan(text)).toBeUndefined();
});

/**
 * restic's rules, by sets in place of a walk: https://restic.readthedocs.io/en/stable/060_forget.html.
 * @returns the times that stay, the latest first
 */
function modelOfRestic(times: readonly number[], rules: KeepRules): readonly number[] {
  const latest = Math.max(...times);
  const oldest = Math.min(...times);
  const dayOf = (at: number): number => Math.floor(at / DAY);
  const periods: readonly [KeepCount | undefined, (at: number) => number][] = [
    [rules.last, (at) => at],
    [rules.hourly, (at) => Math.floor(at / HOUR)],
    [rules.daily, dayOf],
    // Day 0 was a Thursday.
    [rules.weekly, (at) => Math.floor((dayOf(at) + 3) / 7)],
    [rules.monthly, (at) => new Date(at).getUTCFullYear() * 12 + new Date(at).getUTCMonth()],
    [rules.yearly, (at) => new Date(at).getUTCFullYear()],
  ];
  const keptByCount = periods.flatMap(([limit, periodOf]): readonly number[] => {
    if (limit === undefined) return [];
    const newestOfEach = new Map<number, number>();
    for (const at of times) newestOfEach.set(periodOf(at), Math.max(at, newestOfEach.get(periodOf(at)) ?? at));
    const heads = [...newestOfEach.values()].sort((one, other) => other - one);
    const most = limit === 'unlimited' ? Number.POSITIVE_INFINITY : limit;
    return heads.length < most ? [...heads, oldest] : heads.slice(0, most);
  });
  const { within } = rules;
  const keptByTime = within === undefined ? [] : times.filter((at) => at > earlier(latest, within));
  return [...new Set([...keptByCount, ...keptByTime])].sort((one, other) => other - one);
}

function earlier(time: number, { years, months, days, hours }: CalendarSpan): number {
  const from = new Date(time);
  const day = Date.UTC(from.getUTCFullYear() - years, from.getUTCMonth() - months, from.getUTCDate() - days);
  return day + (time % DAY) - hours * HOUR;
}
