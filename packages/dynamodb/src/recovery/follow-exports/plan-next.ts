import type { Gap } from '../../archive/format/segment.ts';
import { type ExportChain, endOf } from '../../archive/read/export-chain.ts';
import { wholeSecond } from '../../aws/zoned-time.ts';
import type { TableExport } from '../export/describe.ts';
import type { RestorableWindow } from '../protection.ts';
import { MAX_EXPORT_WINDOW, MIN_EXPORT_WINDOW } from './options.ts';

/** How much older than the latest instant a full export may be to be continued, in milliseconds. */
const MAX_BEHIND = 24 * 3_600_000;

/** Exports that are under way at once. An account may have 300. */
const MAX_AT_ONCE = 8;

/** An export that comes next in a chain. */
export interface NextExport {
  readonly at: Date;
  /** Undefined for a full export. */
  readonly changesSince: Date | undefined;
  readonly gap: Gap | null;
}

/** An export that comes next, and that an earlier follower may have started. */
export interface NextOrStarted extends NextExport {
  readonly started: TableExport | undefined;
}

export interface PlanNextOptions {
  readonly chain: ExportChain;
  /** When the last export of the table ends, also of an earlier table of its name; in milliseconds since 1970. */
  readonly lastEnd: number | undefined;
  /** What point-in-time recovery reaches. */
  readonly restorable: RestorableWindow;
  /** In milliseconds. */
  readonly window: number;
  /** In milliseconds. */
  readonly fullEvery?: number | undefined;
}

/** Where a chain goes on, in milliseconds since 1970; undefined where only a full export can follow. */
export function continuesAt({ chain, restorable }: Pick<PlanNextOptions, 'chain' | 'restorable'>): number | undefined {
  const { head, isOpen } = chain;
  if (head === undefined || !isOpen) return undefined;
  const end = endOf(head);
  // Point-in-time recovery was off in between, or no longer reaches back to it.
  return end < restorable.earliest.getTime() ? undefined : end;
}

/** Whether an export is to be made now. */
export function isDue(options: PlanNextOptions): boolean {
  return planNext(options, []).length > 0;
}

/**
 * The exports that come next in a chain: a full one where it does not go on, otherwise one for each window that is over, several at most.
 * Each begins where the one before it ends.
 * @param known exports of the table that may be under way or complete
 */
export function planNext(options: PlanNextOptions, known: readonly TableExport[]): readonly NextOrStarted[] {
  const { chain, restorable, window, fullEvery } = options;
  const latest = wholeSecond(restorable.latest).getTime();
  let end = continuesAt(options);
  if (end === undefined) return [newRun(options, known)];
  const next: NextOrStarted[] = [];
  let fullAt = fullOf(chain);
  while (next.length < MAX_AT_ONCE) {
    const from = end;
    if (fullEvery !== undefined && from - fullAt >= fullEvery) {
      const started = known.find((each) => each.changesSince === undefined && secondOf(each.time) === from);
      next.push({ at: new Date(from), changesSince: undefined, gap: null, started });
      fullAt = from;
      continue;
    }
    const started = known.find((each) => secondOf(each.changesSince) === from && isWindow(from, secondOf(each.time)));
    const to: number = secondOf(started?.time) ?? from + window;
    if (to > latest) break;
    next.push({ at: new Date(to), changesSince: new Date(from), gap: null, started });
    end = to;
  }
  return next;
}

/** A full export of the latest instant, or one under way that is not much older. */
function newRun(
  { lastEnd, restorable: { earliest, latest } }: PlanNextOptions,
  known: readonly TableExport[],
): NextOrStarted {
  const oldest = Math.max(earliest.getTime(), latest.getTime() - MAX_BEHIND, (lastEnd ?? 0) + 1);
  const started = known
    .filter(({ changesSince, time }) => changesSince === undefined && time !== undefined)
    .filter(({ time }) => (secondOf(time) ?? 0) >= oldest)
    .reduce<TableExport | undefined>(
      (newest, each) => (Number(each.time) > Number(newest?.time ?? 0) ? each : newest),
      undefined,
    );
  const at = wholeSecond(started?.time ?? latest);
  const from = lastEnd === undefined ? null : new Date(lastEnd).toISOString();
  return { at, changesSince: undefined, gap: { from, until: at.toISOString() }, started };
}

/** The instant of the last full export. */
function fullOf({ runs }: ExportChain): number {
  const run = runs.at(-1);
  return run === undefined ? 0 : endOf(run.full);
}

function isWindow(from: number, to: number | undefined): boolean {
  return to !== undefined && to - from >= MIN_EXPORT_WINDOW && to - from <= MAX_EXPORT_WINDOW;
}

function secondOf(time: Date | undefined): number | undefined {
  return time === undefined ? undefined : wholeSecond(time).getTime();
}
