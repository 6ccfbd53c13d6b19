import type { Context, Task } from '@cumulus/cli';
import { DeploymentLogs } from '../../logs/deployment-logs.ts';
import { eventsInOrder } from '../../logs/events-in-order.ts';
import { levelsFrom } from '../../logs/levels.ts';
import type { FoundLogEvent } from '../../logs/log-event.ts';
import { LogEvents } from '../../logs/log-events.ts';
import { logGroupsOf } from '../../logs/log-groups.ts';
import type { LogFilter } from '../../logs/log-query.ts';
import { LogGroupsMissingError } from './errors.ts';
import { eventLine } from './event-line.ts';
import { followEvents } from './follow-events.ts';
import type { LogsOptions } from './options.ts';
import { RetriedRequests } from './retried-requests.ts';

/** How far back the logs are read unless given, in milliseconds. */
const DEFAULT_SPAN = 3_600_000;

/** How long CloudWatch may be silent before reading is given up, in milliseconds. Following never is. */
const MAX_SILENCE = 10 * 60_000;

/** One retry at once mends a lost connection; {@link RetriedRequests} outlasts longer disturbances. */
const MAX_ATTEMPTS = 2;

/** No HTTP client waits for a command, so it reads all that there is. */
const UNBOUNDED = {
  requests: Number.POSITIVE_INFINITY,
  time: Number.POSITIVE_INFINITY,
  groups: Number.POSITIVE_INFINITY,
};

/** @throws LogGroupsMissingError */
export async function runLogs(options: LogsOptions, context: Context): Promise<readonly Task[]> {
  const { client, abortSignal, onWarning } = context;
  const region = await client.config.region();
  const maxSilence = options.follow ? Number.POSITIVE_INFINITY : MAX_SILENCE;
  const requests = new RetriedRequests({ region, maxSilence, abortSignal, onWarning });
  const patterns = logGroupsOf(options.prefix ?? String(process.env['stackName']));
  const logs = new DeploymentLogs({
    groups: patterns,
    tables: client,
    maxAttempts: MAX_ATTEMPTS,
    ask: (send, action) => requests.send(send, action),
    abortSignal,
  });
  const groups = await logs.groups();
  if (groups.length === 0) throw new LogGroupsMissingError(patterns, region);
  const run: Task['run'] = async () => {
    try {
      await context.writeResults(chosenEvents(options, logs, groups, abortSignal), {
        json: ({ event }) => JSON.stringify(event),
        line: ({ event }) => eventLine(event, patterns),
      });
    } catch (error) {
      // Following ends by an interruption.
      if (!options.follow || !abortSignal.aborted) throw error;
    } finally {
      await logs.close();
    }
    return [];
  };
  return [{ table: null, run }];
}

/** The events, the oldest first, except those that arrive late. */
async function* chosenEvents(
  options: LogsOptions,
  logs: DeploymentLogs,
  groups: readonly string[],
  abortSignal: AbortSignal,
): AsyncGenerator<FoundLogEvent, void, undefined> {
  const { execution, level, search, limit, follow, until: to = Date.now(), since: from = to - DEFAULT_SPAN } = options;
  const filter: LogFilter = {
    // Functions log the last part of the ARN.
    executionName: execution?.replace(/^.*:/s, ''),
    levels: level === undefined ? undefined : levelsFrom(level),
    text: search,
  };
  let [start, shown]: [number, readonly FoundLogEvent[]] = [from, []];
  if (limit !== undefined) {
    const { events } = await new LogEvents(logs, UNBOUNDED).read({ ...filter, from, to, limit });
    shown = events.toReversed();
    yield* shown;
    if (shown.length === limit) start = shown[0]?.time ?? from;
  }
  if (follow) yield* followEvents({ logs, filter, from: start, shown, abortSignal });
  else if (limit === undefined) yield* eventsInOrder({ logs, groups, filter, span: { from, to } });
}
