import type { RestorableInterval } from '@cumulus/dynamodb/protection';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const YEAR = 365 * DAY;

/** Ages that can have a tick, in milliseconds, with what it says. */
const AGES: readonly (readonly [age: number, words: string])[] = [
  [0, 'now'],
  [HOUR, '1 h'],
  [6 * HOUR, '6 h'],
  [DAY, '1 day'],
  [3 * DAY, '3 days'],
  [7 * DAY, '7 days'],
  [14 * DAY, '14 days'],
  [35 * DAY, '35 days'],
  [90 * DAY, '90 days'],
  [YEAR, '1 year'],
  [2 * YEAR, '2 years'],
  [5 * YEAR, '5 years'],
  [10 * YEAR, '10 years'],
  [20 * YEAR, '20 years'],
];

/** Closer ticks, in percent of the width, are left out: their words would meet on a desk, or on a phone. */
const MIN_GAP = { desk: 8, phone: 27 } as const;

/** The least span of an axis. */
const MIN_SPAN = 2 * HOUR;

export interface Tick {
  /** In percent of the width. */
  readonly x: number;
  /** The age: `7 days`. */
  readonly age: string;
  /** The time in UTC: `14:32` on the day of the report, `22 Nov` in its year, `Nov 2024` before. */
  readonly time: string;
  /** Whether there is room for it on a phone. */
  readonly onPhone: boolean;
}

/** What places times from left to right, the time of the report at the right. */
export interface Axis {
  /** Where a time is, in percent of the width. */
  position(time: string): number;
  /** Whether a time can be placed. */
  has(time: string): boolean;
  readonly ticks: readonly Tick[];
}

/**
 * An axis from the oldest time to that of the report. Its scale is logarithmic beyond the last hour, so that minutes and years are
 * both visible.
 * @param at the time of the report
 */
export function timeAxis(at: string, restorable: readonly RestorableInterval[]): Axis {
  const end = Date.parse(at);
  const ages = restorable.map(({ from }) => end - Date.parse(from)).filter((age) => !Number.isNaN(age));
  const span = ages.reduce((oldest, age) => Math.max(oldest, age), MIN_SPAN);
  const percent = (age: number): number => {
    const share = Math.log1p(Math.max(age, 0) / HOUR) / Math.log1p(span / HOUR);
    return Math.round(1000 * (1 - Math.min(share, 1))) / 10;
  };
  return {
    position: (time) => percent(end - Date.parse(time)),
    has: (time) => !Number.isNaN(Date.parse(time)),
    ticks: ticksOf(end, span, percent),
  };
}

function ticksOf(end: number, span: number, percent: (age: number) => number): readonly Tick[] {
  const ticks: Tick[] = [];
  let onDesk = Number.POSITIVE_INFINITY;
  let onPhone = Number.POSITIVE_INFINITY;
  for (const [age, words] of AGES) {
    const x = percent(age);
    if (age > span || onDesk - x < MIN_GAP.desk) continue;
    const fitsPhone = onPhone - x >= MIN_GAP.phone;
    ticks.push({ x, age: words, time: timeOf(end - age, end), onPhone: fitsPhone });
    onDesk = x;
    if (fitsPhone) onPhone = x;
  }
  return ticks;
}

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'] as const;

function timeOf(time: number, end: number): string {
  const iso = new Date(time).toISOString();
  if (end - time < DAY) return iso.slice(11, 16);
  const month = MONTHS[new Date(time).getUTCMonth()];
  return end - time < YEAR ? `${Number(iso.slice(8, 10))} ${month}` : `${month} ${iso.slice(0, 4)}`;
}
