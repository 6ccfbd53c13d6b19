import type { PlainItem } from '@cumulus/dynamodb/items';

const HOUR = 3_600_000;

/** The end of the year 9999. A time that is later, or before 1970, is none of a record that was made by a workflow. */
const MAX_TIME = 253_402_300_799_999;

/** The hour of a time, since 1970. @param timestamp milliseconds as DynamoDB has them @returns undefined for what is no such time */
export function hourOf(timestamp: string | number | undefined): number | undefined {
  const time = timestamp === undefined ? Number.NaN : Number(timestamp);
  return time >= 0 && time <= MAX_TIME ? Math.floor(time / HOUR) : undefined;
}

/** Counts of a span of time. */
export interface TimeCounts {
  readonly total: number;
  /** By status; `''` stands for records without one that this release knows. */
  readonly byStatus: Readonly<Record<string, number>>;
  /** How many have a `duration`, and the sum of these, in milliseconds; 0 for a collection, of which this is not kept. */
  readonly timed: number;
  readonly milliseconds: number;
}

/** Separates the hour from what is counted. */
const MARK = '|';

/** What no status is called. */
const TIMED = '#timed';
const MILLISECONDS = '#milliseconds';

/** How many records add the same but for their durations; negative for records that went. */
export interface Records {
  readonly records: number;
  /** How many of them have a duration, and the sum of these, in milliseconds. */
  readonly timed: number;
  readonly milliseconds: number;
}

/** The counts of a day by its hours and by status, as attributes of one item: `09|completed`. */
export class DayTally {
  readonly #counts = new Map<string, number>();

  /** The day that an hour is of, in UTC: `2026-01-31`. */
  static dayOf(hour: number): string {
    return new Date(hour * HOUR).toISOString().slice(0, 10);
  }

  static from(item: PlainItem): DayTally {
    const day = new DayTally();
    for (const [name, count] of Object.entries(item)) {
      if (name[2] === MARK) day.#counts.set(name, count as number);
    }
    return day;
  }

  add(hour: number, status: string, { records, timed, milliseconds }: Records): void {
    this.#increase(hour, status, records);
    if (timed === 0) return;
    this.#increase(hour, TIMED, timed);
    this.#increase(hour, MILLISECONDS, milliseconds);
  }

  addAll(other: DayTally): void {
    for (const [name, count] of other.#counts) this.#counts.set(name, (this.#counts.get(name) ?? 0) + count);
  }

  /** As attributes of an item, or what is added to them; durations only for all records together. */
  attributes(group: 'all' | 'collection'): Readonly<Record<string, number>> {
    const isKept = (name: string): boolean => group === 'all' || !name.slice(3).startsWith('#');
    return Object.fromEntries([...this.#counts].filter(([name, count]) => count !== 0 && isKept(name)));
  }

  /** What was counted in the hours that a test lets through, by what it is. */
  *ofHours(day: string, isWanted: (hour: number) => boolean): Generator<readonly [what: string, count: number]> {
    const first = Date.parse(day) / HOUR;
    for (const [name, count] of this.#counts) {
      if (isWanted(first + Number(name.slice(0, 2)))) yield [name.slice(3), count];
    }
  }

  #increase(hour: number, what: string, by: number): void {
    const name = `${String(hour % 24).padStart(2, '0')}${MARK}${what}`;
    this.#counts.set(name, (this.#counts.get(name) ?? 0) + by);
  }
}

/** Adds up what was counted in some hours of days. */
export function timeCountsOf(days: Iterable<PlainItem>, isWanted: (hour: number) => boolean): TimeCounts {
  const sums = new Map<string, number>();
  for (const item of days) {
    for (const [what, count] of DayTally.from(item).ofHours(item['day'] as string, isWanted)) {
      sums.set(what, (sums.get(what) ?? 0) + count);
    }
  }
  const byStatus = [...sums].filter(([what, count]) => !what.startsWith('#') && count !== 0);
  return {
    total: byStatus.reduce((sum, [, count]) => sum + count, 0),
    byStatus: Object.fromEntries(byStatus),
    timed: sums.get(TIMED) ?? 0,
    milliseconds: sums.get(MILLISECONDS) ?? 0,
  };
}

/** A span of time, in milliseconds since 1970; both ends belong to it. */
export interface TimeSpan {
  readonly from?: number | undefined;
  readonly to?: number | undefined;
}

/** The whole hours of a span, and what is left of it at its ends. */
export function splitByHours({ from, to }: TimeSpan): {
  readonly isWhole: (hour: number) => boolean;
  readonly edges: readonly { readonly from: number; readonly to: number }[];
} {
  const first = from === undefined ? Number.NEGATIVE_INFINITY : Math.ceil(from / HOUR);
  const end = to === undefined ? Number.POSITIVE_INFINITY : Math.floor((to + 1) / HOUR);
  const isWhole = (hour: number): boolean => hour >= first && hour < end;
  if (from !== undefined && to !== undefined && first >= end)
    return { isWhole, edges: from <= to ? [{ from, to }] : [] };
  const edges = [
    ...(from !== undefined && first * HOUR > from ? [{ from, to: first * HOUR - 1 }] : []),
    ...(to !== undefined && end * HOUR <= to ? [{ from: end * HOUR, to }] : []),
  ];
  return { isWhole, edges };
}
