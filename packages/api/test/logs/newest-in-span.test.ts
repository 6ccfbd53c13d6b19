import { describe, expect, test } from '@jest/globals';
import { type FoundLogEvent, logEventOf } from '../../src/logs/log-event.ts';
import { newestInSpan, type ReadLogPage } from '../../src/logs/newest-in-span.ts';
import { RequestBudget } from '../../src/logs/request-budget.ts';

/** CloudWatch as it may be: so many events on a page at the most, the oldest first. It counts its requests. */
function pagesOf(times: readonly number[], most: number) {
  const reported = { requests: 0 };
  const read: ReadLogPage = async ({ from, to }, token = '0') => {
    reported.requests += 1;
    const within = times.filter((time) => time >= from && time <= to);
    const start = Number(token);
    const events = within.slice(start, start + most).map(eventAt);
    return { events, nextToken: start + most < within.length ? String(start + most) : undefined };
  };
  return { reported, read };
}

function eventAt(time: number): FoundLogEvent {
  return logEventOf({ eventId: String(time), timestamp: time, message: 'm' }, 'group');
}

const UNBOUNDED = () => new RequestBudget(Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY);

describe('the newest events of a log group', () => {
  test('a few on pages that are hardly filled are read page by page, not by cutting the span', async () => {
    const times = Array.from({ length: 9 }, (_, index) => index * 10_000_000);
    const { reported, read } = pagesOf(times, 1);
    const found = await newestInSpan(read, { from: 0, to: 86_400_000 }, 100, UNBOUNDED());
    expect(found.events.map(({ time }) => time)).toEqual(times.toReversed());
    expect(reported.requests).toBe(9);
  });

  test('of many the newest are found without reading all', async () => {
    const times = Array.from({ length: 20_000 }, (_, index) => index);
    const { reported, read } = pagesOf(times, 100);
    const found = await newestInSpan(read, { from: 0, to: 19_999 }, 50, UNBOUNDED());
    expect(found.events.map(({ time }) => time)).toEqual(times.toReversed().slice(0, 50));
    expect(reported.requests).toBeLessThan(15);
  });

  test('more than a call takes arguments', async () => {
    const { read } = pagesOf(
      Array.from({ length: 300_000 }, () => 1),
      300_000,
    );
    const found = await newestInSpan(read, { from: 0, to: 2 }, 300_000, UNBOUNDED());
    expect(found.events).toHaveLength(300_000);
  });
});
