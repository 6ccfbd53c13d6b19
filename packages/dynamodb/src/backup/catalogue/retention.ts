import type { CataloguedBackup } from './catalogue-entry.ts';

/** A span of the calendar, as in `1y6m` or `35d`. */
export interface CalendarSpan {
  readonly years: number;
  readonly months: number;
  readonly days: number;
  readonly hours: number;
}

/** How many, or all of them. */
export type KeepCount = number | 'unlimited';

/**
 * Which backups of a table stay, with the meaning that restic gives to its options of these names. A backup stays if any rule keeps
 * it. Hours, days, weeks (of ISO 8601), months and years are those of UTC.
 */
export interface KeepRules {
  /** The newest, so many. */
  readonly last?: KeepCount | undefined;
  /** Of the last so many hours that have a backup, the newest of each. */
  readonly hourly?: KeepCount | undefined;
  readonly daily?: KeepCount | undefined;
  readonly weekly?: KeepCount | undefined;
  readonly monthly?: KeepCount | undefined;
  readonly yearly?: KeepCount | undefined;
  /** All that were begun less than this before the newest one of the table. */
  readonly within?: CalendarSpan | undefined;
}

/** Whether a backup stays. */
export interface ForgetDecision {
  readonly backup: CataloguedBackup;
  /** `kept` by a rule; `spared`, though no rule keeps it; `unknown` when it was made, so that no rule applies; `goes`. */
  readonly fate: 'kept' | 'spared' | 'unknown' | 'goes';
  /** Why it stays, in a few words each; none if it goes. */
  readonly reasons: readonly string[];
}

type Dated = CataloguedBackup & { readonly startedAt: Date };

/** A rule that counts periods, the name of its periods, and what distinguishes one of them from the next. */
const PERIODS = [
  ['last', 'last', (_time: Date, index: number): string => String(index)],
  ['hourly', 'hourly', (time: Date): string => time.toISOString().slice(0, 13)],
  ['daily', 'daily', (time: Date): string => time.toISOString().slice(0, 10)],
  ['weekly', 'weekly', isoWeek],
  ['monthly', 'monthly', (time: Date): string => time.toISOString().slice(0, 7)],
  ['yearly', 'yearly', (time: Date): string => time.toISOString().slice(0, 4)],
] as const;

/**
 * Decides which backups of one table stay.
 *
 * - A rule that counts goes through the backups from the newest on, and keeps the first of each period until it has kept as many as it
 *   may. If it has not by the oldest backup, it keeps that too, so that the history is as long as can be.
 * - A backup counts by the time at which its reading began. Without a manifest that says it, a backup is `unknown`, and stays.
 * - If no backup that a rule keeps can be read at once, the newest that can is spared; and if no such one is proved, the newest that is.
 *
 * @param backups those of one table, in any order
 * @param now no backup from after this time counts as the newest, of which `within` is measured
 * @returns the decisions, the newest backup first
 * @throws RangeError without a rule
 * @example
 * ```ts
 * import { chooseForgotten, listCatalogue } from '@cumulus/dynamodb/backup';
 *
 * for (const { table, backups } of await listCatalogue('backups')) {
 *   const decisions = chooseForgotten(backups, { daily: 7, weekly: 5, monthly: 12 });
 *   console.log(table, decisions.filter(({ fate }) => fate === 'goes').length);
 * }
 * ```
 */
export function chooseForgotten(
  backups: readonly CataloguedBackup[],
  rules: KeepRules,
  now = new Date(),
): readonly ForgetDecision[] {
  if (Object.values(rules).every((rule) => rule === undefined))
    throw new RangeError('There is no rule that keeps backups.');
  const dated = backups.filter((backup): backup is Dated => backup.startedAt !== undefined).sort(newestFirst);
  const reasons = reasonsToKeep(
    dated.map(({ startedAt }) => startedAt),
    rules,
    now,
  );
  const decisions = dated.map((backup, index): ForgetDecision => {
    const ofBackup = reasons[index] ?? [];
    return { backup, fate: ofBackup.length > 0 ? 'kept' : 'goes', reasons: ofBackup };
  });
  const unknown = backups.filter(({ startedAt }) => startedAt === undefined);
  return [
    ...spare(
      spare(decisions, isReadable, 'the only one that can be read at once'),
      isProved,
      'the only one that is proved',
    ),
    ...unknown.map((backup): ForgetDecision => ({ backup, fate: 'unknown', reasons: [whyUnknown(backup)] })),
  ];
}

/**
 * Why each of some times stays by the rules, in a few words each; none if no rule keeps it.
 * @param times the newest first
 * @param now no later time counts as the newest, of which `within` is measured
 */
