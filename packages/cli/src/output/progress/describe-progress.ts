import type { Progress } from '@cumulus/dynamodb/items';
import { count, megabytes, timeLeft } from '../format.ts';
import type { Pace } from './pace.ts';

/** A part of what is said of a progress. */
export interface ProgressPart {
  readonly text: string;
  /** How soon a narrow line does without it: the greatest first, 0 last. */
  readonly rank: number;
}

/** `1,200 items, 2.6 MB, 400 items/s, 1.1 MB/s, 12 s left`, or `CREATING, 3 min 20 s` */
export function describeProgress(progress: Progress, pace: Pace): string {
  return progressParts(progress, pace)
    .map(({ text }) => text)
    .join(', ');
}

/** The parts of {@link describeProgress}. */
export function progressParts(progress: Progress, pace: Pace): readonly ProgressPart[] {
  if ('state' in progress) {
    return [
      { text: progress.state, rank: 0 },
      { text: timeLeft(pace.seconds), rank: 0 },
    ];
  }
  const showsBytes = progress.bytes > 0;
  return [
    { text: count(progress.items, 'item'), rank: 1 },
    ...(showsBytes ? [{ text: megabytes(progress.bytes), rank: 2 }] : []),
    { text: `${count(pace.itemsPerSecond, 'item')}/s`, rank: 0 },
    ...(showsBytes ? [{ text: `${megabytes(pace.bytesPerSecond)}/s`, rank: 3 }] : []),
    ...(pace.secondsLeft === undefined ? [] : [{ text: `${timeLeft(pace.secondsLeft)} left`, rank: 0 }]),
  ];
}
