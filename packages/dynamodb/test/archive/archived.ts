import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { gunzipSync } from 'node:zlib';
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { DynamoDBStreamsClient } from '@aws-sdk/client-dynamodb-streams';
import { testsAtOnce } from '@cumulus/test-kit';
import type { ScratchUse } from '@cumulus/test-kit/tables';
import { expect } from '@jest/globals';
import { followTable } from '../../src/archive/follow/follow-table.ts';
import type { FollowEvent, FollowOptions, FollowResult } from '../../src/archive/follow/options.ts';
import { type ArchivedTableSummary, listArchive } from '../../src/archive/list-archive.ts';
import { stateToFile } from '../../src/archive/state-to-file.ts';
import { verifyArchive } from '../../src/archive/verify/verify-archive.ts';
import { createClient, createStreamsClient } from '../../src/aws/client.ts';
import { canonicalItem, type TypedItem } from '../../src/items/typed-item.ts';
import type { TableSchema } from '../../src/tables/schema.ts';
import { GRANULE_SCHEMA, Scratch } from '../scratch.ts';
import { type FrontOptions, StreamFront } from './stream-front.ts';

/** A table with the stream that an archive reads. */
export const STREAMED_SCHEMA: TableSchema = { ...GRANULE_SCHEMA, stream: 'NEW_AND_OLD_IMAGES' };

/** The server's clock is this machine's, so a margin of a second is enough. The front may remove any change. */
export const QUICK = {
  settle: 1_000,
  retention: 0,
  segmentEvery: 50,
  noteEvery: 100,
  pollInterval: 20,
  refreshInterval: 100,
} as const;

/** A table behind a front, and what follows it into an archive. */
export interface Followed {
  readonly table: string;
  readonly front: StreamFront;
  readonly client: DynamoDBClient;
  readonly streams: DynamoDBStreamsClient;
}

/** A following that goes on until it is stopped. */
export interface Running {
  readonly events: readonly FollowEvent[];
  readonly ended: Promise<FollowResult>;
  /** Waits for an event that may have been already. */
  until(kind: FollowEvent['kind'], times?: number): Promise<void>;
  stop(): Promise<FollowResult>;
}

const SOON = { retryInterval: 100, tableInterval: 100 } as const;

/**
 * Tests of archives that wait for most of their time: all at once, each with tables and an archive of its own.
 * @param tests by their titles
 * @param timeout of each, in milliseconds; jest's unless given
 */
export function archivesAtOnce(
  tests: Readonly<Record<string, (scratch: Archived) => Promise<void>>>,
  timeout?: number,
): void {
  const withScratch = Object.entries(tests).map(([title, run]): [string, () => Promise<void>] => {
    const scratch = new Archived('all tests');
    return [title, () => run(scratch)];
  });
  testsAtOnce(Object.fromEntries(withScratch), timeout);
}

/** Tables with streams, and their archives. */
export class Archived extends Scratch {
  readonly #ends: (() => unknown)[] = [];

  constructor(use?: ScratchUse) {
    super(use);
    this.after(async () => {
      for (const end of this.#ends.splice(0).reverse()) await end();
    });
  }

  get archive(): string {
    return this.path('archive');
  }

  /** An empty table behind a front. */
  async followed(options: FrontOptions = {}): Promise<Followed> {
    const table = await this.table([], STREAMED_SCHEMA);
    const front = await StreamFront.start(this.client, table, options);
    const { endpoint } = front;
    const client = createClient({ endpoint });
    const streams = createStreamsClient({ endpoint });
    this.#ends.push(
      () => front.close(),
      () => streams.destroy(),
      () => client.destroy(),
    );
    return { table, front, client, streams };
  }

  follow(
    { client, streams, table }: Omit<Followed, 'front'>,
    more: Partial<FollowOptions> = {},
  ): Promise<FollowResult> {
    return followTable({ client, streams, table, archive: this.archive, ...QUICK, ...more });
  }

