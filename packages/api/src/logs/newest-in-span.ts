import type { LogPage } from './deployment-logs.ts';
import { type FoundLogEvent, newestFirst } from './log-event.ts';
import type { RequestBudget } from './request-budget.ts';
import type { Span } from './spans-backwards.ts';

export type ReadLogPage = (span: Span, token: string | undefined) => Promise<LogPage>;

/** The newest events of a log group in a span. */
export interface NewestInSpan {
  /** The newest first. */
  readonly events: readonly FoundLogEvent[];
  /** The time from which on nothing is missing, except older events beyond the limit. */
  readonly completeFrom: number;
}

/** The pages after which a part is cut in two even if they had few events or none. */
const MAX_PAGES = 10;

/**
 * Reads the newest events of a log group in a span. CloudWatch returns the oldest first (`startFromHead: false`, the other way
 * round, is for times since 2024 only, and no stand-in supports it): a part of the span that has more events than are wanted is cut
 * in two, and the later half is read first.
 * @param budget is charged for each request but the first
 */
export async function newestInSpan(
  read: ReadLogPage,
  span: Span,
  limit: number,
  budget: RequestBudget,
): Promise<NewestInSpan> {
  const events: FoundLogEvent[] = [];
  const parts: Span[] = [span];
  let completeFrom = span.to + 1;
  let isFirst = true;
  for (let part = parts.pop(); part !== undefined && events.length < limit; part = parts.pop()) {
    if (isFirst ? budget.isTimeOver : !budget.take()) return { events, completeFrom };
    isFirst = false;
    const inPart = await readPart(read, part, limit - events.length, budget);
    if (inPart === 'unknown') return { events, completeFrom };
    if (inPart === 'too many') {
      const middle = Math.floor((part.from + part.to) / 2);
      parts.push({ from: part.from, to: middle }, { from: middle + 1, to: part.to });
    } else {
      for (const found of inPart.toSorted(newestFirst)) events.push(found);
      completeFrom = part.from;
    }
  }
  return { events: events.slice(0, limit), completeFrom: span.from };
}

/** All events of a part. A page may have few or none before CloudWatch has come to the end. */
async function readPart(
  read: ReadLogPage,
  part: Span,
  limit: number,
  budget: RequestBudget,
): Promise<readonly FoundLogEvent[] | 'too many' | 'unknown'> {
  const events: FoundLogEvent[] = [];
  let { events: found, nextToken } = await read(part, undefined);
  for (const event of found) events.push(event);
  for (let pages = 1; nextToken !== undefined; pages += 1) {
    // A millisecond cannot be cut.
    if (part.from < part.to && (events.length >= limit || pages >= MAX_PAGES)) return 'too many';
    if (!budget.take()) return 'unknown';
    ({ events: found, nextToken } = await read(part, nextToken));
    for (const event of found) events.push(event);
  }
  return events;
}
