/**
 * A time with its zone, in whole seconds as DynamoDB's recovery has them.
 * @example
 * ```ts
 * import { zonedTime } from '@cumulus/dynamodb/aws';
 *
 * zonedTime(new Date('2026-11-23T04:15:30.250Z')); // 2026-11-23T04:15:30Z
 * ```
 */
export function zonedTime(time: Date): string {
  return time.toISOString().replace(/\.\d{3}Z$/, 'Z');
}

/** The second that a time is in. */
export function wholeSecond(time: Date): Date {
  return new Date(Math.floor(time.getTime() / 1000) * 1000);
}
