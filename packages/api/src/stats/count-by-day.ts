/** A day of UTC, and how many there are of it. */
export interface DayCount {
  /** `2026-01-31` */
  readonly date: string;
  readonly count: number;
}

/** Counts times by their days, the earliest first. @param times in milliseconds since 1970; what is none is left out */
export function countByDay(times: readonly unknown[]): readonly DayCount[] {
  const days = new Map<string, number>();
  for (const time of times) {
    const day = typeof time === 'number' ? new Date(time) : undefined;
    if (day === undefined || Number.isNaN(day.getTime())) continue;
    const date = day.toISOString().slice(0, 10);
    days.set(date, (days.get(date) ?? 0) + 1);
  }
  return [...days].map(([date, count]) => ({ date, count })).sort((a, b) => (a.date < b.date ? -1 : 1));
}
