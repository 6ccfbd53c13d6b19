import type { Progress } from '@cumulus/dynamodb/items';
import { count, megabytes, timeLeft } from '../format.ts';
import type { Pace } from './pace.ts';

/** `1,200 items, 2.6 MB, 400 items/s, 1.1 MB/s, 12 s left`, or `CREATING, 3 min 20 s` */
export function describeProgress(progress: Progress, pace: Pace): string {
  if (progress.phase === 'waiting for') return `${progress.state}, ${timeLeft(pace.seconds)}`;
  const showsBytes = progress.bytes > 0;
  return [
    count(progress.items, 'item'),
    ...(showsBytes ? [megabytes(progress.bytes)] : []),
    `${count(pace.itemsPerSecond, 'item')}/s`,
    ...(showsBytes ? [`${megabytes(pace.bytesPerSecond)}/s`] : []),
    ...(pace.secondsLeft === undefined ? [] : [`${timeLeft(pace.secondsLeft)} left`]),
  ].join(', ');
}
