import type { ScanTime } from '@cumulus/dynamodb/backup';
import { zonedTime } from './format.ts';

/** Over which time a backup's items were read, in a line for a person. */
export function describeScan({ startedAt, endedAt, resumed }: ScanTime): string {
  const times = resumed === 1 ? 'once' : `${resumed} times`;
  const continued = resumed === 0 ? '' : `, resumed ${times}`;
  return `  read from ${zonedTime(new Date(startedAt))} to ${zonedTime(new Date(endedAt))}${continued}`;
}
