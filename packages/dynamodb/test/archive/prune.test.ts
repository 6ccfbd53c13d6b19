import { cpSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { onDynamoDBLocal } from '@cumulus/test-kit';
import { expect, test } from '@jest/globals';
import type { HistoryEntry } from '../../src/archive/history/entries.ts';
import { itemHistory } from '../../src/archive/history/item-history.ts';
import { listArchive, type RestorableTime } from '../../src/archive/list-archive.ts';
import { pruneArchive } from '../../src/archive/prune/prune-archive.ts';
import { type ArchivedRange, readTableArchive } from '../../src/archive/read/table-archive.ts';
import { writeState } from '../../src/archive/state/write-state.ts';
import { verifyArchive } from '../../src/archive/verify/verify-archive.ts';
import { backUpTable } from '../../src/backup/back-up/back-up.ts';
import { parseSpan } from '../../src/backup/catalogue/retention.ts';
import { datedFileName, manifestName } from '../../src/backup/format/file-names.ts';
import { verifyBackup } from '../../src/backup/verify.ts';
import { openStorage } from '../../src/storage/open-storage.ts';
import { granule } from '../scratch.ts';
import { Archived, byKey, type Followed } from './archived.ts';
import { writeAtRandom } from './write-at-random.ts';

onDynamoDBLocal('pruning an archive', () => {
  const scratch = new Archived();

  /** An archive of two bases, with shards that ended before the second one. */
  async function archived(): Promise<Followed> {
    const followed = await scratch.followed();
    const { front, client, table } = followed;
    const write = (): Promise<void> => writeAtRandom(front, { writers: 2, milliseconds: 1_000 });
    await scratch.whileFollowed(followed, async () => {
      await scratch.reached(0);
      // An item that only the first shards have.
      for (const version of ['1', '2']) await front.put(granule(9_001, { version: { N: version } }));
      await write();
      for (let split = 0; split < 3; split += 1) {
        await front.split(1);
        await write();
      }
      await sleep(2_500);
      await backUpTable({ client, table, directory: scratch.archive, dated: true, gzip: true, consistent: true });
      await write();
      await sleep(2_000);
    });
    return followed;
  }

  const lastBase = async (directory = scratch.archive) => {
    const [summary] = await listArchive(directory);
    return { summary, base: summary?.bases.at(-1) };
  };

  /** The histories of items have each change that is kept once, in order, and lead to what the items were at seconds that are kept. */
  async function expectHistories({ front, table }: Followed, seconds: readonly number[]): Promise<void> {
    const keys = [...new Set(front.journal.map(({ key }) => key))];
    let merged = 0;
    for (const key of keys) {
      const options = { archive: scratch.archive, table, key: { granuleId: { S: key } } };
      const entries: HistoryEntry[] = [];
      for await (const entry of itemHistory(options)) entries.push(entry);
      const changes = entries.flatMap((entry) => (entry.kind === 'change' ? [entry] : []));
      const numbers = changes.map(({ sequenceNumber }) => sequenceNumber);
      expect(numbers).toEqual([...new Set(numbers)].sort());
      merged += changes.filter(({ mergedSince }) => mergedSince !== undefined).length;
      for (const second of seconds) {
        const last = changes.findLast(({ time }) => time.getTime() <= second * 1000);
        const [base] = entries.flatMap((entry) => (entry.kind === 'base' ? [entry] : []));
        const item = last === undefined ? base?.item : last.item;
        const expected = front.stateAt(second).get(key);
        expect([key, second, byKey(item === undefined ? [] : [item])]).toEqual([
          ...[key, second],
          byKey(expected === undefined ? [] : [expected]),
        ]);
      }
    }
    expect(merged).toBeGreaterThan(0);
  }

  test('keeps every second that is promised, merges what comes before, and stays whole', async () => {
    const followed = await archived();
    const { front, table } = followed;
    const { summary: before, base } = await lastBase();
    const range = before?.restorable[0] as RestorableTime;
    const { from, to } = range;
    // A while before the second base. The first second is kept, since there are not two days.
    const recent = to.getTime() - (base?.restorable?.from.getTime() as number) + 3_000;
    const options = { keep: { daily: 2 }, recent };
    const planned = await pruneArchive(scratch.archive, { ...options, dryRun: true });
    expect((await lastBase()).summary).toEqual({ ...before, lag: expect.any(Number) });
    const [pruned] = await pruneArchive(scratch.archive, options);
    expect([pruned]).toEqual([{ ...planned[0], keptAsVersions: 0, dryRun: false }]);
    const wholeFrom = new Date(to.getTime() - recent);
    const points = [{ at: from, reasons: ['oldest daily'] }];
    expect(pruned).toMatchObject({ wholeFrom, to, points, written: 2, files: [] });
    expect(pruned?.segments).toBeGreaterThan(0);
    expect(pruned?.bytes).toBeGreaterThan(0);

    const { summary: after } = await lastBase();
    expect(after).toMatchObject({ points: [from], restorable: [{ from: wholeFrom, to }] });
    const first = from.getTime() / 1000;
    expect(await scratch.stateAt(table, first)).toEqual(byKey(front.stateAt(first).values()));
    await scratch.expectJournal(followed);
    await scratch.expectWhole();
    await expectHistories(followed, [first, Math.floor(to.getTime() / 1000)]);
    // What is missing is found as before.
    for (const end of ['.changes.gz', '.merged.gz']) {
      const copy = scratch.path(`without${end}`);
      cpSync(scratch.archive, copy, { recursive: true });
      const [missing = ''] = readdirSync(copy).filter((name) => name.endsWith(end));
      rmSync(join(copy, missing));
      expect((await verifyArchive(copy))[0]?.isWhole).toBe(false);
    }
    // The follower goes on with it, needs no new base, and does not read again what has gone.
    const segments = readdirSync(scratch.archive).filter((name) => name.endsWith('.000000001.changes.gz'));
    await scratch.whileFollowed(followed, () => writeAtRandom(front, { writers: 2, milliseconds: 500 }));
    expect(readdirSync(scratch.archive).filter((name) => name.endsWith('.000000001.changes.gz'))).toEqual(segments);
    expect((await scratch.summary()).bases).toHaveLength(2);
    await scratch.expectJournal(followed);
    await scratch.expectWhole();
    expect(await pruneArchive(scratch.archive, { keep: { within: parseSpan('1d') } })).toMatchObject([
      { table, segments: 0, written: 0, files: [], points: [{ at: from, reasons: ['within the kept time'] }] },
    ]);
    // Shards that were removed are still in the stream. They keep nobody from making a base where there is none.
    const starts = readdirSync(scratch.archive).filter((name) => /\.(json\.gz|manifest\.json|merged\.gz)$/.test(name));
    for (const name of starts) rmSync(join(scratch.archive, name));
    expect(await scratch.follow(followed, { once: true })).toMatchObject({ bases: [expect.any(String)] });
  });

  test('has a state of a second among its backups, by its time, and takes it for no base', async () => {
    const { table, front } = await archived();
    const { archive: directory } = scratch;
    const storage = await openStorage(directory);
    const { ranges } = await readTableArchive(storage, table);
    const [range] = ranges as readonly [ArchivedRange];
    const at = range.from + 1_000;
    const state = {
      storage,
      source: { kind: 'range', range } as const,
      table,
      at,
      directory,
      dated: new Date(at),
      gzip: true,
      keep: 0,
    };
    const { file } = await writeState(state);
    expect(file).toBe(join(directory, datedFileName(table, new Date(at), { gzip: true })));
    expect(await verifyBackup({ file })).toMatchObject({ proved: true, items: front.stateAt(at / 1000).size });
    const after = await readTableArchive(storage, table);
    expect((await lastBase()).summary?.points).toEqual([]);
    expect(after.states.map(({ name }) => storage.pathOf(name))).toEqual([file]);
    expect(after.ranges).toHaveLength(ranges.length);
    // Without its base, that second is reachable alone.
    const alone = scratch.path('alone');
    cpSync(directory, alone, { recursive: true });
    for (const name of [range.base.name, manifestName(range.base.name)]) rmSync(join(alone, name));
    const { summary } = await lastBase(alone);
    expect(summary).toMatchObject({ points: [new Date(at)], restorable: [{}] });
    const first = summary?.restorable[0]?.from.toISOString();
    expect(await scratch.stateAt(table, at / 1000, alone)).toEqual(byKey(front.stateAt(at / 1000).values()));
    await expect(scratch.stateAt(table, at / 1000 + 1, alone)).rejects.toThrow(
      `the last second before it is ${new Date(at).toISOString()}, the first after it is ${first}`,
    );
    // It goes when it is kept no longer.
    const [pruned] = await pruneArchive(directory, { keep: { within: parseSpan('1d') } });
    expect(pruned?.files).toEqual([file]);
  });

  test('claims nothing that is not there, wherever it is interrupted, and goes on the next time', async () => {
    const followed = await archived();
    const { summary, base } = await lastBase();
    const recent = (summary?.restorable.at(-1)?.to.getTime() as number) - (base?.restorable?.from.getTime() as number);
    const options = { keep: { daily: 1 }, recent };
    const whole = scratch.path('whole');
    cpSync(scratch.archive, whole, { recursive: true });
    await pruneArchive(scratch.archive, options);
    const left = new Set(readdirSync(scratch.archive));
    const going = readdirSync(whole).filter((name) => !left.has(name));
    const segments = going.filter((name) => name.endsWith('.changes.gz'));
    expect(segments.length).toBeGreaterThan(2);
    const note = [...left].find((name) => name.endsWith('.pruned.json')) as string;
    for (let removed = 0; removed <= segments.length; removed += 1) {
      const interrupted = scratch.path(`interrupted-${removed}`);
      cpSync(whole, interrupted, { recursive: true });
      for (const name of going.filter((each) => !segments.includes(each))) rmSync(join(interrupted, name));
      cpSync(join(scratch.archive, note), join(interrupted, note));
      for (const name of segments.slice(0, removed)) rmSync(join(interrupted, name));
      const [found] = await listArchive(interrupted);
      expect(found?.restorable.map(({ from }) => from)).toEqual([base?.restorable?.from]);
      expect((await verifyArchive(interrupted))[0]?.problems).toEqual([]);
      await pruneArchive(interrupted, options);
      expect(readdirSync(interrupted).filter((name) => segments.includes(name))).toEqual([]);
    }
    await scratch.expectJournal(followed);
  });
});
