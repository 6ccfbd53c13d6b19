import { isObject } from '@cumulus/dynamodb/aws';
import { decodeCursor, encodeCursor, InvalidCursorError } from '@cumulus/models';
import { type LogEvent, type LogPosition, positionOf } from './log-event.ts';
import type { FoundLogEvents, LogEvents, LogQuery } from './log-events.ts';
import { lineOf } from './log-line.ts';

/** A page of events. */
export interface LogPageQuery extends Omit<LogQuery, 'after'> {
  /** Events on a page. */
  readonly limit: number;
  /** Which page, from 1 on. Where events are logged meanwhile, pages can repeat some. */
  readonly page: number;
  /** In place of `page`, the page after the one that gave this; nothing is repeated or skipped. */
  readonly cursor: string | undefined;
}

/** A page of events, as the API shows them, and how far the search went. */
export interface LogLines extends Omit<FoundLogEvents, 'events'> {
  readonly lines: readonly LogEvent[];
  /** How many events were found so far, at least one more than are on the pages up to this one if there are more; by `page` alone. */
  readonly count: number | undefined;
  /** Asks for the next page; undefined after the last. */
  readonly next: string | undefined;
}

/** A span of time, in milliseconds since 1970. */
interface LogSpan {
  readonly from: number;
  /** Undefined where it has no end yet. */
  readonly to: number | undefined;
}

/**
 * @param usual the time that is searched unless one is asked for
 * @throws InvalidCursorError; else as {@link LogEvents.read} does
 */
export async function readLogPage(
  logs: LogEvents,
  query: LogPageQuery,
  usual: LogSpan | undefined = undefined,
): Promise<LogLines> {
  const { limit, page, cursor, ...search } = query;
  const isAnyTime = query.from === undefined && query.to === undefined;
  const within = isAnyTime ? usual : undefined;
  const name = JSON.stringify(['logs', search]);
  const after = cursor === undefined ? undefined : positionFrom(decodeCursor(name, cursor));
  const skipped = after === undefined ? (page - 1) * limit : 0;
  // One more shows whether there are more.
  const { events, ...reach } = await logs.read({ ...search, ...within, limit: skipped + limit + 1, after });
  const shown = events.slice(skipped, skipped + limit);
  const last = shown.at(-1);
  const isMore = events.length > skipped + limit;
  const position = isMore && last !== undefined ? positionOf(last) : endOf(reach, search.order, after);
  return {
    ...reach,
    searchedFrom: reach.searchedFrom ?? within?.from,
    searchedTo: reach.searchedTo ?? within?.to,
    lines: shown.map(lineOf),
    count: after === undefined ? events.length : undefined,
    next: position === undefined ? undefined : encodeCursor(name, position),
  };
}

/** Where a search goes on that ended early; undefined where it did not come any further. */
function endOf(
  { searchedFrom, searchedTo }: Omit<FoundLogEvents, 'events'>,
  order: LogQuery['order'] = 'desc',
  after: LogPosition | undefined,
): LogPosition | undefined {
  // No event has an empty id, so that this is before all events of its millisecond.
  if (order === 'desc') {
    const isFurther = searchedFrom !== undefined && searchedFrom < (after?.time ?? Number.POSITIVE_INFINITY);
    return isFurther ? { time: searchedFrom, id: '', logGroup: '' } : undefined;
  }
  const isFurther = searchedTo !== undefined && searchedTo >= (after?.time ?? 0);
  return isFurther ? { time: searchedTo + 1, id: '', logGroup: '' } : undefined;
}

function positionFrom(position: unknown): LogPosition {
  if (isObject(position)) {
    const { time, id, logGroup } = position;
    const isTime = typeof time === 'number' && !Number.isNaN(new Date(time).getTime()) && time >= 0;
    if (isTime && typeof id === 'string' && typeof logGroup === 'string') return { time, id, logGroup };
  }
  throw new InvalidCursorError('The cursor is damaged.', ['Give a page’s own cursor, unchanged.']);
}