export function reasonsToKeep(times: readonly Date[], rules: KeepRules, now: Date): readonly (readonly string[])[] {
  const newest = times.find((time) => time < now);
  const counters = PERIODS.flatMap(([rule, name, periodOf]) => {
    const count = rules[rule];
    return count === undefined ? [] : [{ name, periodOf, left: count, last: undefined as string | undefined }];
  });
  return times.map((time, index) => {
    const isOldest = index === times.length - 1;
    const reasons: string[] = [];
    const isWithin = newest === undefined || (rules.within !== undefined && time > timeBefore(newest, rules.within));
    if (rules.within !== undefined && isWithin) reasons.push(`within ${formatSpan(rules.within)}`);
    for (const counter of counters) {
      if (counter.left === 0) continue;
      const period = counter.periodOf(time, index);
      const isNew = period !== counter.last;
      if (!isNew && !isOldest) continue;
      counter.last = period;
      if (counter.left !== 'unlimited') counter.left -= 1;
      reasons.push(isNew ? counter.name : `oldest ${counter.name}`);
    }
    return reasons;
  });
}

/** Spares the newest backup that has a property, if none has it that stays. */
function spare(
  decisions: readonly ForgetDecision[],
  has: (backup: CataloguedBackup) => boolean,
  reason: string,
): readonly ForgetDecision[] {
  if (decisions.some(({ backup, fate }) => fate !== 'goes' && has(backup))) return decisions;
  const spared = decisions.find(({ backup }) => has(backup));
  return decisions.map((decision) =>
    decision === spared ? { ...decision, fate: 'spared', reasons: [reason] } : decision,
  );
}

function isReadable({ archivedIn }: CataloguedBackup): boolean {
  return archivedIn === undefined;
}

function isProved(backup: CataloguedBackup): boolean {
  return isReadable(backup) && backup.proofs.length > 0;
}

function whyUnknown({ manifest }: CataloguedBackup): string {
  if (manifest === 'absent') return 'it has no manifest';
  return manifest === 'unreadable' ? 'its manifest cannot be read' : 'its manifest is of another file';
}

function newestFirst(one: Dated, other: Dated): number {
  return other.startedAt.getTime() - one.startedAt.getTime();
}

/** The time of the calendar that is so long before another; a day that its month does not have is one of the next month. */
export function timeBefore(time: Date, { years, months, days, hours }: CalendarSpan): Date {
  const date = new Date(time);
  date.setUTCFullYear(time.getUTCFullYear() - years, time.getUTCMonth() - months, time.getUTCDate() - days);
  date.setTime(date.getTime() - hours * 3_600_000);
  return date;
}

/** `2026-W48`: the week of ISO 8601, with the year that it belongs to. */
function isoWeek(time: Date): string {
  const thursday = new Date(Date.UTC(time.getUTCFullYear(), time.getUTCMonth(), time.getUTCDate()));
  thursday.setUTCDate(thursday.getUTCDate() + 4 - (thursday.getUTCDay() || 7));
  const firstOfYear = Date.UTC(thursday.getUTCFullYear(), 0, 1);
  const week = Math.floor((thursday.getTime() - firstOfYear) / (7 * 24 * 3_600_000)) + 1;
  return `${thursday.getUTCFullYear()}-W${week}`;
}

const UNITS = { y: 'years', m: 'months', d: 'days', h: 'hours' } as const;

/**
 * Reads a span such as `35d`, `1y6m` or `2d12h`: years, months, days and hours, each at most once.
 * @returns undefined for anything else, and for a span of no length
 * @example
 * ```ts
 * import { parseSpan } from '@cumulus/dynamodb/backup';
 *
 * parseSpan('1y6m'); // { years: 1, months: 6, days: 0, hours: 0 }
 * ```
 */
export function parseSpan(text: string): CalendarSpan | undefined {
  if (!/^(?:\d{1,5}[ymdh])+$/.test(text)) return undefined;
  const span = { years: 0, months: 0, days: 0, hours: 0 };
  const given = new Set<string>();
  for (const [, number = '', unit = ''] of text.matchAll(/(\d+)([ymdh])/g)) {
    if (given.has(unit)) return undefined;
    given.add(unit);
    span[UNITS[unit as keyof typeof UNITS]] = Number(number);
  }
  return Object.values(span).some((length) => length > 0) ? span : undefined;
}

/** A span as {@link parseSpan} reads it: `1y6m`. */
export function formatSpan(span: CalendarSpan): string {
  return Object.entries(UNITS)
    .map(([unit, name]) => (span[name] === 0 ? '' : `${span[name]}${unit}`))
    .join('');
}