  /** Follows a table until that is stopped. */
  start(followed: Omit<Followed, 'front'>, more: Partial<FollowOptions> = {}): Running {
    const stop = new AbortController();
    const events: FollowEvent[] = [];
    const onEvent = (event: FollowEvent): void => void events.push(event);
    const ended = this.follow(followed, { ...SOON, abortSignal: stop.signal, onEvent, ...more });
    // What is waited for would never come.
    ended.catch(() => stop.abort());
    this.#ends.push(() => {
      stop.abort();
      return ended.catch(() => undefined);
    });
    const until = async (kind: FollowEvent['kind'], times = 1): Promise<void> => {
      while (events.filter((event) => event.kind === kind).length < times) {
        if (stop.signal.aborted) throw new Error(`It was stopped: ${JSON.stringify(events.slice(-5))}`);
        await sleep(20);
      }
    };
    const end = (): Promise<FollowResult> => {
      stop.abort();
      return ended;
    };
    return { events, ended, until, stop: end };
  }

  async summary(): Promise<ArchivedTableSummary> {
    const [summary] = await listArchive(this.archive);
    if (summary === undefined) throw new Error('the archive has no table');
    return summary;
  }

  /** Waits until a time can be restored. */
  async reached(time: number): Promise<void> {
    for (;;) {
      const [summary] = await listArchive(this.archive).catch(() => []);
      const last = summary?.restorable.at(-1);
      if (last?.isOpen && last.to.getTime() >= time - 1000) return;
      await sleep(100);
    }
  }

  /** Follows a table while something is done, and until all of it can be restored. */
  async whileFollowed(followed: Followed, work: () => Promise<void>): Promise<readonly FollowEvent[]> {
    const stop = new AbortController();
    const events: FollowEvent[] = [];
    const following = this.follow(followed, { abortSignal: stop.signal, onEvent: (event) => events.push(event) });
    try {
      await Promise.race([following, work().then(() => this.reached(Date.now()))]);
    } finally {
      stop.abort();
      await following;
    }
    return events;
  }

  /** The state at a second as the archive has it, by key. */
  async stateAt(table: string, second: number, archive = this.archive): Promise<ReadonlyMap<string, string>> {
    const directory = this.path(`state-${second}`);
    const { file } = await stateToFile({ archive, table, at: new Date(second * 1000), directory });
    const bytes = readFileSync(file);
    const text = bytes.length === 0 ? '' : gunzipSync(bytes).toString('utf8');
    const items = text.split('\n').flatMap((line) => (line === '' ? [] : [JSON.parse(line) as TypedItem]));
    const state = byKey(items);
    if (state.size !== items.length) throw new Error('a key is there twice');
    return state;
  }

  /** All seconds that can be restored, since 1970. */
  async seconds(): Promise<readonly number[]> {
    const { restorable } = await this.summary();
    return restorable.flatMap(({ from, to }) => {
      const [first, last] = [from.getTime() / 1000, to.getTime() / 1000];
      return Array.from({ length: last - first + 1 }, (_, index) => first + index);
    });
  }

  /** Compares seconds that can be restored with the journal, all of them unless a number is given. @returns how many */
  async expectJournal({ table, front }: Followed, some?: number): Promise<number> {
    const chosen = someOf(await this.seconds(), some);
    for (const second of chosen) {
      expect([second, await this.stateAt(table, second)]).toEqual([second, byKey(front.stateAt(second).values())]);
    }
    return chosen.length;
  }

  async expectWhole(): Promise<void> {
    for (const { isWhole, problems } of await verifyArchive(this.archive)) {
      expect(problems).toEqual([]);
      expect(isWhole).toBe(true);
    }
  }
}

/** Items by their keys, as canonical text. */
export function byKey(items: Iterable<TypedItem>): ReadonlyMap<string, string> {
  return new Map(
    [...items]
      .map((item): [string, string] => [(item['granuleId'] as { S: string }).S, canonicalItem(item)])
      .sort(([a], [b]) => (a < b ? -1 : 1)),
  );
}

/** So many at random, each once, in their order; all unless there are more. */
export function someOf<T>(all: readonly T[], count = all.length): readonly T[] {
  const left = [...all];
  while (left.length > count) left.splice(Math.floor(Math.random() * left.length), 1);
  return left;
}
