import type {
  CloudWatchLogsClient,
  FilteredLogEvent,
  FilterLogEventsCommandOutput,
} from '@aws-sdk/client-cloudwatch-logs';
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { asking, settingsLike } from '../aws-settings.ts';

/** Which events, all of them of the deployment's functions. */
export interface LogQuery {
  /** The name of the execution that they are about. */
  readonly executionName?: string | undefined;
  /** Of this level alone: `error`. */
  readonly level?: string | undefined;
  /** A text that the message has. */
  readonly text?: string | undefined;
  /** The first and the last time, in milliseconds since 1970; the last {@link USUAL_SPAN} until now unless given. */
  readonly from?: number | undefined;
  readonly to?: number | undefined;
  readonly limit: number;
}

/** An event: the fields of its JSON, or its text as `message`; and where and when it was logged. */
export interface LogEvent {
  /** By ISO 8601. */
  readonly timestamp: string;
  readonly message: unknown;
  readonly logGroup: string;
  readonly [field: string]: unknown;
}

/** How far back is looked unless told, in milliseconds. */
const USUAL_SPAN = 24 * 3_600_000;

/** The first span that is looked through, from the end; each further one is as many times longer. */
const FIRST_SPAN = 60_000;
const SPAN_GROWTH = 8;

/** Requests to CloudWatch for one answer, at the most; what they find is told. */
const MOST_REQUESTS = 100;

/** Log groups that are looked into at the most. */
const MOST_GROUPS = 50;

/** Events that an answer is chosen from, of one log group and span. */
const MOST_EVENTS_A_SPAN = 10_000;

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
   * Reads events, the newest first. CloudWatch tells the oldest first, so that it is asked for spans of time that grow
   * backwards, until there are enough.
   * @throws ServiceUnavailableError
   */
  async read(query: LogQuery): Promise<readonly LogEvent[]> {
    const to = query.to ?? Date.now();
    const from = query.from ?? to - USUAL_SPAN;
    const groups = await asking('CloudWatch Logs', () => this.#groups());
    const found: LogEvent[] = [];
    const budget = { requests: MOST_REQUESTS };
    let end = to;
    for (let span = FIRST_SPAN; end >= from && found.length < query.limit && budget.requests > 0; span *= SPAN_GROWTH) {
      const start = Math.max(from, end - span);
      const events: LogEvent[] = [];
      for (const group of groups)
        events.push(...(await this.#readSpan(group, { ...query, from: start, to: end }, budget)));
      events.sort((a, b) => (a.timestamp < b.timestamp ? 1 : a.timestamp > b.timestamp ? -1 : 0));
      found.push(...events.slice(0, query.limit - found.length));
      end = start - 1;
    }
    return found;
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

  async #readSpan(
    logGroup: string,
    query: LogQuery & { readonly from: number; readonly to: number },
    budget: { requests: number },
  ): Promise<readonly LogEvent[]> {
    const { FilterLogEventsCommand } = await import('@aws-sdk/client-cloudwatch-logs');
    const client = await this.#logs();
    const events: LogEvent[] = [];
    let nextToken: string | undefined;
    do {
      if (budget.requests <= 0) break;
      budget.requests -= 1;
      const command = new FilterLogEventsCommand({
        logGroupName: logGroup,
        startTime: query.from,
        endTime: query.to,
        nextToken,
        ...patternOf(query),
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
      for (const event of page.events ?? []) {
        const told = eventOf(event, logGroup);
        if (matches(told, event.message ?? '', query)) events.push(told);
      }
      nextToken = page.nextToken;
    } while (nextToken !== undefined && events.length < MOST_EVENTS_A_SPAN);
    return events;
  }

  #logs(): Promise<CloudWatchLogsClient> {
    this.#client ??= import('@aws-sdk/client-cloudwatch-logs').then(
      ({ CloudWatchLogsClient }) => new CloudWatchLogsClient(settingsLike(this.#tables)),
    );
    return this.#client;
  }
}

/** What CloudWatch can look for by itself: texts, all of which an event has. Its patterns have quotes of their own. */
function patternOf({ executionName, text }: LogQuery): { readonly filterPattern?: string } {
  const terms = [executionName, text].filter((term) => term !== undefined && !/["\\]/.test(term));
  if (terms.length === 0) return {};
  return { filterPattern: terms.map((term) => `"${term}"`).join(' ') };
}

function eventOf({ timestamp = 0, message = '' }: FilteredLogEvent, logGroup: string): LogEvent {
  const fields = fieldsOf(message);
  return {
    ...(fields ?? {}),
    timestamp: new Date(timestamp).toISOString(),
    message: fields === undefined ? message.trimEnd() : (fields['message'] ?? fields['msg'] ?? ''),
    logGroup,
  };
}

function fieldsOf(message: string): Readonly<Record<string, unknown>> | undefined {
  if (!message.trimStart().startsWith('{')) return undefined;
  try {
    return JSON.parse(message) as Record<string, unknown>;
  } catch {
    return undefined;
  }
}

/** CloudWatch's own matching is of words; here it is exact. */
function matches(event: LogEvent, message: string, { executionName, level, text }: LogQuery): boolean {
  const hasLevel = level === undefined || String(event['level']).toLowerCase() === level.toLowerCase();
  return hasLevel && message.includes(executionName ?? '') && message.includes(text ?? '');
}
