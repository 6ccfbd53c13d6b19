import type { Allowance } from './allowance.ts';
import type { LogPage } from './function-logs.ts';
import { type FoundLogEvent, newestFirst } from './log-event.ts';
import type { Span } from './spans-backwards.ts';

export type ReadLogPage = (span: Span, token: string | undefined) => Promise<LogPage>;

/** What a log group has in a span. */
export interface NewestInSpan {
  /** The newest first. */
  readonly events: readonly FoundLogEvent[];
  /** From when on nothing is missing but what is older than as many events as were asked for. */
  readonly completeFrom: number;
}

/** Pages without an event after which a part is cut in two all the same. */
const MOST_EMPTY_PAGES = 10;

/**
 * Reads the newest events of a log group in a span. CloudWatch tells the oldest first, and has no way to ask for its
 * last page: a part of the span that is more than a page is cut in two, of which the later is read first.
 * @param allowance what is drawn on for each request but the first
 */
export async function newestInSpan(
  read: ReadLogPage,
  span: Span,
  limit: number,
  allowance: Allowance,
): Promise<NewestInSpan> {
  const events: FoundLogEvent[] = [];
  const parts: Span[] = [span];
  let completeFrom = span.to + 1;
  let isFirst = true;
  for (let part = parts.pop(); part !== undefined && events.length < limit; part = parts.pop()) {
    if (isFirst ? allowance.isOver : !allowance.take()) return { events, completeFrom };
    isFirst = false;
    const inPart = await readPart(read, part, allowance);
    if (inPart === 'unknown') return { events, completeFrom };
    if (inPart === 'too many') {
      const middle = Math.floor((part.from + part.to) / 2);
      parts.push({ from: part.from, to: middle }, { from: middle + 1, to: part.to });
    } else {
      events.push(...inPart.toReversed().sort(newestFirst));
      completeFrom = part.from;
    }
  }
  return { events: events.slice(0, limit), completeFrom: span.from };
}

/** All events of a part. A page may be empty, and say only that CloudWatch has not come to the end yet. */
async function readPart(
  read: ReadLogPage,
  part: Span,
  allowance: Allowance,
): Promise<readonly FoundLogEvent[] | 'too many' | 'unknown'> {
  const events: FoundLogEvent[] = [];
  let { events: found, nextToken } = await read(part, undefined);
  events.push(...found);
  for (let pages = 1; nextToken !== undefined; pages += 1) {
    // A millisecond cannot be cut.
    if (part.from < part.to && (events.length > 0 || pages >= MOST_EMPTY_PAGES)) return 'too many';
    if (!allowance.take()) return 'unknown';
    ({ events: found, nextToken } = await read(part, nextToken));
    events.push(...found);
  }
  return events;
}
