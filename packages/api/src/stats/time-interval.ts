/** Cuts time into pieces, in UTC. Times are in milliseconds since 1970. */
export interface TimeInterval {
  /** When the piece begins that a time is in. */
  startOf(time: number): number;
  /** When the next piece begins. @param start when a piece begins */
  next(start: number): number;
}

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** Lengths by their units, as Elasticsearch names them. */
const LENGTHS: { readonly [unit: string]: number } = { ms: 1, s: SECOND, m: MINUTE, h: HOUR, d: DAY };

const DAYS_OF_WEEK = 7;

/** The first Monday since 1970, in days since the first of January. */
const FIRST_MONDAY = 4;

const MONTHS_OF_YEAR = 12;
const MONTHS_OF_QUARTER = 3;

/** Pieces of the calendar, by all of their names. */
const CALENDAR: { readonly [name: string]: TimeInterval } = {
  second: pieces(SECOND),
  minute: pieces(MINUTE),
  hour: pieces(HOUR),
  day: pieces(DAY),
  week: pieces(DAYS_OF_WEEK * DAY, FIRST_MONDAY * DAY),
  '1w': pieces(DAYS_OF_WEEK * DAY, FIRST_MONDAY * DAY),
  month: months(1),
  '1M': months(1),
  quarter: months(MONTHS_OF_QUARTER),
  '1q': months(MONTHS_OF_QUARTER),
  year: months(MONTHS_OF_YEAR),
  '1y': months(MONTHS_OF_YEAR),
};

/** What {@link parseInterval} takes, for people. */
export const INTERVALS = `${Object.keys(CALENDAR).join(', ')}, or a number of ${Object.keys(LENGTHS).join(', ')}: 90m`;

/** The interval of a text as Elasticsearch takes it: `day`, `1M`, `90m`. Undefined for another text. */
export function parseInterval(text: string): TimeInterval | undefined {
  if (Object.hasOwn(CALENDAR, text)) return CALENDAR[text];
  const [, count = '', unit = ''] = /^(\d{1,6})(ms|[smhd])$/.exec(text) ?? [];
  const length = Number(count) * (LENGTHS[unit] ?? 0);
  return length > 0 ? pieces(length) : undefined;
}

/** Pieces of the same length. */
function pieces(length: number, offset = 0): TimeInterval {
  return {
    startOf: (time) => Math.floor((time - offset) / length) * length + offset,
    next: (start) => start + length,
  };
}

function months(count: number): TimeInterval {
  const startAt = (month: number): number => {
    const start = new Date(0);
    start.setUTCFullYear(
      Math.floor(month / MONTHS_OF_YEAR),
      month - Math.floor(month / MONTHS_OF_YEAR) * MONTHS_OF_YEAR,
    );
    return start.getTime();
  };
  const monthOf = (time: number): number => {
    const date = new Date(time);
    return date.getUTCFullYear() * MONTHS_OF_YEAR + date.getUTCMonth();
  };
  return {
    startOf: (time) => startAt(Math.floor(monthOf(time) / count) * count),
    next: (start) => startAt(monthOf(start) + count),
  };
}
