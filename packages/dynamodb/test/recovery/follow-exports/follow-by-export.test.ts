import { randomUUID } from 'node:crypto';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { describeUnless, type OwnBucket, ownBucket, ownMoto, whyNoMoto } from '@cumulus/test-kit';
import { createTable } from '@cumulus/test-kit/tables';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { diffTimes } from '../../../src/archive/diff-times.ts';
import type { HistoryEntry } from '../../../src/archive/history/entries.ts';
import { itemHistory } from '../../../src/archive/history/item-history.ts';
import { type ArchivedTableSummary, listArchive } from '../../../src/archive/list-archive.ts';
import { stateToFile } from '../../../src/archive/state-to-file.ts';
import { verifyArchive } from '../../../src/archive/verify/verify-archive.ts';
import { createClient } from '../../../src/aws/client.ts';
import type { TypedItem } from '../../../src/items/typed-item.ts';
import { followByExport } from '../../../src/recovery/follow-exports/follow-by-export.ts';
import type {
  FollowByExportEvent,
  FollowByExportOptions,
  FollowByExportResult,
} from '../../../src/recovery/follow-exports/options.ts';
import { createTableInput } from '../../../src/tables/schema.ts';
import { byKey } from '../../archive/archived.ts';
import { GRANULE_SCHEMA, granule, Scratch } from '../../scratch.ts';
import { ExportFront, HOUR, keyOf } from './export-front.ts';

const MINUTE = 60_000;
const GAP_FREE = { from: undefined };

