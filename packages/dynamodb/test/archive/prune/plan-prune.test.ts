import { expect, test } from '@jest/globals';
import type { KeepSeconds } from '../../../src/archive/prune/options.ts';
import { planPrune } from '../../../src/archive/prune/plan-prune.ts';
import type { ArchiveBase } from '../../../src/archive/read/points.ts';
import type { ShardArchive, StreamArchive } from '../../../src/archive/read/stream-archive.ts';
import type { ArchivedRange, TableArchive } from '../../../src/archive/read/table-archive.ts';
import { parseSpan } from '../../../src/backup/catalogue/retention.ts';

const at = (time: string): number => Date.parse(`${time}Z`);

/** A stream whose shards end each day, so that those of earlier days can go. */
function streamOf(days: number): StreamArchive {
  const shards = Array.from({ length: days }, (_, day): ShardArchive => {
    const latest = at('2026-09-01T00:00:00') / 1000 + day * 86_400;
    const header = { ended: true, latest, total: { changes: 1 } };
    const parent = day === 0 ? null : `${day - 1}`;
    return { id: `${day}`, parent, numbers: [1], readTo: undefined, head: { header, name: `${day}` } as never };
  });
  return {
    shards,
    leftShards: [],
    settle: 0,
    stream: { label: 'S', arn: '' },
    present: undefined,
  } as unknown as StreamArchive;
}

function base(time: string): ArchiveBase {
  const scan = { startedAt: `${time}Z`, endedAt: `${time}Z` };
  const name = `T.${time.replace(/[-:]/g, '')}Z.json.gz`;
  return { name, manifest: { scan, file: { bytes: 1, sha256: time } } } as ArchiveBase;
}

function archive(
  ranges: readonly (readonly [from: string, to: string])[],
  states: readonly string[] = [],
  days = 0,
): TableArchive {
  const bases = ranges.map(([from]) => base(from));
  const stream = streamOf(days);
  return {
    ...{
      table: 'T',
      streams: [stream],
      bases,
      states: states.map(base),
      merged: [],
      exports: [],
      broken: [],
      left: [],
    },
    points: states.map((time) => ({ base: base(time), increments: [], at: at(time), label: 'S' })),
    ranges: ranges.map(
      ([from, to], index): ArchivedRange => ({
        ...{ base: bases[index] as ArchiveBase, increments: [], at: undefined, label: undefined, stream },
        ...{ from: at(from), to: at(to), since: at(from), after: at(from) / 1000 - 1, isOpen: false },
      }),
    ),
  };
}

const text = (time: number): string => new Date(time).toISOString().slice(0, -5);

const plan = (of: TableArchive, keep: KeepSeconds) => {
  const planned = planPrune(of, keep, 0);
  return {
    wholeFrom: text(planned?.wholeFrom ?? 0),
    points: planned?.seconds.map(([point]) => text(point)),
    files: planned?.files.map(({ name }) => name.slice(2, 10)),
  };
};

const within = (span: string): KeepSeconds => ({ within: parseSpan(span) });

test('keeps the newest base that covers the beginning of what is kept, and all later ones', () => {
  const end = '2026-11-29T12:00:00';
  const four = archive([
    ['2026-11-01T00:00:00', end],
    ['2026-11-10T00:00:00', end],
    ['2026-11-20T00:00:00', end],
    ['2026-11-28T00:00:00', end],
  ]);
  expect(plan(four, within('9d'))).toEqual({
    wholeFrom: '2026-11-20T00:00:00',
    points: [],
    files: ['20261110', '20261101'],
  });
  expect(plan(four, within('40d'))).toEqual({ wholeFrom: '2026-11-01T00:00:00', points: [], files: [] });
  expect(plan(four, { daily: 1 }).files).toHaveLength(3);
});

test('counts from the last second that there is, so that an archive that has ended stays', () => {
  const ended = archive([['2020-01-01T00:00:00', '2020-01-03T12:00:00']]);
  expect(plan(ended, within('1d')).files).toEqual([]);
  expect(planPrune(archive([]), within('1d'), 0)).toBeUndefined();
});

test('keeps the last second of days and months that have any, also those at whose end is a gap', () => {
  const gapped = archive([
    ['2026-09-29T00:00:00', '2026-10-02T10:00:00'],
    ['2026-10-05T00:00:00', '2026-11-29T12:00:00'],
    ['2026-11-28T00:00:00', '2026-11-29T12:00:00'],
  ]);
  const { points, files } = plan(gapped, { ...within('1d'), daily: 4, monthly: 3 });
  expect(points).toEqual(['2026-09-30T23:59:59', '2026-10-31T23:59:59', '2026-11-26T23:59:59', '2026-11-27T23:59:59']);
  // They are what the merged changes follow.
  expect(files).toEqual([]);
  expect(plan(gapped, { ...within('1d'), daily: 59 }).points).toContain('2026-10-02T10:00:00');
});

test('keeps the states that are wanted, writes none twice, and removes the others', () => {
  const with3 = archive(
    [['2026-11-28T00:00:00', '2026-11-29T12:00:00']],
    ['2026-09-30T23:59:59', '2026-10-30T23:59:59', '2026-10-31T23:59:59'],
  );
  expect(plan(with3, { ...within('1d'), monthly: 2 })).toMatchObject({
    points: ['2026-10-31T23:59:59'],
    files: ['20261030', '20260930'],
  });
});

test('begins the kept time where it is asked for if shards can go then, and otherwise where it began', () => {
  const one: Parameters<typeof archive>[0] = [['2026-09-01T12:00:00', '2026-09-20T12:00:00']];
  expect(plan(archive(one, [], 20), within('5d')).wholeFrom).toBe('2026-09-15T12:00:00');
  expect(plan(archive(one, [], 0), within('5d')).wholeFrom).toBe('2026-09-01T12:00:00');
  const planned = planPrune(archive(one, [], 20), { ...within('5d'), daily: 8 }, 0);
  const { writes = [], roots = [] } = planned?.points ?? {};
  const days = writes.map(({ at: second, after, previous }) => [
    text(second),
    text(after ?? 0),
    previous === undefined,
  ]);
  expect(days).toEqual([
    ['2026-09-13T23:59:59', '2026-09-01T11:59:59', true],
    ['2026-09-14T23:59:59', '2026-09-13T23:59:59', false],
    ['2026-09-15T12:00:00', '2026-09-14T23:59:59', false],
  ]);
  expect(roots.map(({ name }) => name)).toEqual(['T.20260901T120000Z.json.gz']);
  expect(planned?.streams[0]?.shards.map(({ id }) => id)).toEqual(Array.from({ length: 15 }, (_, id) => `${id}`));
});
