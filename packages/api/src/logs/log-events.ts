import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { askService } from '../aws/ask-service.ts';
import { FunctionLogs } from './function-logs.ts';
import { type FoundLogEvent, newestFirst } from './log-event.ts';
import type { LogQuery } from './log-query.ts';
import { type NewestInSpan, newestInSpan } from './newest-in-span.ts';
import { RequestBudget } from './request-budget.ts';
import { type Span, spansBackwards } from './spans-backwards.ts';

/** The events that were found, and how far back the search went. */
export interface FoundLogEvents {
  /** The newest first. */
  readonly events: readonly FoundLogEvent[];
  /**
   * The time from which on these are all events, in milliseconds since 1970; undefined if they are all that was asked for.
   * Earlier ones can be asked for by themselves.
   */
  readonly searchedFrom: number | undefined;
}

/** How far back a search goes unless given, in milliseconds. */
const DEFAULT_SPAN = 24 * 3_600_000;

/** The most requests to CloudWatch for one answer: it accepts 5 to 25 a second of an account, by region. */
const MAX_REQUESTS = 250;

/** The time after which a search ends with what it has found, in milliseconds: API Gateway waits for 29 seconds. */
const MAX_TIME = 20_000;

/** The most log groups that are searched, so that each can be asked at least twice. */
const MAX_GROUPS = 100;

/** The most and the fewest spans that the requested time is cut into. */
const MAX_SPANS = 5;
const MIN_SPANS = 2;

/** Log groups that are asked at once. */
const CONCURRENCY = 5;

/** How often a request is sent before its failure counts: CloudWatch throttles readers early. */
const MAX_ATTEMPTS = 6;

/** Limits of a search. */
export interface LogBounds {
  /** Requests to CloudWatch. */
  readonly requests: number;
  /** In milliseconds. */
  readonly time: number;
  /** Log groups that are searched. */
  readonly groups: number;
}

/** The limits of an answer of the API. */
const BOUNDS_OF_ANSWER: LogBounds = { requests: MAX_REQUESTS, time: MAX_TIME, groups: MAX_GROUPS };

/** Finds the newest events of a deployment's functions. */
export class LogEvents {
  readonly #logs: FunctionLogs;
  readonly #bounds: LogBounds;

  constructor(logs: FunctionLogs, bounds: LogBounds) {
    this.#logs = logs;
    this.#bounds = bounds;
  }

  /** For answers of the API, within its limits. */
  static forAnswers(stackName: string, tables: DynamoDBClient): LogEvents {
    const ask = <T>(send: () => Promise<T>): Promise<T> => askService('CloudWatch Logs', send);
    return new LogEvents(new FunctionLogs({ stackName, tables, maxAttempts: MAX_ATTEMPTS, ask }), BOUNDS_OF_ANSWER);
  }

  /**
   * Reads events, the newest first, of as many functions as the limits allow, by name. CloudWatch returns the oldest first, so
   * it is asked for spans of time that grow backwards, until there are enough events or a limit is met.
   * @throws ServiceUnavailableError for an answer; else what asking CloudWatch throws
   */
  async read(query: LogQuery): Promise<FoundLogEvents> {
    const to = query.to ?? Date.now();
    const from = query.from ?? to - DEFAULT_SPAN;
    const { requests, time, groups: maxGroups } = this.#bounds;
    const groups = await this.#logs.groups(maxGroups);
    const spans = spansBackwards({ from, to }, spansFor(groups.length, requests));
    // Beyond one request of each group for each span, so that a group with many events leaves the others theirs.
    const budget = new RequestBudget(requests - groups.length * spans.length, time);
    const events: FoundLogEvent[] = [];
    for (const span of spans) {
      const limit = query.limit - events.length;
      const found = await this.#readSpan(groups, span, { ...query, limit }, budget);
      for (const event of found.events) events.push(event);
      if (events.length >= query.limit) break;
      if (found.completeFrom > span.from) return { events, searchedFrom: found.completeFrom };
    }
    return { events, searchedFrom: undefined };
  }

  /** The newest events of all groups in a span. */
  async #readSpan(
    groups: readonly string[],
    span: Span,
    query: LogQuery,
    budget: RequestBudget,
  ): Promise<NewestInSpan> {
    const found: NewestInSpan[] = [];
    for (let start = 0; start < groups.length; start += CONCURRENCY) {
      const some = groups.slice(start, start + CONCURRENCY).map((group) => {
        const read = (part: Span, token: string | undefined) =>
          this.#logs.readPage(group, { filter: query, span: part, token });
        return newestInSpan(read, span, query.limit, budget);
      });
      found.push(...(await Promise.all(some)));
    }
    // Events from before the time from which on every group is known would have gaps between them.
    const completeFrom = Math.max(span.from, ...found.map((group) => group.completeFrom));
    const events = found
      .flatMap((group) => group.events)
      .filter(({ time }) => time >= completeFrom)
      .sort(newestFirst);
    return { events: events.slice(0, query.limit), completeFrom };
  }
}

/** As many as leave half of the requests to groups with many events. */
function spansFor(groups: number, requests: number): number {
  const affordable = Math.floor(requests / 2 / Math.max(groups, 1));
  return Math.max(MIN_SPANS, Math.min(affordable, MAX_SPANS));
}
