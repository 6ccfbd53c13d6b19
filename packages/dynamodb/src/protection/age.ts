const SECOND = 1000;
const MINUTE = 60 * SECOND;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

/** A time may be later than AWS's clock says, by so much, as another machine noted it; one that is later still has no age. */
const MAX_AHEAD = HOUR;

/** How long before an instant a time was, in milliseconds. @param time ISO 8601 */
export function ageAt(at: string, time: string): number {
  return Date.parse(at) - Date.parse(time);
}

/** Whether a time has not come yet, by more than clocks may differ. @param time ISO 8601 */
export function isAhead(at: string, time: string): boolean {
  return ageAt(at, time) < -MAX_AHEAD;
}

/**
 * An age in words, rounded up: `12 minutes`, `26.4 hours`, `8.1 days`.
 *
 * @example
 * ```ts
 * import { ageInWords } from '@cumulus/dynamodb/protection';
 *
 * ageInWords(95_000_000); // 26.4 hours
 * ```
 */
export function ageInWords(milliseconds: number): string {
  if (milliseconds < 2 * HOUR) return of(Math.ceil(milliseconds / MINUTE), 'minute');
  return milliseconds < 2 * DAY ? of(tenths(milliseconds / HOUR), 'hour') : of(tenths(milliseconds / DAY), 'day');
}

function tenths(number: number): number {
  return Math.ceil(number * 10) / 10;
}

function of(number: number, unit: string): string {
  return `${number} ${unit}${number === 1 ? '' : 's'}`;
}
