import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { S3Client } from '@aws-sdk/client-s3';
import { describeUnless, type OwnBucket, ownBucket, ownMoto, whyNoMoto } from '@cumulus/test-kit';
import { createTable } from '@cumulus/test-kit/tables';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { listArchive } from '../../../src/archive/list-archive.ts';
import type { PrunedArchive, PruneOptions } from '../../../src/archive/prune/options.ts';
import { pruneArchive } from '../../../src/archive/prune/prune-archive.ts';
import { stateToFile } from '../../../src/archive/state-to-file.ts';
import { verifyArchive } from '../../../src/archive/verify/verify-archive.ts';
import { createClient } from '../../../src/aws/client.ts';
import { parseSpan } from '../../../src/backup/catalogue/retention.ts';
import type { TypedItem } from '../../../src/items/typed-item.ts';
import { followByExport } from '../../../src/recovery/follow-exports/follow-by-export.ts';
import { createTableInput } from '../../../src/tables/schema.ts';
import { byKey } from '../../archive/archived.ts';
import { GRANULE_SCHEMA, granule, Scratch } from '../../scratch.ts';
import { ExportFront, HOUR, keyOf } from './export-front.ts';

const DAY = 24 * HOUR;

describeUnless(await whyNoMoto(), 'pruning an archive of exports', () => {
  const moto = ownMoto();
  const bucket: OwnBucket = ownBucket(moto);
  const scratch = new Scratch();
  let front: ExportFront;
  let table: string;
  let archive: string;
  let prefix: string;
  let client: ReturnType<typeof createClient>;
  let writes = 0;

  beforeEach(async () => {
    table = `exports-${randomUUID().slice(0, 8)}`;
    await createTable(createTableInput(table, GRANULE_SCHEMA), [], moto.client);
    front = await ExportFront.start(moto, bucket, table);
    // In the middle of a day, so that two windows of twelve hours end on each.
    front.now = Math.floor(front.now / DAY) * DAY - 6 * DAY + 6 * HOUR;
    front.protectedSince = front.now - DAY;
    client = createClient({ endpoint: front.endpoint });
    prefix = randomUUID();
    archive = bucket.url(prefix);
  });
  afterEach(async () => {
    client.destroy();
    await front.close();
  });

  const follow = (window = 12 * HOUR) =>
    followByExport({ client, table, archive, s3: bucket.s3, once: true, window, fullEvery: DAY });

  /** Lets time pass, with writes of every kind. */
  function pass(milliseconds: number): void {
    for (let step = 1; step <= 8; step += 1) {
      writes += 1;
      const at = front.now + Math.floor((milliseconds * step) / 9);
      if (writes % 5 === 0) front.delete(keyOf(granule((writes * 7) % 6)), at);
      else front.put(granule((writes * 7) % 6, { version: { N: `${writes}` } }), at);
    }
    front.now += milliseconds;
  }

  /** A full export at the beginning of each day and at the end, and the windows of the days. */
  async function archived(days: number, window?: number): Promise<readonly Date[]> {
    pass(DAY / 2);
    await follow(window);
    pass(days * DAY);
    await follow(window);
    const { points, exports } = await summary();
    expect(exports).toHaveLength(days + 1);
    return points;
  }

  async function summary() {
    const [found] = await listArchive(archive, { s3: bucket.s3 });
    if (found === undefined) throw new Error('the archive has no table');
    return found;
  }

  async function problems(): Promise<readonly string[]> {
    const [verified] = await verifyArchive(archive, { s3: bucket.s3 });
    return (verified?.problems ?? []).map(({ file, problem }) => `${file.slice(archive.length + 1)}: ${problem}`);
  }

  async function expectJournal(points: readonly Date[]): Promise<void> {
    for (const at of points) {
      const directory = scratch.path(`state-${randomUUID()}`);
      const { file } = await stateToFile({ archive, s3: bucket.s3, table, at, directory });
      const lines = gunzipSync(readFileSync(file)).toString('utf8').split('\n').filter(Boolean);
      const items = lines.map((line) => JSON.parse(line) as TypedItem);
      expect([at, byKey(items)]).toEqual([at, byKey(front.stateBefore(at.getTime()).values())]);
    }
  }

  const keep = { within: parseSpan('1d'), daily: 3 };

  async function prune(more: Partial<PruneOptions> = {}): Promise<PrunedArchive> {
    const [pruned] = await pruneArchive(archive, { keep, s3: bucket.s3, ...more });
    if (pruned === undefined) throw new Error('nothing was pruned');
    return pruned;
  }

  /** All of the last day, and the last seconds of the last three days. */
  const promised = (points: readonly Date[]): readonly Date[] => {
    const cutoff = Number(points.at(-1)) - DAY;
    const lastOfDays = points.filter((at, index) => {
      const next = points[index + 1];
      return next === undefined || next.toISOString().slice(0, 10) !== at.toISOString().slice(0, 10);
    });
    return points.filter((at) => Number(at) >= cutoff || lastOfDays.slice(-3).includes(at));
  };

  test('that is interrupted between a backup and its manifest has done no damage, and the next one goes on', async () => {
    await archived(3);
    await prune();
    const [name] = (await bucket.keys(prefix)).filter((key) => key.endsWith('.manifest.json') && key.includes(table));
    if (name === undefined) throw new Error('no second was kept as a backup');
    const { content } = await bucket.read(name);
    await prune({ keep: { within: parseSpan('1d') } });
    expect(await bucket.keys(prefix)).not.toContain(name);
    await bucket.put(name, content);
    expect(await problems()).toEqual([]);
    await prune({ keep: { within: parseSpan('1d') } });
    expect(await bucket.keys(prefix)).not.toContain(name);
    expect(await problems()).toEqual([]);
  }, 120_000);

  test('keeps what is promised, removes the rest, and nothing of others; a follower goes on', async () => {
    const points = await archived(3);
    const foreign = ['AWSDynamoDB/data/foreign.json.gz', 'AWSDynamoDB/01-other/manifest-files.json'];
    for (const key of foreign) await bucket.put(`${prefix}/${key}`, 'foreign');
    const before = await bucket.keys(prefix);
    const planned = await prune({ dryRun: true });
    expect(await bucket.keys(prefix)).toEqual(before);
    const pruned = await prune();
    expect(pruned).toEqual({ ...planned, dryRun: false, keptAsVersions: 0 });
    // The first two full exports, and the two windows of each. The end of the last of these is the instant of the third.
    expect(pruned.exports).toHaveLength(6);
    expect(pruned).toMatchObject({ points: [{ reasons: ['daily'] }], written: 1, segments: 0, files: [] });
    expect(pruned.bytes).toBeGreaterThan(0);
    const after = await summary();
    for (const at of promised(points)) expect(after.points).toContainEqual(at);
    expect(after.exports.map(({ windows }) => windows)).toEqual([2, 0]);
    expect(after.points).toHaveLength(4);
    await expectJournal(after.points);
    expect(await problems()).toEqual([]);
    const gone = before.filter((key) => pruned.exports.some((folder) => bucket.url(key).startsWith(folder)));
    const left = await bucket.keys(prefix);
    expect(left.filter((key) => gone.includes(key))).toEqual([]);
    for (const key of foreign) expect(left).toContain(`${prefix}/${key}`);
    // Two data files of each window that stays, and the foreign one.
    expect(left.filter((key) => key.startsWith(`${prefix}/AWSDynamoDB/data/`))).toHaveLength(2 * 2 + 1);

    pass(DAY);
    const { exports, gaps } = await follow();
    expect({ exports: exports.map(({ type }) => type), gaps }).toEqual({
      exports: ['INCREMENTAL_EXPORT', 'INCREMENTAL_EXPORT', 'FULL_EXPORT'],
      gaps: 0,
    });
    expect(await problems()).toEqual([]);
    // What is kept has to be there.
    const state = (await bucket.keys(prefix)).find((key) => key.endsWith('Z.json.gz'));
    await bucket.remove(state ?? '');
    await bucket.remove(`${state}.manifest.json`);
    expect(await problems()).toEqual([expect.stringContaining('it is missing')]);
  });

  test('interrupted at any write, it claims nothing that is not there, and goes on the next time', async () => {
    const points = await archived(2, DAY);
    const kept = promised(points);
    let allowed = Number.POSITIVE_INFINITY;
    const limited = new S3Client({ endpoint: moto.endpoint, forcePathStyle: true, maxAttempts: 1 });
    limited.middlewareStack.add(
      (next, { commandName = '' }) =>
        async (asked) => {
          const { Key = '' } = asked.input as { readonly Key?: string };
          // A lease that nobody renews is free after a while, for which no test waits.
          const isWrite = /^(Put|Copy|Delete|Upload|Complete)/.test(commandName) && !Key.includes('.lock');
          if (isWrite && allowed <= 0) throw new Error('killed');
          if (isWrite) allowed -= 1;
          return next(asked);
        },
      { step: 'initialize', priority: 'low' },
    );
    let kills = 0;
    let steps = 1;
    const seen = new Set([(await bucket.keys(prefix)).join()]);
    for (;;) {
      allowed = steps;
      const ended = await prune({ s3: async () => limited }).catch((error: Error) => error);
      if (!(ended instanceof Error)) break;
      expect(ended.message).toBe('killed');
      kills += 1;
      const there = (await bucket.keys(prefix)).join();
      // As few writes as go on from there, so that each is the last one once.
      steps = seen.has(there) ? steps + 1 : 1;
      if (seen.has(there)) continue;
      seen.add(there);
      expect([kills, await problems()]).toEqual([kills, []]);
      const { points: claimed } = await summary();
      for (const at of kept) expect([kills, claimed]).toEqual([kills, expect.arrayContaining([at])]);
    }
    limited.destroy();
    expect(kills).toBeGreaterThan(15);
    const { points: claimed, exports } = await summary();
    expect(exports).toHaveLength(2);
    await expectJournal(claimed);
    expect(await problems()).toEqual([]);
    expect(await prune()).toMatchObject({ exports: [], written: 0, files: [] });
    // About thirty prunings.
  }, 180_000);

  test('two prunings at once lose nothing: one is refused, or comes after the other', async () => {
    await archived(2, DAY);
    const ended = await Promise.allSettled([prune(), prune()]);
    const refused = ended.flatMap((each) => (each.status === 'rejected' ? [each.reason as { code: string }] : []));
    expect(refused.length).toBeLessThan(2);
    for (const { code } of refused) expect(code).toBe('LEASE_HELD');
    await prune();
    const { points, exports } = await summary();
    expect(exports).toHaveLength(2);
    await expectJournal(points);
    expect(await problems()).toEqual([]);
  });

  test('refuses an export that is not the one that was noted, and removes nothing', async () => {
    await archived(2, DAY);
    const keys = await bucket.keys(`${prefix}/AWSDynamoDB/`);
    const manifest = keys.find((key) => key.endsWith('manifest-files.json')) ?? '';
    await bucket.put(manifest, '\n');
    const before = await bucket.keys(prefix);
    await expect(prune()).rejects.toMatchObject({ code: 'CORRUPT_BACKUP' });
    await expect(prune({ dryRun: true })).rejects.toMatchObject({ code: 'CORRUPT_BACKUP' });
    expect(await bucket.keys(prefix)).toEqual(before);
  });
});
