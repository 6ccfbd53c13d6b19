import type { CloudWatchLogsClient, FilterLogEventsCommandOutput } from '@aws-sdk/client-cloudwatch-logs';
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { classifyAwsError, PageTrail } from '@cumulus/dynamodb/aws';
import { clientSettings } from '../aws/client-settings.ts';
import { filterPatternOf } from './filter-pattern.ts';
import { type FoundLogEvent, logEventOf } from './log-event.ts';
import { beginningOf, isOfPattern } from './log-groups.ts';
import { type LogFilter, matches } from './log-query.ts';
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

export interface DeploymentLogsOptions {
  /** The names of the deployment's log groups, in which `*` stands for any characters. */
  readonly groups: readonly string[];
  /** The client of the tables, whose settings the client of the logs takes over. */
  readonly tables: DynamoDBClient;
  /** How often a request is sent before its failure counts. */
  readonly maxAttempts: number;
  /** Sends a request, and handles its failure. @param action its IAM name after `logs:` */
  readonly ask: <T>(send: () => Promise<T>, action: 'DescribeLogGroups' | 'FilterLogEvents') => Promise<T>;
  readonly abortSignal?: AbortSignal;
}

/** The log groups of a deployment in CloudWatch Logs: those of its functions and of its tasks. */
export class DeploymentLogs {
  readonly #options: DeploymentLogsOptions;
  #client: Promise<CloudWatchLogsClient> | undefined;

  constructor(options: DeploymentLogsOptions) {
    this.#options = options;
  }

  /** The names of the groups that there are, each once. */
  async groups(): Promise<readonly string[]> {
    const names = await Promise.all(this.#options.groups.map((pattern) => this.#groupsOf(pattern)));
    return [...new Set(names.flat())];
  }

  async #groupsOf(pattern: string): Promise<readonly string[]> {
    const { DescribeLogGroupsCommand } = await import('./logs-sdk.ts');
    const { ask } = this.#options;
    const client = await this.#logs();
    const names: string[] = [];
    const trail = new PageTrail<string>('The list of log groups');
    let nextToken: string | undefined;
    do {
      // Groups of the other class, for infrequent access, can only be queried.
      const command = new DescribeLogGroupsCommand({
        logGroupNamePrefix: beginningOf(pattern) || undefined,
        logGroupClass: 'STANDARD',
        nextToken,
      });
      const page = await ask(() => client.send(command, this.#sendOptions), 'DescribeLogGroups');
      names.push(...(page.logGroups ?? []).flatMap(({ logGroupName }) => logGroupName ?? []));
      nextToken = trail.step(page.nextToken);
    } while (nextToken !== undefined);
    return names.filter((name) => isOfPattern(name, pattern));
  }

  /** A page of a group's events; none of a group that is gone. */
  async readPage(logGroup: string, { filter, span, token, limit }: PageRequest): Promise<LogPage> {
    const { FilterLogEventsCommand } = await import('./logs-sdk.ts');
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
        if (classifyAwsError(error) === 'not found') return {};
        throw error;
      }
    }, 'FilterLogEvents');
    const events: FoundLogEvent[] = [];
    for (const logged of page.events ?? []) {
      const found = logEventOf(logged, logGroup);
      if (matches(found, logged.message ?? '', filter)) events.push(found);
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
    this.#client ??= import('./logs-sdk.ts').then(
      ({ CloudWatchLogsClient }) => new CloudWatchLogsClient({ ...clientSettings(tables), maxAttempts }),
    );
    return this.#client;
  }
}
