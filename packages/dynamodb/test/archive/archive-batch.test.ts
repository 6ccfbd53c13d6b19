import { type ChildProcess, fork } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { onDynamoDBLocal, sizeOf } from '@cumulus/test-kit';
import { expect, test } from '@jest/globals';
import { NotArchivableError } from '../../src/archive/errors.ts';
import { type ArchiveBatchOptions, type ArchivedBatch, archiveBatch } from '../../src/archive/follow/archive-batch.ts';
import { isAfter } from '../../src/streams/position.ts';
import type { RawRecord } from '../../src/streams/raw-records.ts';
import { readStream } from '../../src/streams/read-stream.ts';
import { describeTable } from '../../src/tables/describe.ts';
import { newKey } from '../backup/encrypted/keys.ts';
import { GRANULE_SCHEMA, granule } from '../scratch.ts';
import { Archived, type Followed, QUICK } from './archived.ts';
import { EventSourceMapping, type MappedBatch } from './event-source-mapping.ts';
import { writeAtRandom } from './write-at-random.ts';

const HOST = fileURLToPath(new URL('function-host.mjs', import.meta.url));

/** Runs the function in processes that are killed. */
class FunctionHost {
  kills = 0;
  readonly #endpoint: string;
  readonly #options: string;
  readonly #waiting = new Map<number, (failures: readonly string[] | Error) => void>();
  #process: ChildProcess | undefined;
  #id = 0;

  constructor(endpoint: string, options: object) {
    this.#endpoint = endpoint;
    this.#options = JSON.stringify(options);
  }

  async invoke({ streamArn, shard, records }: MappedBatch): Promise<readonly string[]> {
    const host = this.#running();
    const id = this.#id++;
    const sequenceNumbers = records.map(({ dynamodb }) => dynamodb.SequenceNumber);
    const answer = await new Promise<readonly string[] | Error>((resolve) => {
      this.#waiting.set(id, resolve);
      host.send({ id, batch: { streamArn, shard, sequenceNumbers } });
    });
    if (answer instanceof Error) throw answer;
    return answer;
  }