describeUnless(await whyNoMoto(), 'following a table by exports, played in AWS’s documented form', () => {
  const moto = ownMoto();
  const bucket: OwnBucket = ownBucket(moto);
  const scratch = new Scratch();
  let front: ExportFront;
  let table: string;
  let archive: string;
  let prefix: string;
  let client: ReturnType<typeof createClient>;

  beforeEach(async () => {
    table = `exports-${randomUUID().slice(0, 8)}`;
    await createTable(createTableInput(table, GRANULE_SCHEMA), [], moto.client);
    front = await ExportFront.start(moto, bucket, table);
    client = createClient({ endpoint: front.endpoint });
    prefix = randomUUID();
    archive = bucket.url(prefix);
  });
  afterEach(async () => {
    client.destroy();
    await front.close();
  });

  const follow = (more: Partial<FollowByExportOptions> = {}): Promise<FollowByExportResult> =>
    followByExport({ client, table, archive, s3: bucket.s3, once: true, ...more });

  const summary = async (): Promise<ArchivedTableSummary> => {
    const [found] = await listArchive(archive, { s3: bucket.s3 });
    if (found === undefined) throw new Error('the archive has no table');
    return found;
  };

  const problems = async (): Promise<readonly string[]> => {
    const [verified] = await verifyArchive(archive, { s3: bucket.s3 });
    return (verified?.problems ?? []).map(({ file, problem }) => `${file.slice(archive.length + 1)}: ${problem}`);
  };

  async function stateAt(at: Date): Promise<ReadonlyMap<string, string>> {
    const directory = scratch.path(`state-${randomUUID()}`);
    const { file } = await stateToFile({ archive, s3: bucket.s3, table, at, directory });
    const text = gunzipSync(readFileSync(file)).toString('utf8');
    const items = text.split('\n').flatMap((line) => (line === '' ? [] : [JSON.parse(line) as TypedItem]));
    const state = byKey(items);
    expect(state.size).toBe(items.length);
    return state;
  }

  async function changedBetween(from: Date, to: Date): Promise<ReadonlySet<string>> {
    const keys = new Set<string>();
    for await (const { key } of diffTimes({ archive, s3: bucket.s3, table, from, to })) keys.add(keyOf(key));
    return keys;
  }

  async function expectJournal(): Promise<number> {
    const { points } = await summary();
    for (const at of points) {
      expect([at, await stateAt(at)]).toEqual([at, byKey(front.stateBefore(at.getTime()).values())]);
    }
    return points.length;
  }

  /** Many writes, some of them at the very ends of windows. */
  function writeAtRandom(from: number, to: number): void {
    for (let write = 0; write < 60; write += 1) {
      const whole = Math.random() < 0.2;
      const at = from + Math.floor(Math.random() * (to - from));
      const time = whole ? Math.floor(at / (15 * MINUTE)) * 15 * MINUTE : at;
      const item = granule(Math.floor(Math.random() * 25), {
        version: { N: `${write}.00000000000000000000000000001` },
      });
      if (Math.random() < 0.3) front.delete(keyOf(item), Math.max(time, from));
      else front.put(item, Math.max(time, from));
    }
  }

  /** Lets time pass, with writes. */
  function pass(milliseconds: number): void {
    writeAtRandom(front.now, front.now + milliseconds);
    front.now += milliseconds;
  }

  test('the state at each end of a window is as the journal has it, and no other time is claimed', async () => {
    writeAtRandom(front.now - 2 * HOUR, front.now);
    const first = await follow();
    expect(first).toMatchObject({ exports: [{ type: 'FULL_EXPORT', ...GAP_FREE }], gaps: 0 });
    const from = front.latest;
    pass(59 * MINUTE);
    expect((await follow()).exports).toEqual([]);
    pass(3 * HOUR + MINUTE);
    const events: FollowByExportEvent[] = [];
    const then = await follow({ onEvent: (event) => events.push(event) });
    const ends = [from, from + HOUR, from + 2 * HOUR, from + 3 * HOUR, from + 4 * HOUR].map((time) => new Date(time));
    expect(then.exports.map(({ type, to }) => [type, to])).toEqual(
      ends.slice(1).map((to) => ['INCREMENTAL_EXPORT', to]),
    );
    expect(then.reached).toEqual(ends.at(-1));
    expect(events.map(({ kind }) => kind)).toEqual([
      ...Array.from({ length: 4 }, () => 'export started'),
      ...Array.from({ length: 4 }, () => 'export archived'),
    ]);
    const listed = await summary();
    expect(listed).toMatchObject({
      table,
      points: ends,
      restorable: [],
      exports: [{ from: ends[0], to: ends[4], windows: 4 }],
      gaps: [{ from: undefined, until: ends[0] }],
      problem: undefined,
    });
    expect(await expectJournal()).toBe(5);
    const between = stateAt(new Date(from + 90 * MINUTE));
    await expect(between).rejects.toMatchObject({ code: 'TIME_NOT_ARCHIVED' });
    await expect(between).rejects.toThrow(
      new RegExp(`before it is ${ends[1]?.toISOString()}, the first after it is ${ends[2]?.toISOString()}`),
    );
    await expect(between).rejects.toMatchObject({
      advice: [expect.stringContaining('only the ends of windows'), expect.anything()],
    });
    expect(await verifyArchive(archive, { s3: bucket.s3 })).toMatchObject([
      { isWhole: true, problems: [], exports: 5 },
    ]);
  });

  test('requests are as AWS documents them', async () => {
    await follow();
    front.now += 2 * HOUR;
    await follow({ bucketOwner: undefined, kmsKeyId: 'key-1' });
    const [full, window, next] = front.started;
    const from = Number(full?.['ExportTime']);
    expect(full).toEqual({
      TableArn: expect.stringMatching(new RegExp(`:table/${table}$`)),
      ExportType: 'FULL_EXPORT',
      ExportFormat: 'DYNAMODB_JSON',
      ExportTime: from,
      ClientToken: expect.stringMatching(/^[\w-]{36}$/),
      S3Bucket: bucket.name,
      S3Prefix: prefix,
    });
    expect(window).toEqual({
      TableArn: full?.['TableArn'],
      ExportType: 'INCREMENTAL_EXPORT',
      ExportFormat: 'DYNAMODB_JSON',
      IncrementalExportSpecification: {
        ExportFromTime: from,
        ExportToTime: from + 3_600,
        ExportViewType: 'NEW_AND_OLD_IMAGES',
      },
      ClientToken: expect.stringMatching(/^[\w-]{36}$/),
      S3Bucket: bucket.name,
      S3Prefix: prefix,
      S3SseAlgorithm: 'KMS',
      S3SseKmsKeyId: 'key-1',
    });
    expect(next?.['IncrementalExportSpecification']).toMatchObject({ ExportFromTime: from + 3_600 });
    expect(new Set(front.started.map(({ ClientToken }) => ClientToken)).size).toBe(3);
  });

  test('differences between two ends of windows are found', async () => {
    front.put(granule(1), front.now - HOUR + 1);
    front.put(granule(2), front.now - HOUR + 1);
    await follow();
    const from = new Date(front.latest);
    front.put(granule(3), front.now);
    front.delete(keyOf(granule(2)), front.now);
    front.put(granule(1, { status: { S: 'later' } }), front.now);
    front.now += 2 * HOUR;
    const to = (await follow()).reached as Date;
    const found: string[] = [];
    for await (const { kind, key } of diffTimes({ archive, s3: bucket.s3, table, from, to })) {
      found.push(`${kind} ${keyOf(key)}`);
    }
    expect(found).toEqual([
      `changed ${keyOf(granule(1))}`,
      `removed ${keyOf(granule(2))}`,
      `added ${keyOf(granule(3))}`,
    ]);
  });

  test('the history of an item has what each window left of it, and says since when others may be missing', async () => {
    front.put(granule(1), front.now - HOUR + 1);
    await follow();
    const from = front.latest;
    const key = keyOf(granule(1));
    const status = (S: string) => granule(1, { status: { S } });
    front.put(status('a'), from + MINUTE);
    front.put(status('b'), from + 2 * MINUTE);
    front.put(status('c'), from + HOUR);
    front.delete(key, from + 2 * HOUR + MINUTE);
    front.now += 3 * HOUR;
    await follow();
    const entries: HistoryEntry[] = [];
    const options = { archive, s3: bucket.s3, table, key: `granuleId=${key}` };
    for await (const entry of itemHistory(options)) entries.push(entry);
    const at = (offset: number): Date => new Date(from + offset);
    const file = expect.stringContaining(`${archive}/AWSDynamoDB/`);
    expect(entries).toMatchObject([
      { kind: 'base', startedAt: at(0), endedAt: at(0), item: granule(1), file },
      { kind: 'change', time: at(2 * MINUTE), event: 'MODIFY', item: status('b'), mergedSince: at(0), file },
      { kind: 'change', time: at(HOUR), event: 'MODIFY', item: status('c'), mergedSince: at(HOUR) },
      { kind: 'change', time: at(2 * HOUR + MINUTE), event: 'REMOVE', item: undefined, mergedSince: at(2 * HOUR) },
    ]);
    expect(entries[1]).toMatchObject({ changed: [{ path: ['status'], after: { S: 'b' } }] });
  });

  test('a follower that is killed at any request has doubled nothing, and the next one goes on', async () => {
    let kills = 0;
    for (let request = 1; ; request += 1) {
      front.actions.length = 0;
      const stop = new AbortController();
      front.before = () => {
        if (front.actions.length === request) stop.abort();
      };
      pass(HOUR);
      const end = await follow({ abortSignal: stop.signal }).then(
        () => 'done',
        () => 'killed',
      );
      front.before = undefined;
      await follow();
      if (end !== 'killed') break;
      kills += 1;
    }
    expect(kills).toBeGreaterThan(5);
    const { exports } = await summary();
    expect(exports).toHaveLength(1);
    expect(front.started).toHaveLength((exports[0]?.windows ?? 0) + 1);
    expect(await problems()).toEqual([]);
  });

  test('an export under way is found again by a follower that comes after eight hours, with another window', async () => {
    await follow();
    front.now += HOUR + MINUTE;
    front.outcome = 'IN_PROGRESS';
    const stop = new AbortController();
    const stopped = follow({ abortSignal: stop.signal, onProgress: () => stop.abort() });
    await expect(stopped).rejects.toMatchObject({
      code: 'INTERRUPTED',
      advice: [expect.stringContaining('goes on inside AWS'), expect.stringContaining('Follow the table again')],
    });
    front.outcome = 'COMPLETED';
    front.now += 9 * HOUR;
    const events: FollowByExportEvent[] = [];
    const { exports } = await follow({ window: 9 * HOUR, onEvent: (event) => events.push(event) });
    expect(exports).toHaveLength(2);
    expect(events[0]).toMatchObject({ kind: 'export found', to: exports[0]?.to });
    expect(front.started).toHaveLength(3);
  });

  test('several followers at once make one chain', async () => {
    pass(HOUR);
    await follow();
    pass(4 * HOUR);
    await Promise.all([follow(), follow(), follow()]);
    const { exports } = await summary();
    expect(exports).toMatchObject([{ windows: 4 }]);
    expect(front.started).toHaveLength(5);
    expect(await problems()).toEqual([]);
    await expectJournal();
  });

  test('it goes on until the signal, and outlasts exports that fail', async () => {
    const stop = new AbortController();
    const events: FollowByExportEvent[] = [];
    front.outcome = 'FAILED';
    const following = follow({
      once: false,
      pollInterval: 1,
      abortSignal: stop.signal,
      onEvent: (event) => {
        events.push(event);
        if (event.kind === 'export failed') front.outcome = 'COMPLETED';
        if (event.kind === 'export archived') front.now += HOUR;
        if (events.filter(({ kind }) => kind === 'export archived').length === 3) stop.abort();
      },
    });
    expect(await following).toMatchObject({ table, exports: [{}, {}, {}], reached: expect.any(Date) });
    expect(events.map(({ kind }) => kind).slice(0, 4)).toEqual([
      ...['export started', 'export failed', 'export started', 'export archived'],
    ]);
    expect(await problems()).toEqual([]);
  });

  test('a time without point-in-time recovery is a gap, and a full export follows', async () => {
    writeAtRandom(front.now - HOUR, front.now);
    await follow();
    pass(2 * HOUR);
    const before = (await follow()).reached;
    front.protectedSince = undefined;
    const refused = follow();
    await expect(refused).rejects.toMatchObject({ code: 'NOT_PROTECTED', tables: [table] });
    pass(HOUR);
    front.protectedSince = front.now;
    await expect(follow()).rejects.toMatchObject({ code: 'TIME_OUTSIDE_WINDOW', side: 'no window yet' });
    pass(HOUR);
    const events: FollowByExportEvent[] = [];
    const { gaps, reached } = await follow({ onEvent: (event) => events.push(event) });
    expect(gaps).toBe(1);
    const gap = { from: before?.toISOString(), until: reached?.toISOString() };
    expect(events).toContainEqual({ kind: 'gap', table, gap });
    pass(HOUR);
    await follow();
    const { exports, gaps: listed } = await summary();
    expect(exports).toMatchObject([{ windows: 2 }, { windows: 1 }]);
    expect(listed.at(-1)).toEqual({ from: before, until: reached });
    await expectJournal();
    expect(await problems()).toEqual([]);
    const diff = diffTimes({ archive, s3: bucket.s3, table, from: before as Date, to: reached as Date }).next();
    await expect(diff).rejects.toThrow('does not have all changes');
  });

  test('a window that is older than point-in-time recovery reaches back is a gap', async () => {
    await follow();
    front.now += 36 * 24 * HOUR;
    expect(await follow()).toMatchObject({ gaps: 1, exports: [{ type: 'FULL_EXPORT' }] });
    expect((await summary()).exports).toHaveLength(2);
  });

  test('a table that was recreated has a chain of its own', async () => {
    front.put(granule(1), front.now - HOUR + 1);
    await follow();
    front.now += 2 * HOUR;
    await follow();
    front.tableId = '0f3c7a52-6f1e-4a5b-9c3d-000000000002';
    front.journal.length = 0;
    front.protectedSince = front.now;
    front.put(granule(7), front.now);
    front.now += HOUR;
    const { gaps, reached } = await follow();
    expect(gaps).toBe(1);
    const { exports } = await summary();
    expect(exports).toMatchObject([
      { windows: 2, items: 1 },
      { windows: 0, items: 1 },
    ]);
    expect([...(await stateAt(reached as Date)).keys()]).toEqual([keyOf(granule(7))]);
    expect([...(await stateAt(exports[0]?.to as Date)).keys()]).toEqual([keyOf(granule(1))]);
    expect(await problems()).toEqual([]);
  });

  test('another full export comes after the time that is given, without a gap', async () => {
    pass(HOUR);
    await follow();
    const { gaps } = await summary();
    pass(3 * HOUR);
    await follow({ fullEvery: 2 * HOUR });
    const { exports, gaps: then } = await summary();
    expect(exports.map(({ windows }) => windows)).toEqual([2, 1]);
    expect(then).toEqual(gaps);
    expect(await expectJournal()).toBe(4);
    const points = (await summary()).points;
    const [first, last] = [points[0], points.at(-1)] as [Date, Date];
    expect(await changedBetween(first, last)).toEqual(
      changedKeys(front.stateBefore(first.getTime()), front.stateBefore(last.getTime())),
    );
    expect(await problems()).toEqual([]);
  });

  test('an export that failed, or is not whole, is not archived; the next request has another token', async () => {
    front.outcome = 'FAILED';
    await expect(follow()).rejects.toMatchObject({ code: 'EXPORT_FAILED', failureCode: 'S3AccessDenied' });
    expect(await bucket.keys(`${prefix}/${table}`)).toEqual([]);
    front.outcome = 'COMPLETED';
    await follow();
    front.now += HOUR;
    // A data file goes as soon as the export is complete.
    const removeData = async (): Promise<void> => {
      const [data] = (await bucket.keys(`${prefix}/AWSDynamoDB/data/`)) as [string];
      await bucket.remove(data);
    };
    front.outcome = 'IN_PROGRESS';
    const stop = new AbortController();
    await follow({ abortSignal: stop.signal, onProgress: () => stop.abort() }).catch(() => undefined);
    front.outcome = 'COMPLETED';
    const { DescribeExportCommand } = await import('@aws-sdk/client-dynamodb');
    await client.send(new DescribeExportCommand({ ExportArn: front.arnOf(-1) }));
    await removeData();
    const events: FollowByExportEvent[] = [];
    expect(await follow({ onEvent: (event) => events.push(event) })).toMatchObject({ exports: [{}] });
    expect(events.map(({ kind }) => kind)).toEqual([
      'export found',
      'export failed',
      'export started',
      'export archived',
    ]);
    expect(new Set(front.started.map(({ ClientToken }) => ClientToken)).size).toBe(front.started.length);
    expect(await problems()).toEqual([]);
  });

  test('everything that is damaged is found in a copy on disk, and no state is made of it', async () => {
    pass(HOUR);
    await follow();
    pass(2 * HOUR);
    await follow();
    const { points } = await summary();
    const last = points.at(-1) as Date;
    const state = await stateAt(last);
    const copy = scratch.path('copy');
    const objects = await bucket.all(prefix);
    const pathOf = (key: string): string => join(copy, key.slice(prefix.length + 1));
    for (const { key, content } of objects) {
      mkdirSync(dirname(pathOf(key)), { recursive: true });
      writeFileSync(pathOf(key), content);
    }
    archive = copy;
    expect(await stateAt(last)).toEqual(state);
    expect(await problems()).toEqual([]);
    for (const { key, content } of objects) {
      for (const damage of ['removed', 'altered'] as const) {
        if (damage === 'removed') rmSync(pathOf(key));
        else writeFileSync(pathOf(key), altered(content));
        // Nothing comes after the last note. Without it, less is claimed.
        const isLastNote = damage === 'removed' && key.endsWith('exports.000000003.json');
        if (isLastNote) expect((await summary()).points).toEqual(points.slice(0, -1));
        else
          expect([key, damage, await problems()]).toEqual([key, damage, expect.arrayContaining([expect.any(String)])]);
        await expect(stateAt(last)).rejects.toMatchObject({
          code: expect.stringMatching(/ARCHIVE_DAMAGED|CORRUPT_BACKUP|TIME_NOT_ARCHIVED|MANIFEST_INVALID/),
        });
        writeFileSync(pathOf(key), content);
      }
    }
    expect(await problems()).toEqual([]);
  });

  test('a note that was damaged and is put back belongs to its chain again, and so does what came after it', async () => {
    pass(HOUR);
    await follow();
    pass(2 * HOUR);
    await follow();
    const { points: before } = await summary();
    const last = (await bucket.keys(`${prefix}/${table}.`)).at(-1) as string;
    const { content: note } = await bucket.read(last);
    await bucket.put(last, altered(note));
    expect(await problems()).toHaveLength(1);
    pass(HOUR);
    await follow();
    pass(HOUR);
    await follow();
    await bucket.put(last, note);
    const { points } = await summary();
    expect(points).toHaveLength(before.length + 2);
    expect(points.slice(0, before.length)).toEqual(before);
    expect(await expectJournal()).toBe(points.length);
    expect(await problems()).toEqual([]);
  });

  test('what AWS refuses is said with its reason, and archives nothing', async () => {
    const refuse = (wanted: string, code: string, message = 'played') => {
      front.refuse = (action) => (action === wanted ? { code, message } : undefined);
    };
    const denied = 'User: u is not authorized to perform: dynamodb:ExportTableToPointInTime on resource: t';
    refuse('ExportTableToPointInTime', 'AccessDeniedException', denied);
    await expect(follow()).rejects.toMatchObject({ code: 'ACCESS_DENIED' });
    refuse('ListExports', 'AccessDeniedException', 'not authorized to perform: dynamodb:ListExports');
    await expect(follow()).rejects.toMatchObject({ code: 'ACCESS_DENIED' });
    let throttled = 0;
    front.refuse = (action) => {
      if (action !== 'ExportTableToPointInTime' || throttled === 1) return undefined;
      throttled += 1;
      return { code: 'ThrottlingException', message: 'Rate exceeded' };
    };
    expect((await follow()).exports).toHaveLength(1);
    expect(throttled).toBe(1);
  });

  test('windows that DynamoDB does not take, and archives that are not in S3, are refused', async () => {
    for (const window of [14 * MINUTE, 24 * HOUR + 1_000, Number.NaN]) {
      await expect(follow({ window })).rejects.toThrow('15 minutes to 24 hours');
    }
    await expect(follow({ archive: scratch.directory })).rejects.toMatchObject({ code: 'STORAGE_FAILED' });
    expect(front.actions).toEqual([]);
  });
});

/** The keys of items that differ. */
function changedKeys(a: ReadonlyMap<string, TypedItem>, b: ReadonlyMap<string, TypedItem>): ReadonlySet<string> {
  const keys = [...new Set([...a.keys(), ...b.keys()])];
  return new Set(keys.filter((key) => JSON.stringify(a.get(key)) !== JSON.stringify(b.get(key))));
}

/** Another byte in the middle. */
function altered(content: Buffer): Buffer {
  const copy = Buffer.from(content);
  const at = Math.floor(copy.length / 2);
  copy[at] = (copy[at] ?? 0) ^ 1;
  return copy;
}
