import { expect, test } from '@jest/globals';
import { planPrune } from '../../../src/archive/prune/plan-prune.ts';
import type { StreamArchive } from '../../../src/archive/read/stream-archive.ts';
import type { ArchiveBase, ArchivedRange, TableArchive } from '../../../src/archive/read/table-archive.ts';

const DAY = 86_400_000;
const at = (time: string): number => Date.parse(`${time}Z`);
const stream = { shards: [], leftShards: [], settle: 0 } as unknown as StreamArchive;

function base(time: string): ArchiveBase {
  return { name: time, manifest: { scan: { startedAt: `${time}Z`, endedAt: `${time}Z` } } } as ArchiveBase;
}

function archive(
  ranges: readonly (readonly [from: string, to: string])[],
  states: readonly string[] = [],
): TableArchive {
  const bases = ranges.map(([from]) => base(from));
  return {
    ...{ table: 'T', streams: [stream], bases, states: states.map(base), broken: [] },
    ranges: ranges.map(
      ([from, to], index): ArchivedRange => ({
        ...{ base: bases[index] as ArchiveBase, stream, from: at(from), to: at(to), isOpen: false },
      }),
    ),
  };
}

const plan = (of: TableArchive, keep: Parameters<typeof planPrune>[1]) => {
  const planned = planPrune(of, keep);
  return {
    points: planned?.points.map((point) => new Date(point).toISOString().slice(0, -5)),
    backups: planned?.backups.map(({ name }) => name),
  };
};

test('keeps the newest base that covers the beginning of what is kept, and all later ones', () => {
  const end = '2026-11-29T12:00:00';
  const four = archive([
    ['2026-11-01T00:00:00', end],
    ['2026-11-10T00:00:00', end],
    ['2026-11-20T00:00:00', end],
    ['2026-11-28T00:00:00', end],
  ]);
  expect(plan(four, { within: 9 * DAY })).toEqual({
    points: [],
    backups: ['2026-11-01T00:00:00', '2026-11-10T00:00:00'],
  });
  expect(plan(four, { within: 40 * DAY })).toEqual({ points: [], backups: [] });
  expect(plan(four, { within: 0 }).backups).toHaveLength(3);
});

test('counts from the last second that there is, so that an archive that has ended stays', () => {
  const ended = archive([['2020-01-01T00:00:00', '2020-01-03T12:00:00']]);
  expect(plan(ended, { within: DAY })).toEqual({ points: [], backups: [] });
  expect(planPrune(archive([]), { within: DAY })).toBeUndefined();
});

test('keeps the last second of days and months that have any, also those at whose end is a gap', () => {
  const gapped = archive([
    ['2026-09-29T00:00:00', '2026-10-02T10:00:00'],
    ['2026-10-05T00:00:00', '2026-11-29T12:00:00'],
    ['2026-11-28T00:00:00', '2026-11-29T12:00:00'],
  ]);
  const { points, backups } = plan(gapped, { within: DAY, daily: 4, monthly: 3 });
  expect(points).toEqual(['2026-09-30T23:59:59', '2026-10-31T23:59:59', '2026-11-26T23:59:59', '2026-11-27T23:59:59']);
  expect(backups).toEqual(['2026-09-29T00:00:00', '2026-10-05T00:00:00']);
  expect(plan(gapped, { within: DAY, daily: 59 }).points).toContain('2026-10-02T10:00:00');
});

test('keeps the states that are wanted, writes none twice, and removes the others', () => {
  const with3 = archive(
    [['2026-11-28T00:00:00', '2026-11-29T12:00:00']],
    ['2026-09-30T23:59:59', '2026-10-30T23:59:59', '2026-10-31T23:59:59'],
  );
  expect(plan(with3, { within: DAY, monthly: 2 })).toEqual({
    points: [],
    backups: ['2026-09-30T23:59:59', '2026-10-30T23:59:59'],
  });
});
