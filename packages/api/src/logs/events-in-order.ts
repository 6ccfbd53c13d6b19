import { mapAtOnce, PageTrail } from '@cumulus/dynamodb/aws';
import type { DeploymentLogs } from './deployment-logs.ts';
import { type FoundLogEvent, oldestFirst } from './log-event.ts';
import type { LogFilter } from './log-query.ts';
import type { Span } from './spans-backwards.ts';

/** Events in memory at once, of all groups together, unless there are very many groups. */
const MAX_EVENTS = 20_000;

/** The fewest and the most events on a page; CloudWatch returns no more at once. */
const MIN_PAGE = 100;
const MAX_PAGE = 10_000;

/** Log groups that are asked for their first page at once. */
const CONCURRENCY = 5;

export interface EventsInOrderOptions {
  readonly logs: Pick<DeploymentLogs, 'readPage'>;
  /** The log groups, by name. */
  readonly groups: readonly string[];
  readonly filter: LogFilter;
  readonly span: Span;
}

/**
 * Reads all events of several log groups in a span, the oldest first. Of each group there is a page in memory, whatever
 * the number of events.
 */
export async function* eventsInOrder(options: EventsInOrderOptions): AsyncGenerator<FoundLogEvent, void, undefined> {
  const { groups } = options;
  const heads = (await mapAtOnce(groups, CONCURRENCY, undefined, (group) => head(eventsOf(group, options)))).flat();
  for (let next = oldest(heads); next !== undefined; next = oldest(heads)) {
    const { event, later } = next;
    yield event;
    heads.splice(heads.indexOf(next), 1, ...(await head(later)));
  }
}

/** A log group's oldest event that was not yielded yet, and those after it. */
interface Head {
  readonly event: FoundLogEvent;
  readonly later: AsyncGenerator<FoundLogEvent, void, undefined>;
}

/** None for a group without an event. */
async function head(events: Head['later']): Promise<readonly Head[]> {
  const { value: event } = await events.next();
  return event === undefined ? [] : [{ event, later: events }];
}

function oldest(heads: readonly Head[]): Head | undefined {
  let found = heads[0];
  for (const each of heads) if (found !== undefined && oldestFirst(each.event, found.event) < 0) found = each;
  return found;
}

async function* eventsOf(group: string, { logs, groups, filter, span }: EventsInOrderOptions): Head['later'] {
  const limit = Math.max(MIN_PAGE, Math.min(Math.floor(MAX_EVENTS / groups.length), MAX_PAGE));
  const trail = new PageTrail<string>(`The log ${group}`);
  let token: string | undefined;
  do {
    const page = await logs.readPage(group, { filter, span, token, limit });
    yield* page.events;
    token = trail.step(page.nextToken);
  } while (token !== undefined);
}
