/** How long ago an interrupted backup may have started to be resumed, in milliseconds, unless another age is given. */
export const DEFAULT_RESUME_WITHIN = 24 * 3_600_000;

/** An interrupted backup that was not continued, and is gone. */
export interface DiscardedPartial {
  /** When it started, by the clock at that time: ISO 8601, UTC. */
  readonly startedAt: string;
  /** How many items it had read. */
  readonly items: number;
  /** Why it was not continued. */
  readonly reason: string;
}

/**
 * Why an interrupted backup is too old to be continued; undefined if it is not. What it read first counts, not what it
 * read last: that is how far apart two items of one file would be.
 * @param within in milliseconds
 */
export function whyTooOld(startedAt: string, within: number, now = Date.now()): string | undefined {
  const begun = Date.parse(startedAt);
  if (Number.isNaN(begun)) return `it does not say when it was begun ("${startedAt}")`;
  // The clock was set back, so the age is unknown.
  if (begun > now) return `it was begun at ${startedAt}, which is still to come: this machine's clock was changed`;
  return now - begun > within ? `it was begun at ${startedAt}, more than ${inWords(within)} ago` : undefined;
}

const UNITS = [
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
  ['second', 1_000],
] as const;

/** `24 hours`, `90 minutes`: in the largest unit that it is a whole number of, of which there are at least two. */
function inWords(milliseconds: number): string {
  const [unit, length] = UNITS.find(([, one]) => milliseconds >= 2 * one && milliseconds % one === 0) ?? [
    'second',
    1_000,
  ];
  const number = milliseconds / length;
  return `${number} ${unit}${number === 1 ? '' : 's'}`;
}
