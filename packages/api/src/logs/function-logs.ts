import type { CloudWatchLogsClient, FilterLogEventsCommandOutput } from '@aws-sdk/client-cloudwatch-logs';
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { PageTrail } from '@cumulus/dynamodb/aws';
import { clientSettings } from '../aws/client-settings.ts';
import { type FoundLogEvent, logEventOf } from './log-event.ts';
import { filterPatternOf, type LogFilter, matches } from './log-query.ts';
import type { Span } from './spans-backwards.ts';

/** A page of a log group's events in a span, the oldest first, and the token of the next page. */
export interface LogPage {
  readonly events: readonly FoundLogEvent[];
  readonly nextToken: string | undefined;
}

/** Which events of a log group a page should have. */
export interface PageRequest {
  readonly filter: LogFilter;
  readonly span: Span;
  /** That of the page before. */
  readonly token: string | undefined;
  /** The most events; as many as CloudWatch returns at once unless given. */
  readonly limit?: number | undefined;
}

export interface FunctionLogsOptions {
  readonly stackName: string;
  /** The client of the tables, whose settings the client of the logs takes over. */
  readonly tables: DynamoDBClient;
  /** How often a request is sent before its failure counts. */
  readonly maxAttempts: number;
  /** Sends a request, and handles its failure. @param action its IAM name after `logs:` */
  readonly ask: <T>(send: () => Promise<T>, action: 'DescribeLogGroups' | 'FilterLogEvents') => Promise<T>;
  readonly abortSignal?: AbortSignal;
}

/** The log groups of a deployment's functions in CloudWatch Logs. */
export class FunctionLogs {
  readonly #options: FunctionLogsOptions;
  #client: Promise<CloudWatchLogsClient> | undefined;

  constructor(options: FunctionLogsOptions) {
    this.#options = options;
  }

  /** What the groups' names begin with: Lambda names them after the functions. */
  get groupPrefix(): string {
    return `/aws/lambda/${this.#options.stackName}-`;
  }

  /** The groups' names. @param max the most names */
  async groups(max = Number.POSITIVE_INFINITY): Promise<readonly string[]> {
    const { DescribeLogGroupsCommand } = await import('@aws-sdk/client-cloudwatch-logs');
    const { ask } = this.#options;
    const client = await this.#logs();
    const names: string[] = [];
    const trail = new PageTrail<string>('The list of log groups');
    let nextToken: string | undefined;
    do {
      // Groups of the other class, for infrequent access, can only be queried.
      const command = new DescribeLogGroupsCommand({
        logGroupNamePrefix: this.groupPrefix,
        logGroupClass: 'STANDARD',
        nextToken,
      });
      const page = await ask(() => client.send(command, this.#sendOptions), 'DescribeLogGroups');
      names.push(...(page.logGroups ?? []).flatMap(({ logGroupName }) => logGroupName ?? []));
      nextToken = trail.step(page.nextToken);
    } while (nextToken !== undefined && names.length < max);
    return names.slice(0, max);
  }

  /** A page of a group's events; none of a group that is gone. */
  async readPage(logGroup: string, { filter, span, token, limit }: PageRequest): Promise<LogPage> {
    const { FilterLogEventsCommand } = await import('@aws-sdk/client-cloudwatch-logs');
    const { ask } = this.#options;
    const client = await this.#logs();
    const command = new FilterLogEventsCommand({
      logGroupName: logGroup,
      startTime: span.from,
      endTime: span.to,
      nextToken: token,
      limit,
      filterPattern: filterPatternOf(filter),
      // AWS always does; stand-ins would otherwise order each stream by itself.
      interleaved: true,
    });
    const page = await ask(async (): Promise<Partial<FilterLogEventsCommandOutput>> => {
      try {
        return await client.send(command, this.#sendOptions);
      } catch (error) {
        // It was deleted since it was listed.
        if ((error as Error).name === 'ResourceNotFoundException') return {};
        throw error;
      }
    }, 'FilterLogEvents');
    const events: FoundLogEvent[] = [];
    for (const logged of page.events ?? []) {
      const found = logEventOf(logged, logGroup);
      if (matches(found.event, logged.message ?? '', filter)) events.push(found);
    }
    return { events, nextToken: page.nextToken };
  }

  /** Closes the connections. */
  async close(): Promise<void> {
    (await this.#client)?.destroy();
  }

  get #sendOptions(): { readonly abortSignal?: AbortSignal } {
    const { abortSignal } = this.#options;
    return abortSignal === undefined ? {} : { abortSignal };
  }

  #logs(): Promise<CloudWatchLogsClient> {
    const { tables, maxAttempts } = this.#options;
    this.#client ??= import('@aws-sdk/client-cloudwatch-logs').then(
      ({ CloudWatchLogsClient }) => new CloudWatchLogsClient({ ...clientSettings(tables), maxAttempts }),
    );
    return this.#client;
  }
}