  kill(): void {
    if (this.#process === undefined) return;
    this.kills += 1;
    this.#process.kill('SIGKILL');
    this.#process = undefined;
    for (const answer of this.#waiting.values()) answer(new Error('killed'));
    this.#waiting.clear();
  }

  #running(): ChildProcess {
    if (this.#process !== undefined) return this.#process;
    const host = fork(HOST, [this.#endpoint, this.#options], { execArgv: [] });
    host.on('message', ({ id, missing, error }: { id: number; missing?: string | null; error?: string }) => {
      const answer = this.#waiting.get(id);
      this.#waiting.delete(id);
      answer?.(error === undefined ? (missing == null ? [] : [missing]) : new Error(error));
    });
    host.on('error', () => undefined);
    this.#process = host;
    return host;
  }
}

onDynamoDBLocal('the archive of batches', () => {
  const scratch = new Archived();

  async function streamArnOf({ client, table }: Followed): Promise<string> {
    return (await describeTable(client, table)).streamArn ?? '';
  }

  async function optionsFor({ client, streams, front, table }: Followed) {
    return {
      ...{ client, streams, archive: scratch.archive, ...QUICK },
      streamArn: await streamArnOf({ client, streams, front, table }),
    };
  }

  const failuresOf = ({ missing }: ArchivedBatch): readonly string[] => (missing === undefined ? [] : [missing]);

  async function archive(options: Omit<ArchiveBatchOptions, 'shard' | 'sequenceNumbers'>, batch: MappedBatch) {
    const sequenceNumbers = batch.records.map(({ dynamodb }) => dynamodb.SequenceNumber);
    return archiveBatch({ ...options, shard: batch.shard, sequenceNumbers });
  }

  /** All that the stream has, by shards. */
  async function batchesOf(followed: Followed): Promise<readonly MappedBatch[]> {
    const streamArn = await streamArnOf(followed);
    const all = new Map<string, RawRecord[]>();
    const empty = new Map<string, number>();
    await readStream({
      ...{ streams: followed.streams, streamArn, raw: true, pollInterval: 5 },
      positionOf: async () => 'start',
      onTrimmed: async () => undefined,
      take: async ({ shard: { id }, records }) => {
        all.set(id, [...(all.get(id) ?? []), ...records]);
        empty.set(id, records.length > 0 ? 0 : (empty.get(id) ?? 0) + 1);
        return (empty.get(id) ?? 0) < 3;
      },
    });
    return [...all].flatMap(([shard, records]) => (records.length === 0 ? [] : [{ streamArn, shard, records }]));
  }

  test('has each change once, if nothing else reads the stream, and invocations fail', async () => {
    const followed = await scratch.followed({ faults: 0.05, maxDelay: 200 });
    const { front, streams } = followed;
    const options = await optionsFor(followed);
    const stop = new AbortController();
    let invocations = 0;
    const mapping = new EventSourceMapping({
      ...{ streams, streamArn: options.streamArn, bisect: true, duplicates: 0.1, abortSignal: stop.signal },
      invoke: async (batch) => {
        invocations += 1;
        if (invocations % 8 === 1) throw new Error('played');
        // The end of the function's time.
        const abortSignal = invocations % 4 === 2 ? AbortSignal.timeout(30 * Math.random()) : undefined;
        return failuresOf(await archive({ ...options, abortSignal, segmentBytes: 500 }, batch));
      },
    });
    const running = mapping.run();
    const writing = writeAtRandom(front, { writers: 3, milliseconds: sizeOf({ usual: 2_500, whole: 30_000 }) });
    await sleep(800);
    await front.split();
    await sleep(800);
    await front.split(1);
    await writing;
    // Without a base, nothing can be restored yet. All changes are there.
    for (;;) {
      if ((await scratch.summary().catch(() => undefined))?.changes === front.journal.length) break;
      await sleep(100);
    }
    stop.abort();
    await running;
    expect(mapping.retried).toBeGreaterThan(0);
    expect(mapping.dropped).toBe(0);
    expect((await scratch.summary()).gaps.map(({ from }) => from)).toEqual([undefined]);
    await scratch.expectWhole();
  }, 60_000);

  test('is the journal with a follower beside it, killed functions, dropped batches, and several of a shard at once', async () => {
    const followed = await scratch.followed({ faults: 0.05, maxDelay: 200 });
    const { front, table, streams } = followed;
    for (let number = 0; number < 10; number += 1) await front.put(granule(number));
    await scratch.follow(followed, { once: true });
    const host = new FunctionHost(front.endpoint, { archive: scratch.archive, ...QUICK });
    const stop = new AbortController();
    const mapping = new EventSourceMapping({
      ...{ streams, streamArn: await streamArnOf(followed), abortSignal: stop.signal },
      ...{ bisect: true, maxRetries: 1, parallelization: 3, duplicates: 0.2 },
      // A batch that the function never gets.
      invoke: async (batch) => {
        if (Math.random() < 0.2) throw new Error('played');
        return host.invoke(batch);
      },
    });
    const following = scratch.follow(followed, { abortSignal: stop.signal });
    const running = mapping.run();
    const milliseconds = sizeOf({ usual: 5_000, whole: 60_000 });
    const writing = writeAtRandom(front, { writers: 3, milliseconds });
    const end = Date.now() + milliseconds;
    try {
      for (let round = 1; Date.now() < end || host.kills < 3; round += 1) {
        // There is a batch, and so a function, however slow this machine is.
        await front.put(granule(9_000, { version: { N: String(round) } }));
        await sleep(300 + 700 * Math.random());
        host.kill();
        if (Math.random() < 0.4) await front.split(1 + Math.floor(Math.random() * 2));
      }
      await writing;
      await scratch.reached(Date.now());
    } finally {
      stop.abort();
      await Promise.all([running, following]);
      host.kill();
    }
    expect(host.kills).toBeGreaterThan(2);
    expect(mapping.delivered).toBeGreaterThan(0);
    const { changes, bases, restorable, gaps } = await scratch.summary();
    expect({ table, changes, bases: bases.length }).toEqual({ table, changes: front.journal.length, bases: 1 });
    expect(gaps.map(({ from }) => from)).toEqual([undefined]);
    expect(restorable).toHaveLength(1);
    expect(await scratch.expectJournal(followed, 10)).toBeGreaterThan(0);
    await scratch.expectWhole();
  }, 120_000);

  test('has what lies before a batch too: batches that were dropped, or lack changes, and the parent of its shard', async () => {
    const followed = await scratch.followed();
    const { front } = followed;
    const options = await optionsFor(followed);
    for (let number = 0; number < 60; number += 1) await front.put(granule(number));
    // The front fills its shards when it is asked.
    const before = await batchesOf(followed);
    const parent = await front.split();
    for (let number = 0; number < 60; number += 1) await front.put(granule(number, { status: { S: 'later' } }));
    const batches = await batchesOf(followed);
    const [child] = batches.filter(({ shard }) => !before.some((each) => each.shard === shard));
    // A batch that begins late and has every third change.
    const records = child?.records.filter((_, index) => index > 4 && index % 3 === 0) ?? [];
    const first = await archive(options, { ...(child as MappedBatch), records });
    expect(first).toMatchObject({ missing: undefined, error: undefined });
    const ofParent = batches.find(({ shard }) => shard === parent);
    const last = child?.records.indexOf(records.at(-1) as RawRecord) ?? 0;
    expect(first.changes).toBeGreaterThanOrEqual((ofParent?.records.length ?? 0) + last + 1);
    // What comes again changes nothing.
    expect(await archive(options, ofParent as MappedBatch)).toEqual({
      ...{ missing: undefined, error: undefined, segments: 0, changes: 0, gaps: 0 },
    });
    for (const batch of batches) await archive(options, batch);
    const { changes, gaps } = await scratch.summary();
    expect({ changes, gaps: gaps.map(({ from }) => from) }).toEqual({
      ...{ changes: front.journal.length, gaps: [undefined] },
    });
    await scratch.expectWhole();
  });

  test('reports the first change that it does not have, if its time ends, and goes on from there', async () => {
    const followed = await scratch.followed();
    const { front } = followed;
    const options = await optionsFor(followed);
    for (let number = 0; number < 120; number += 1) await front.put(granule(number));
    const [batch] = await batchesOf(followed);
    const timeIsOver = new AbortController();
    const result = await archive(
      {
        ...{ ...options, segmentBytes: 1, abortSignal: timeIsOver.signal },
        onEvent: ({ kind, ...event }) => 'changes' in event && event.changes > 0 && timeIsOver.abort(),
      },
      batch as MappedBatch,
    );
    const numbers = batch?.records.map(({ dynamodb }) => dynamodb.SequenceNumber) ?? [];
    expect(result).toMatchObject({ missing: numbers[result.changes], error: { code: 'INTERRUPTED' } });
    expect(result.changes).toBeGreaterThan(0);
    const rest = batch?.records.filter(
      ({ dynamodb }) => !isAfter(result.missing ?? '', dynamodb.SequenceNumber as `${bigint}`),
    );
    expect(await archive(options, { ...(batch as MappedBatch), records: rest ?? [] })).toMatchObject({
      ...{ missing: undefined, changes: numbers.length - result.changes },
    });
    await scratch.expectWhole();
  });

  test('is encrypted as the archive is, also in shards whose archive begins', async () => {
    const followed = await scratch.followed();
    const options = await optionsFor(followed);
    const secret = 'not-for-the-disk';
    for (let number = 0; number < 30; number += 1) await followed.front.put(granule(number, { status: { S: secret } }));
    const [first, ...others] = await batchesOf(followed);
    const recipients = [(await newKey()).recipient];
    await archive({ ...options, recipients }, first as MappedBatch);
    expect(others).not.toEqual([]);
    for (const batch of others) expect((await archive(options, batch)).changes).toBeGreaterThan(0);
    const names = readdirSync(scratch.archive).filter((name) => name.endsWith('.changes.gz'));
    for (const name of names)
      expect(gunzipSync(readFileSync(join(scratch.archive, name))).includes(secret)).toBe(false);
    await scratch.expectWhole();
  });

  test('names changes that are gone as one gap, however often they are asked for', async () => {
    const followed = await scratch.followed();
    const { front } = followed;
    const options = await optionsFor(followed);
    for (let number = 0; number < 30; number += 1) await front.put(granule(number));
    for (const batch of await batchesOf(followed)) await archive(options, batch);
    for (let number = 0; number < 30; number += 1) await front.put(granule(number, { status: { S: 'later' } }));
    const lost = await batchesOf(followed);
    await front.trim();
    for (const batch of lost) expect(await archive(options, batch)).toMatchObject({ missing: undefined, gaps: 1 });
    for (let time = 0; time < 2; time += 1) {
      for (const batch of lost) expect(await archive(options, batch)).toMatchObject({ gaps: 0 });
      expect(await scratch.follow(followed, { once: true })).toMatchObject({ gaps: 0 });
    }
    await scratch.expectWhole();
  });

  test('has no gap where a shard without new changes lost its old ones, all of which were read', async () => {
    const followed = await scratch.followed();
    const { front } = followed;
    for (let number = 0; number < 10; number += 1) await front.put(granule(number));
    const options = { once: true, retention: 24 * 3_600_000 } as const;
    await scratch.follow(followed, options);
    await front.trim();
    await scratch.follow(followed, options);
    await front.put(granule(1, { status: { S: 'later' } }));
    const later = await scratch.follow(followed, options);
    expect(later).toMatchObject({ changes: 1, gaps: 0 });
    expect((await scratch.summary()).gaps.map(({ from }) => from)).toEqual([undefined]);
    await scratch.expectWhole();
  });

  test('refuses what is no shard of the table’s stream, and writes nothing', async () => {
    const followed = await scratch.followed();
    const options = await optionsFor(followed);
    const batch = { shard: 'shardId-9', sequenceNumbers: ['1'] };
    const withoutStream = await scratch.table([], GRANULE_SCHEMA);
    for (const streamArn of [
      options.streamArn.replace(/\/stream\/.*/, '/stream/2020-01-01T00:00:00.000'),
      options.streamArn.replace(followed.table, withoutStream),
      options.streamArn.replace(followed.table, 'Absent'),
    ]) {
      await expect(archiveBatch({ ...options, ...batch, streamArn })).rejects.toThrow(NotArchivableError);
    }
    await expect(archiveBatch({ ...options, ...batch })).rejects.toThrow('has no shard shardId-9');
    await expect(scratch.summary()).rejects.toThrow('the archive has no table');
  });
});
