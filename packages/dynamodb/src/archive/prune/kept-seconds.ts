import { reasonsToKeep } from '../../backup/catalogue/retention.ts';
import type { ArchivedRange } from '../read/table-archive.ts';
import type { KeepSeconds } from './options.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

/** Later than any time. */
const NEVER = new Date(8.64e15);

/**
 * The seconds that rules keep, each with why. Only ends of hours or days are looked at, and ends of what can be restored: the last second of
 * any longer time is among them.
 * @param archive what can be restored: ranges of seconds, and seconds that stand alone, in milliseconds since 1970
 * @returns by the seconds, in milliseconds since 1970
 */
export function keptSeconds(
  { ranges, points }: { readonly ranges: readonly ArchivedRange[]; readonly points: readonly number[] },
  { within: _, ...rules }: KeepSeconds,
): ReadonlyMap<number, readonly string[]> {
  const step = rules.hourly === undefined ? DAY : HOUR;
  const seconds = new Set(points);
  for (const range of ranges) for (const end of endsIn(range, step)) seconds.add(end);
  const first = Math.min(...ranges.map(({ from }) => from));
  if (Number.isFinite(first)) seconds.add(first);
  const times = [...seconds].sort((a, b) => b - a);
  const reasons = reasonsToKeep(
    times.map((time) => new Date(time)),
    rules,
    NEVER,
  );
  return new Map(
    times.flatMap((time, index) => ((reasons[index] ?? []).length > 0 ? [[time, reasons[index] ?? []]] : [])),
  );
}

function* endsIn({ from, to }: ArchivedRange, step: number): Generator<number, void> {
  for (let end = from - (from % step) + step - 1000; end < to; end += step) yield end;
  yield to;
}
