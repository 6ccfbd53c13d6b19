import { expect, test } from '@jest/globals';
import { knownGaps } from '../../src/archive/read/known-gaps.ts';
import type { StreamArchive } from '../../src/archive/read/stream-archive.ts';

const time = (second: number): string => new Date(second * 1000).toISOString();

/** A stream with gaps of some seconds. */
function stream(gaps: readonly (readonly [number | null, number])[], readTo?: number): StreamArchive {
  const ofStream = gaps.map(([from, until]) => ({ from: from === null ? null : time(from), until: time(until) }));
  return { gaps: ofStream, readTo: readTo === undefined ? undefined : readTo * 1000 } as unknown as StreamArchive;
}

const seconds = (...streams: readonly StreamArchive[]): readonly (readonly [number | undefined, number])[] =>
  knownGaps(streams).map(({ from, until }) => [from === undefined ? undefined : from / 1000, until / 1000]);

test('gaps of several shards that overlap are one', () => {
  const gaps = [
    [null, 100],
    [null, 101],
    [500, 600],
    [490, 590],
    [600, 610],
    [700, 710],
  ] as const;
  expect(seconds(stream(gaps))).toEqual([
    [undefined, 101],
    [490, 610],
    [700, 710],
  ]);
});

test('a later stream begins with a gap since the one before it was read', () => {
  expect(seconds(stream([[null, 100]], 500), stream([[null, 620]], 900))).toEqual([
    [undefined, 100],
    [500, 620],
  ]);
});
