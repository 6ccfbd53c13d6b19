import { UsageError } from '../usage-error.ts';
import { type Help, single } from './kinds.ts';
import type { Option } from './option.ts';

/** A time of ISO 8601, of which a day alone begins in UTC; in milliseconds since 1970. */
export function time(help: Help): Option<number | undefined> {
  return single({ valueName: 'TIME', ...help }, (value, label) => {
    const parsed = parseTime(value);
    if (parsed !== undefined) return parsed;
    throw new UsageError(`${label} takes a time such as 2030-01-31 or 2030-01-31T12:00:00Z, not "${value}"`);
  });
}

/** A time in the past. */
export interface PastTime {
  readonly time: Date;
  /** Whether it was given relative to now, such as `2 hours ago`: given again, the same words are another time. */
  readonly relative: boolean;
}

/** A time in the past; also `2 hours ago`, counted from when the command line is read. */
export function pastTime(help: Help): Option<PastTime | undefined> {
  return single({ valueName: 'TIME', ...help }, (value, label) => {
    const [, age] = /^(.+?)\s+ago$/i.exec(value) ?? [];
    const milliseconds = age === undefined ? undefined : parseAge(age);
    const parsed = milliseconds === undefined ? parseTime(value) : Date.now() - milliseconds;
    if (parsed !== undefined) return { time: new Date(parsed), relative: milliseconds !== undefined };
    throw new UsageError(
      `${label} takes a time with its zone, such as 2026-01-31T12:00:00Z, or "2 hours ago", not "${value}"`,
    );
  });
}

/**
 * Like `pastTime`, but an age may stand alone: `1h` is an hour ago. In milliseconds since 1970.
 *
 * @example
 * ```ts
 * import { sinceTime } from '@cumulus/cli';
 *
 * const options = { since: sinceTime({ defaultDescription: 'an hour ago', describe: 'From then on' }) };
 * ```
 */
export function sinceTime(help: Help): Option<number | undefined> {
  return single({ valueName: 'TIME', ...help }, (value, label) => {
    const milliseconds = parseAge(value.replace(/\s+ago$/i, ''));
    const parsed = milliseconds === undefined ? parseTime(value) : Date.now() - milliseconds;
    if (parsed !== undefined) return parsed;
    throw new UsageError(
      `${label} takes an age such as 30m, 1h or 2d, or a time with its zone, such as 2030-01-31T12:00:00Z, not "${value}"`,
    );
  });
}

/** An age such as `90d`, `36h` or `"2 weeks"`, in milliseconds. */
export function age(help: Help): Option<number | undefined> {
  return single({ valueName: 'AGE', ...help }, (value, label) => {
    const parsed = parseAge(value);
    if (parsed !== undefined) return parsed;
    throw new UsageError(`${label} takes an age such as 90d, 36h or "2 weeks", not "${value}"`);
  });
}

function parseTime(value: string): number | undefined {
  const [, day] = /^(\d{4}-\d\d-\d\d)(?:T\d\d:\d\d(?::\d\d(?:\.\d{1,3})?)?(?:Z|[+-]\d\d:\d\d))?$/.exec(value) ?? [];
  // JavaScript takes February 31 for a day of March.
  return day === undefined || !isDay(day) || Number.isNaN(Date.parse(value)) ? undefined : Date.parse(value);
}

/** Milliseconds of each unit of an age; months and years differ in length, so they are none. */
const UNITS: readonly (readonly [RegExp, number])[] = [
  [/^(?:s|sec|seconds?)$/i, 1_000],
  [/^(?:m|min|minutes?)$/i, 60_000],
  [/^(?:h|hours?)$/i, 3_600_000],
  [/^(?:d|days?)$/i, 86_400_000],
  [/^(?:w|weeks?)$/i, 604_800_000],
];

function parseAge(value: string): number | undefined {
  const [, number = '', unit = ''] = /^(\d{1,6})\s*([a-z]+)$/i.exec(value) ?? [];
  const milliseconds = UNITS.find(([pattern]) => pattern.test(unit))?.[1];
  return milliseconds === undefined ? undefined : Number(number) * milliseconds;
}

function isDay(day: string): boolean {
  const time = Date.parse(day);
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(day);
}
