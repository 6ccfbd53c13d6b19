import { expect, test } from '@jest/globals';
import { followEvents } from '../../../src/commands/logs/follow-events.ts';
import type { DeploymentLogs } from '../../../src/logs/deployment-logs.ts';
import { type FoundLogEvent, logEventOf } from '../../../src/logs/log-event.ts';

const AHEAD = 3 * 60_000;
const BEHIND = 90_000;

// No stand-in has another clock than this machine's: here CloudWatch is a few lines whose clock is not its own.
function logsOf(eventsOfRound: (round: number) => readonly FoundLogEvent[]): DeploymentLogs {
  let round = 0;
  return {
    groups: async () => ['group'],
    readPage: async (_group: string, { span }: { span: { from: number; to: number } }) => {
      round += 1;
      const events = eventsOfRound(round).filter(({ time }) => time >= span.from && time <= span.to);
      return { events, nextToken: undefined };
    },
  } as unknown as DeploymentLogs;
}

function eventsFrom(first: number, count: number, apart: number): readonly FoundLogEvent[] {
  return Array.from({ length: count }, (_, index) =>
    logEventOf({ eventId: String(index), timestamp: first + index * apart, message: 'm' }, 'group'),
  );
}

async function followed(logs: DeploymentLogs, from: number, count: number): Promise<readonly string[]> {
  const ids: string[] = [];
  const abort = new AbortController();
  const following = followEvents({ logs, filter: {}, from, shown: [], abortSignal: abort.signal });
  while (ids.length < count) ids.push((await following.next()).value.id);
  abort.abort();
  return ids;
}

test('events are followed though this machine’s clock is ahead of CloudWatch’s', async () => {
  const started = Date.now() - AHEAD;
  const logs = logsOf((round) => eventsFrom(started, round, 1));
  expect(await followed(logs, started - 1, 3)).toEqual(['0', '1', '2']);
}, 60_000);

test('very many events are reported once each though this machine’s clock is behind CloudWatch’s', async () => {
  const started = Date.now() - BEHIND;
  // In the first round more than are remembered at once, the last of them ahead of this machine's clock.
  const logs = logsOf((round) => eventsFrom(started, 12_000 + round, 15));
  const ids = await followed(logs, started - 1, 12_003);
  expect(ids).toHaveLength(new Set(ids).size);
}, 60_000);
