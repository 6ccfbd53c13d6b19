import { Backoff } from '@cumulus/dynamodb/aws';
import type { DeploymentLogs } from '../../logs/deployment-logs.ts';
import { eventsInOrder } from '../../logs/events-in-order.ts';
import type { FoundLogEvent } from '../../logs/log-event.ts';
import type { LogFilter } from '../../logs/log-query.ts';

/** How late an event may arrive in CloudWatch, or a clock be wrong, without a miss, in milliseconds. */
const MAX_DELAY = 2 * 60_000;

/** The time between two rounds, and for each log group of one, in milliseconds: CloudWatch takes few requests a second. */
const MIN_INTERVAL = 2_000;
const INTERVAL_OF_GROUP = 250;

/** Events that are remembered before those too old to come again are dropped. */
const MAX_REMEMBERED = 10_000;

export interface FollowEventsOptions {
  readonly logs: DeploymentLogs;
  readonly filter: LogFilter;
  /** The first time, in milliseconds since 1970. */
  readonly from: number;
  /** Events that were shown already, and are not yielded again. */
  readonly shown: readonly FoundLogEvent[];
  readonly abortSignal: AbortSignal;
}

/**
 * Reads all events from a time on, and goes on with those that come, until it is aborted. Each is yielded
 * once; late ones come late. Log groups may be created and deleted meanwhile.
 * @throws what reading throws; the abort's reason
 */
export async function* followEvents(options: FollowEventsOptions): AsyncGenerator<FoundLogEvent, never, undefined> {
  const { logs, filter, abortSignal } = options;
  let { from } = options;
  let shown = new Map(options.shown.map(({ id, time }) => [id, time]));
  let newest = from;
  let maxShown = MAX_REMEMBERED;
  for (;;) {
    const started = Date.now();
    const groups = await logs.groups();
    // With an end, which a busy deployment would otherwise never reach.
    const span = { from, to: started + MAX_DELAY };
    for await (const found of eventsInOrder({ logs, groups, filter, span })) {
      if (shown.has(found.id)) continue;
      shown.set(found.id, found.time);
      newest = Math.max(newest, found.time);
      if (shown.size >= maxShown) {
        shown = since(shown, earliestOfNext(started, newest));
        maxShown = Math.max(MAX_REMEMBERED, 2 * shown.size);
      }
      yield found;
    }
    from = Math.max(from, earliestOfNext(started, newest));
    shown = since(shown, from);
    const interval = Math.max(MIN_INTERVAL, groups.length * INTERVAL_OF_GROUP);
    await new Backoff({ initialDelay: interval }).wait(abortSignal);
  }
}

/** The start of the next round. By the events' own time too: this machine's clock may be ahead of AWS's, or behind it. */
function earliestOfNext(started: number, newest: number): number {
  return Math.min(started, newest) - MAX_DELAY;
}

function since(shown: ReadonlyMap<string, number>, from: number): Map<string, number> {
  return new Map([...shown].filter(([, time]) => time >= from));
}
