import type { RestorableInterval } from '@cumulus/dynamodb/protection';
import { number } from '../../output/number.ts';
import type { Axis } from './axis.ts';

/** The kinds of marks, from top to bottom. Each has a lane, a shape, and words for one and for several. */
export const LANES = [
  { name: 'proved', one: 'proved backup', several: 'proved backups', shape: 'a filled circle with a tick' },
  { name: 'backup', one: 'backup, not proved', several: 'backups, not proved', shape: 'an empty circle' },
  { name: 'on-demand', one: 'on-demand backup', several: 'on-demand backups', shape: 'a diamond' },
  { name: 'export', one: 'export', several: 'exports', shape: 'a square' },
  { name: 'archive', one: 'second of the archive', several: 'seconds of the archive', shape: 'a triangle' },
] as const;

export type Lane = (typeof LANES)[number];

/** Times of one kind that lie together. */
export interface Mark {
  /** In percent of the width. */
  readonly x: number;
  readonly count: number;
  readonly oldest: string;
  readonly newest: string;
}

/** So many groups of marks fit beside each other on a phone. */
const GROUPS = 25;

/** Whether it is a span of time, which is drawn as a bar: of point-in-time recovery, or of an archive. */
export function isSpan({ by, from, to }: RestorableInterval): boolean {
  return by === 'point-in-time' || (by === 'archive' && from !== to);
}

/** The lane of a time; undefined for a span. */
function laneOf(interval: RestorableInterval): Lane['name'] | undefined {
  const { by, proved } = interval;
  if (isSpan(interval) || by === 'point-in-time') return undefined;
  return by === 'backup' && proved === true ? 'proved' : by;
}

/** The times of a lane, the newest first. A file's time is when the reading of its items began, from which its age is counted. */
export function timesOf(restorable: readonly RestorableInterval[], lane: Lane['name']): readonly string[] {
  return restorable
    .filter((each) => laneOf(each) === lane)
    .map(({ from }) => from)
    .sort((one, other) => Date.parse(other) - Date.parse(one));
}

/** The lanes in which something is. */
export function lanesOf(restorable: readonly RestorableInterval[]): readonly Lane[] {
  return LANES.filter(({ name }) => restorable.some((each) => laneOf(each) === name));
}

/** The marks of a lane. Times that would cover each other are one mark, at the newest of them. */
export function marksOf(times: readonly string[], axis: Axis): readonly Mark[] {
  const marks = new Map<number, Mark>();
  for (const time of times.filter(axis.has)) {
    const x = axis.position(time);
    const group = Math.floor((x / 100) * GROUPS);
    const mark = marks.get(group) ?? { x, count: 0, oldest: time, newest: time };
    marks.set(group, { ...mark, count: mark.count + 1, oldest: time });
  }
  return [...marks.values()];
}

/** `3 proved backups` */
export function countOf({ one, several }: Lane, times: number): string {
  return times === 1 ? `1 ${one}` : `${number(times)} ${several}`;
}
