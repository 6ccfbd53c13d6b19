import { UsageError } from './usage-error.ts';

/** Settings of a yargs option that takes one value. */
interface ValueOption<T> {
  readonly requiresArg: true;
  readonly coerce: (value: unknown) => T;
}

/** An option that takes one text that is not empty. */
export function text(name: string): ValueOption<string> {
  return valueOption(name, (value) => value);
}

/** An option that takes a whole number from 1 on, or from `least` on. */
export function wholeNumber(name: string, least = 1): ValueOption<number> {
  return valueOption(name, (value) => {
    const number = Number(value);
    if (/^\d+$/.test(value) && number >= least && Number.isSafeInteger(number)) return number;
    throw new UsageError(`--${name} takes a whole number from ${least} on, not "${value}"`);
  });
}

/** DynamoDB's limit on the segments of a scan. */
const MAX_SEGMENTS = 1_000_000;

/** An option that takes a number of segments. */
export function segments(name: string): ValueOption<number> {
  return valueOption(name, (value) => {
    if (/^\d{1,7}$/.test(value) && Number(value) >= 1 && Number(value) <= MAX_SEGMENTS) return Number(value);
    throw new UsageError(`--${name} takes a whole number from 1 to ${MAX_SEGMENTS}, not "${value}"`);
  });
}

/** An option that takes a URL of HTTP. */
export function url(name: string): ValueOption<string> {
  return valueOption(name, (value) => {
    if (/^https?:\/\//.test(value) && URL.canParse(value)) return value;
    throw new UsageError(`--${name} takes a URL such as http://127.0.0.1:8000, not "${value}"`);
  });
}

/** An option that takes a place in S3. */
export function s3Url(name: string): ValueOption<string> {
  return valueOption(name, (value) => {
    if (/^s3:\/\/[a-z0-9][a-z0-9._-]{2,}(?:\/.*)?$/.test(value)) return value;
    throw new UsageError(`--${name} takes a place in S3 such as s3://my-bucket/backups, not "${value}"`);
  });
}

/** An option that takes a time of ISO 8601, of which a day alone begins in UTC; it is milliseconds since 1970. */
export function time(name: string): ValueOption<number> {
  return valueOption(name, (value) => {
    const parsed = parseTime(value);
    if (parsed !== undefined) return parsed;
    throw new UsageError(`--${name} takes a time such as 2030-01-31 or 2030-01-31T12:00:00Z, not "${value}"`);
  });
}

/** A time that has been. */
export interface PastTime {
  readonly time: Date;
  /** Whether it was told from now, such as `2 hours ago`: given again, the same words are another time. */
  readonly relative: boolean;
}

/** Like {@link time}, but for what has been; also `2 hours ago`, reckoned when the command line is read. */
export function pastTime(name: string): ValueOption<PastTime> {
  return valueOption(name, (value) => {
    const [, age] = /^(.+?)\s+ago$/i.exec(value) ?? [];
    const milliseconds = age === undefined ? undefined : parseAge(age);
    const parsed = milliseconds === undefined ? parseTime(value) : Date.now() - milliseconds;
    if (parsed !== undefined) return { time: new Date(parsed), relative: milliseconds !== undefined };
    throw new UsageError(
      `--${name} takes a time with its zone, such as 2026-01-31T12:00:00Z, or "2 hours ago", not "${value}"`,
    );
  });
}

/** Like {@link pastTime}, but an age may stand alone: `1h` is an hour ago. It is milliseconds since 1970. */
export function sinceTime(name: string): ValueOption<number> {
  return valueOption(name, (value) => {
    const milliseconds = parseAge(value.replace(/\s+ago$/i, ''));
    const parsed = milliseconds === undefined ? parseTime(value) : Date.now() - milliseconds;
    if (parsed !== undefined) return parsed;
    throw new UsageError(
      `--${name} takes an age such as 30m, 1h or 2d, or a time with its zone, such as 2030-01-31T12:00:00Z, not "${value}"`,
    );
  });
}

/** An option that takes an age such as `90d`, `36h` or `"2 weeks"`; it is milliseconds. */
export function age(name: string): ValueOption<number> {
  return valueOption(name, (value) => {
    const parsed = parseAge(value);
    if (parsed !== undefined) return parsed;
    throw new UsageError(`--${name} takes an age such as 90d, 36h or "2 weeks", not "${value}"`);
  });
}

/** An option without a value; undefined unless it is given. One with a value (`--x=yes`) would be taken for false. */
export function flag(name: string): { readonly type: 'boolean'; readonly coerce: (value: unknown) => true } {
  return {
    type: 'boolean',
    coerce: (value) => {
      if (value === true) return true;
      throw new UsageError(`--${name} can be given once only, and takes no value`);
    },
  };
}

/** An option that takes a table's physical name. */
export function tableName(name: string): ValueOption<string> {
  return valueOption(name, (value) => checkedTableName(name, value));
}

/** An option that takes physical names of tables, several after it or one each time it is given. */
export function tableNames(name: string): {
  readonly type: 'array';
  readonly string: true;
  readonly requiresArg: true;
  readonly coerce: (values: readonly string[]) => readonly string[];
} {
  return {
    type: 'array',
    string: true,
    requiresArg: true,
    coerce: (values) => values.map((value) => checkedTableName(name, value)),
  };
}

/** An option that takes the ARN of a backup that DynamoDB keeps. */
export function backupArn(name: string): ValueOption<string> {
  return valueOption(name, (value) => checkedBackupArn(name, value));
}

/** Like {@link backupArn}, but several after it, or one each time it is given. */
export function backupArns(name: string): ReturnType<typeof tableNames> {
  return { ...tableNames(name), coerce: (values) => values.map((value) => checkedBackupArn(name, value)) };
}

/** An option that takes a name by DynamoDB's rule, which holds for tables and backups alike. */
export function backupName(name: string): ValueOption<string> {
  return valueOption(name, (value) => {
    if (/^[\w.-]{3,255}$/.test(value)) return value;
    throw new UsageError(`--${name} takes 3 to 255 letters, digits, dots, hyphens and underscores, not "${value}"`);
  });
}

function valueOption<T>(name: string, check: (value: string) => T): ValueOption<T> {
  return {
    requiresArg: true,
    coerce: (value) => {
      if (typeof value !== 'string') throw new UsageError(`--${name} can be given once only`);
      if (value === '') throw new UsageError(`--${name} takes a value that is not empty`);
      return check(value);
    },
  };
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

/** DynamoDB's own rule on table names, kept here since a backup's file is named after its table. */
function checkedTableName(option: string, value: string): string {
  if (/^[\w.-]{3,255}$/.test(value)) return value;
  throw new UsageError(
    `--${option} takes a table's name (3 to 255 letters, digits, dots, hyphens and underscores), not "${value}"`,
  );
}

function checkedBackupArn(option: string, value: string): string {
  if (/^arn:[\w-]+:dynamodb:[\w-]+:\d*:table\/[\w.-]{3,255}\/backup\/[\w-]+$/.test(value)) return value;
  throw new UsageError(
    `--${option} takes the ARN of a backup (arn:aws:dynamodb:REGION:ACCOUNT:table/NAME/backup/ID), not "${value}"`,
  );
}
