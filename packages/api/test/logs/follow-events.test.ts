import { expect, test } from '@jest/globals';
import { followEvents } from '../../src/logs/follow-events.ts';
import type { FunctionLogs } from '../../src/logs/function-logs.ts';
import { type FoundLogEvent, logEventOf } from '../../src/logs/log-event.ts';

const AHEAD = 3 * 60_000;

// No stand-in has another clock than this machine's: here CloudWatch is a few lines whose clock is behind it.
test('events are followed though this machine’s clock is ahead of CloudWatch’s', async () => {
  const begun = Date.now() - AHEAD;
  const ids: string[] = [];
  let asked = 0;
  const logs = {
    groups: async () => ['group'],
    readPage: async (_group: string, { span }: { span: { from: number; to: number } }) => {
      asked += 1;
      const events: FoundLogEvent[] = Array.from({ length: asked }, (_, index) =>
        logEventOf({ eventId: String(index), timestamp: begun + index, message: 'm' }, 'group'),
      ).filter(({ time }) => time >= span.from && time <= span.to);
      return { events, nextToken: undefined };
    },
  } as unknown as FunctionLogs;
  const abort = new AbortController();
  const following = followEvents({ logs, filter: {}, from: begun - 1, told: [], abortSignal: abort.signal });
  while (ids.length < 3) ids.push((await following.next()).value.id);
  expect(ids).toEqual(['0', '1', '2']);
  abort.abort();
}, 20_000);
