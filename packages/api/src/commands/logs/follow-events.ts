import { setTimeout as sleep } from 'node:timers/promises';
import type { FunctionLogs } from '../../logs/function-logs.ts';
import type { FoundLogEvent } from '../../logs/log-event.ts';
import type { LogFilter } from '../../logs/log-query.ts';
import { eventsInOrder } from './events-in-order.ts';

/** How late an event may come to CloudWatch, or a clock be wrong, so that it is not missed, in milliseconds. */
const LATEST = 2 * 60_000;

/** The time between two rounds, and for each log group of one, in milliseconds: CloudWatch takes few requests a second. */
const MIN_INTERVAL = 2_000;
const INTERVAL_OF_GROUP = 250;

/** Events that are remembered as told before it is seen which of them are too old to come again. */
const MAX_TOLD = 10_000;

export interface FollowEventsOptions {
  readonly logs: FunctionLogs;
  readonly filter: LogFilter;
  /** The first time, in milliseconds since 1970. */
  readonly from: number;
  /** Events that have been told, which are not told again. */
  readonly told: readonly FoundLogEvent[];
  readonly abortSignal: AbortSignal;
}

/**
 * Reads all events from a time on, and goes on with those that come, until it is aborted. Each is told once; those that come
 * late are told late. Log groups may appear and go meanwhile.
 * @throws what reading throws; the abort's reason
 */
export async function* followEvents(options: FollowEventsOptions): AsyncGenerator<FoundLogEvent, never, undefined> {
  const { logs, filter, abortSignal } = options;
  let { from } = options;
  let told = new Map(options.told.map(({ id, time }) => [id, time]));
  let newest = from;
  let mostTold = MAX_TOLD;
  for (;;) {
    const begun = Date.now();
    const groups = await logs.groups();
    // With an end, as a busy deployment would else never come to it.
    const span = { from, to: begun + LATEST };
    for await (const found of eventsInOrder({ logs, groups, filter, span })) {
      if (told.has(found.id)) continue;
      told.set(found.id, found.time);
      newest = Math.max(newest, found.time);
      if (told.size >= mostTold) {
        told = since(told, earliestOfNext(begun, newest));
        mostTold = Math.max(MAX_TOLD, 2 * told.size);
      }
      yield found;
    }
    from = Math.max(from, earliestOfNext(begun, newest));
    told = since(told, from);
    const interval = Math.max(MIN_INTERVAL, groups.length * INTERVAL_OF_GROUP);
    await sleep(interval, undefined, { signal: abortSignal });
  }
}

/** Where the next round is to begin. By the events' own time too: this machine's clock may be ahead of AWS's, or behind it. */
function earliestOfNext(begun: number, newest: number): number {
  return Math.min(begun, newest) - LATEST;
}

function since(told: ReadonlyMap<string, number>, from: number): Map<string, number> {
  return new Map([...told].filter(([, time]) => time >= from));
}
