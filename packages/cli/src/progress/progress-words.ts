import type { Progress } from '@cumulus/dynamodb';
import { count, megabytes, timeLeft } from '../words.ts';
import type { Pace } from './pace.ts';

/** `1,200 items, 2.6 MB, 400 items/s, 1.1 MB/s, 12 s left` */
export function describeProgress({ items, bytes }: Progress, pace: Pace): string {
  return [
    count(items, 'item'),
    megabytes(bytes),
    `${count(pace.itemsPerSecond, 'item')}/s`,
    `${megabytes(pace.bytesPerSecond)}/s`,
    ...(pace.secondsLeft === undefined ? [] : [`${timeLeft(pace.secondsLeft)} left`]),
  ].join(', ');
}
