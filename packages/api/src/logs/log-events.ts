import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { mapAtOnce } from '@cumulus/dynamodb/aws';
import { askService } from '../aws/ask-service.ts';
import { DeploymentLogs, type LogPage, type PageRequest } from './deployment-logs.ts';
import { eventsInOrder } from './events-in-order.ts';
import {
  comparePositions,
  type FoundLogEvent,
  type LogPosition,
  newestFirst,
  oldestFirst,
  positionOf,
} from './log-event.ts';
import type { LogFilter } from './log-query.ts';
import { type NewestInSpan, newestInSpan } from './newest-in-span.ts';
import { RequestBudget } from './request-budget.ts';
import { type Span, spansBackwards } from './spans-backwards.ts';

/** Which events, and how many of them. */
export interface LogQuery extends LogFilter {
  /** The first and the last time, in milliseconds since 1970; the last 48 hours until now unless given. */
  readonly from?: number | undefined;
  readonly to?: number | undefined;
  readonly limit: number;
  /** `desc`, the newest first, unless given. */
  readonly order?: 'asc' | 'desc' | undefined;
  /** Only those that come after this one in that order. */
  readonly after?: LogPosition | undefined;
}

/** The events that were found, and how far the search went. */
export interface FoundLogEvents {
  /** In the order that was asked for. */
  readonly events: readonly FoundLogEvent[];
  /**
   * The first and the last time of what was searched, in milliseconds since 1970, where that is less than what was asked for. All
   * events between them are found, if fewer were found than were asked for.
   */
  readonly searchedFrom: number | undefined;
  readonly searchedTo: number | undefined;
  /** Log groups of the deployment that were not searched, because there are too many. */
  readonly unsearchedGroups: number;
}

/** How far back a search goes unless given, in milliseconds; so far back NASA's dashboards say that they look. */
const DEFAULT_SPAN = 48 * 3_600_000;

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

/** Finds the events of a deployment. */
export class LogEvents {
  readonly #logs: DeploymentLogs;
  readonly #bounds: LogBounds;

  constructor(logs: DeploymentLogs, bounds: LogBounds) {
    this.#logs = logs;
    this.#bounds = bounds;
  }

  /** For answers of the API, within its limits. @param groups the names of the log groups, in which `*` stands for any characters */
  static forAnswers(groups: readonly string[], tables: DynamoDBClient): LogEvents {
    const ask = <T>(send: () => Promise<T>): Promise<T> => askService('CloudWatch Logs', send);
    return new LogEvents(new DeploymentLogs({ groups, tables, maxAttempts: MAX_ATTEMPTS, ask }), BOUNDS_OF_ANSWER);
  }

  /**
   * Reads events of as many log groups as the limits allow, in the order of the patterns and by name.
   * @throws ServiceUnavailableError for an answer; else what asking CloudWatch throws
   */
  async read(query: LogQuery): Promise<FoundLogEvents> {
    const all = await this.#logs.groups();
    const groups = all.slice(0, this.#bounds.groups);
    const { order = 'desc', after } = query;
    const asked = { from: query.from, to: query.to ?? Date.now() };
    const unsearchedGroups = all.length - groups.length;
    const startOfLatest = Math.max(Math.min(asked.to, Date.now()) - DEFAULT_SPAN, 0);
    if (order === 'asc') {
      const from = asked.from ?? startOfLatest;
      const found = await this.#readOldest(groups, { from: after?.time ?? from, to: asked.to }, query);
      return { ...found, searchedFrom: asked.from === undefined ? from : undefined, unsearchedGroups };
    }
    // Who asks for what is before that looks back as far as there is something.
    const from = asked.from ?? (after === undefined ? startOfLatest : 0);
    const found = await this.#readNewest(groups, { from, to: after?.time ?? asked.to }, query);
    return { ...found, searchedTo: undefined, unsearchedGroups };
  }

  /**
   * CloudWatch returns the oldest events first, so it is asked for spans of time that grow backwards, until there are enough events
   * or a limit is met.
   */
  async #readNewest(groups: readonly string[], { from, to }: Span, query: LogQuery): Promise<Newest> {
    const { requests, time } = this.#bounds;
    const spans = spansBackwards({ from, to }, spansFor(groups.length, requests));
    // Beyond one request of each group for each span, so that a group with many events leaves the others theirs.
    const budget = new RequestBudget(requests - groups.length * spans.length, time);
    const events: FoundLogEvent[] = [];
    for (const span of spans) {
      const limit = query.limit - events.length;
      const found = await this.#readSpan(groups, span, { ...query, limit }, budget);
      for (const event of found.events) events.push(event);
      if (events.length >= query.limit) return { events, searchedFrom: undefined };
      if (found.completeFrom > span.from) return { events, searchedFrom: found.completeFrom };
    }
    return { events, searchedFrom: query.from === undefined && from > 0 ? from : undefined };
  }

  /** Merges the groups, until there are enough events or a limit is met. */
  async #readOldest(groups: readonly string[], span: Span, query: LogQuery): Promise<Oldest> {
    const { requests, time } = this.#bounds;
    // A range that ends before it begins has nothing.
    if (span.from > span.to) return { events: [], searchedTo: undefined };
    const budget = new RequestBudget(requests, time);
    const readPage = async (group: string, request: PageRequest): Promise<LogPage> => {
      if (!budget.take()) throw new BudgetSpentError();
      const page = await this.#logs.readPage(group, request);
      return { ...page, events: page.events.filter((found) => isAfter(found, query)) };
    };
    const events: FoundLogEvent[] = [];
    try {
      for await (const found of eventsInOrder({ logs: { readPage }, groups, filter: query, span })) {
        // All of the last one's millisecond, since CloudWatch may have them in another order.
        if (events.length >= query.limit && found.time > (events.at(-1)?.time ?? 0)) break;
        events.push(found);
      }
    } catch (error) {
      if (!(error instanceof BudgetSpentError)) throw error;
      const searchedTo = (events.at(-1)?.time ?? span.from) - 1;
      return { events: events.filter((found) => found.time <= searchedTo).sort(oldestFirst), searchedTo };
    }
    return { events: events.sort(oldestFirst).slice(0, query.limit), searchedTo: undefined };
  }

  /** The newest events of all groups in a span. */
  async #readSpan(
    groups: readonly string[],
    span: Span,
    query: LogQuery,
    budget: RequestBudget,
  ): Promise<NewestInSpan> {
    const found = await mapAtOnce(groups, CONCURRENCY, undefined, (group) => {
      const read = async (part: Span, token: string | undefined): Promise<LogPage> => {
        const page = await this.#logs.readPage(group, { filter: query, span: part, token });
        return { ...page, events: page.events.filter((found) => isAfter(found, query)) };
      };
      return newestInSpan(read, span, query.limit, budget);
    });
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

type Newest = Pick<FoundLogEvents, 'events' | 'searchedFrom'>;
type Oldest = Pick<FoundLogEvents, 'events' | 'searchedTo'>;

/** No more requests may be sent for this answer. */
class BudgetSpentError extends Error {}

function isAfter(found: FoundLogEvent, { order, after }: LogQuery): boolean {
  if (after === undefined) return true;
  const place = comparePositions(positionOf(found), after);
  return order === 'asc' ? place > 0 : place < 0;
}
