import type { CloudWatchLogsClient, FilterLogEventsCommandOutput } from '@aws-sdk/client-cloudwatch-logs';
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { asking, settingsLike } from '../aws-settings.ts';
import { Allowance } from './allowance.ts';
import { type LogEvent, logEventOf } from './log-event.ts';
import { filterPatternOf, type LogQuery, matches } from './log-query.ts';
import { type LogPage, type NewestInSpan, newestFirst, newestInSpan } from './newest-in-span.ts';
import { type Span, spansBackwards } from './spans-backwards.ts';

/** The events that were found, and how far was looked for them. */
export interface FoundLogEvents {
  /** The newest first. */
  readonly events: readonly LogEvent[];
  /**
   * From when on these are all, in milliseconds since 1970; undefined where they are all that was asked for. What is
   * earlier can be asked for by itself.
   */
  readonly searchedFrom: number | undefined;
}

/** How far back is looked unless told, in milliseconds. */
const USUAL_SPAN = 24 * 3_600_000;

/** Requests to CloudWatch for one answer, at the most: it takes 5 to 25 a second of an account, by region. */
const MOST_REQUESTS = 250;

/** After so many milliseconds what was found is told: API Gateway waits for 29 seconds. */
const MOST_TIME = 20_000;

/** Log groups that are looked into at the most, so that each can be asked at least twice. */
const MOST_GROUPS = 100;

/** Spans that the time asked for is cut into, at the most and at the least. */
const MOST_SPANS = 5;
const LEAST_SPANS = 2;

/** Log groups that are asked at once. */
const CONCURRENCY = 5;

/** How often a request is sent before its failure counts: CloudWatch throttles readers early. */
const MAX_ATTEMPTS = 6;

/** Reads the events of a deployment's functions, those of the log groups `/aws/lambda/<stack>-…`, in CloudWatch Logs. */
export class LogEvents {
  readonly #stackName: string;
  readonly #tables: DynamoDBClient;
  #client: Promise<CloudWatchLogsClient> | undefined;

  /** @param tables the client of the tables, after which that of the logs is made when it is first needed */
  constructor(stackName: string, tables: DynamoDBClient) {
    this.#stackName = stackName;
    this.#tables = tables;
  }

  /**
   * Reads events, the newest first, of the first {@link MOST_GROUPS} functions by name. CloudWatch tells the oldest
   * first, so that it is asked for spans of time that grow backwards, until there are enough, or the requests that an
   * answer may cost are spent.
   * @throws ServiceUnavailableError
   */
  async read(query: LogQuery): Promise<FoundLogEvents> {
    const to = query.to ?? Date.now();
    const from = query.from ?? to - USUAL_SPAN;
    const groups = await asking('CloudWatch Logs', () => this.#groups());
    const spans = spansBackwards({ from, to }, spansFor(groups.length));
    // Beyond one request of each group for each span, so that a group with many events leaves the others theirs.
    const allowance = new Allowance(MOST_REQUESTS - groups.length * spans.length, MOST_TIME);
    const events: LogEvent[] = [];
    for (const span of spans) {
      const limit = query.limit - events.length;
      const found = await this.#readSpan(groups, span, { ...query, limit }, allowance);
      events.push(...found.events);
      if (events.length >= query.limit) break;
      if (found.completeFrom > span.from) return { events, searchedFrom: found.completeFrom };
    }
    return { events, searchedFrom: undefined };
  }

  /** The newest events of all groups in a span. */
  async #readSpan(groups: readonly string[], span: Span, query: LogQuery, allowance: Allowance): Promise<NewestInSpan> {
    const found: NewestInSpan[] = [];
    for (let start = 0; start < groups.length; start += CONCURRENCY) {
      const some = groups.slice(start, start + CONCURRENCY).map((group) => {
        const read = (part: Span, token: string | undefined) => this.#readPage(group, part, query, token);
        return newestInSpan(read, span, query.limit, allowance);
      });
      found.push(...(await Promise.all(some)));
    }
    // Events from before the time from which on every group is known would have gaps between them.
    const completeFrom = Math.max(span.from, ...found.map((group) => group.completeFrom));
    const events = found
      .flatMap((group) => group.events)
      .filter(({ timestamp }) => Date.parse(timestamp) >= completeFrom)
      .sort(newestFirst);
    return { events: events.slice(0, query.limit), completeFrom };
  }

  async #groups(): Promise<readonly string[]> {
    const { paginateDescribeLogGroups } = await import('@aws-sdk/client-cloudwatch-logs');
    const names: string[] = [];
    const logGroupNamePrefix = `/aws/lambda/${this.#stackName}-`;
    for await (const { logGroups = [] } of paginateDescribeLogGroups(
      { client: await this.#logs() },
      { logGroupNamePrefix },
    )) {
      names.push(...logGroups.flatMap(({ logGroupName }) => logGroupName ?? []));
      if (names.length >= MOST_GROUPS) break;
    }
    return names.slice(0, MOST_GROUPS);
  }

  async #readPage(logGroup: string, span: Span, query: LogQuery, token: string | undefined): Promise<LogPage> {
    const { FilterLogEventsCommand } = await import('@aws-sdk/client-cloudwatch-logs');
    const client = await this.#logs();
    const command = new FilterLogEventsCommand({
      logGroupName: logGroup,
      startTime: span.from,
      endTime: span.to,
      nextToken: token,
      filterPattern: filterPatternOf(query),
    });
    const page = await asking('CloudWatch Logs', async (): Promise<Partial<FilterLogEventsCommandOutput>> => {
      try {
        return await client.send(command);
      } catch (error) {
        // It was deleted since it was listed.
        if ((error as Error).name === 'ResourceNotFoundException') return {};
        throw error;
      }
    });
    const events: LogEvent[] = [];
    for (const event of page.events ?? []) {
      const told = logEventOf(event, logGroup);
      if (matches(told, event.message ?? '', query)) events.push(told);
    }
    return { events, nextToken: page.nextToken };
  }

  #logs(): Promise<CloudWatchLogsClient> {
    this.#client ??= import('@aws-sdk/client-cloudwatch-logs').then(
      ({ CloudWatchLogsClient }) =>
        new CloudWatchLogsClient({ ...settingsLike(this.#tables), maxAttempts: MAX_ATTEMPTS }),
    );
    return this.#client;
  }
}

/** As many as leave half of the requests to groups with many events. */
function spansFor(groups: number): number {
  const affordable = Math.floor(MOST_REQUESTS / 2 / Math.max(groups, 1));
  return Math.max(LEAST_SPANS, Math.min(affordable, MOST_SPANS));
}
