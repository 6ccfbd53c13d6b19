import { randomUUID } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { S3Client } from '@aws-sdk/client-s3';
import { describeWithMoto, ownBucket } from '@cumulus/test-kit';
import { describe, expect, test } from '@jest/globals';
import { InterruptedError } from '../../../src/aws/errors.ts';
import { backUpTable } from '../../../src/backup/back-up/back-up.ts';
import type { BackUpOptions, BackUpResult } from '../../../src/backup/back-up/options.ts';
import { planBackUp } from '../../../src/backup/back-up/plan-back-up.ts';
import { listCatalogue } from '../../../src/backup/catalogue/list-catalogue.ts';
import { sortDirectory } from '../../../src/backup/store/sort-directory.ts';
import { verifyBackup } from '../../../src/backup/verify.ts';
import { LeaseHeldError } from '../../../src/storage/errors.ts';
import { openStorage } from '../../../src/storage/open-storage.ts';
import { granule, Scratch } from '../../scratch.ts';

const scratch = new Scratch();
const granules = (count: number) => Array.from({ length: count }, (_, number) => granule(number));
const { client } = scratch;

describe('dated backups on disk', () => datedTests(() => join(scratch.directory, randomUUID())));

await describeWithMoto('dated backups in S3, played by moto', (moto) => {
  const bucket = ownBucket(moto);
  datedTests(() => bucket.url(randomUUID()), bucket.s3);
});

/** What dated backups promise in any storage. */
function datedTests(newLocation: () => string, s3?: () => Promise<S3Client>): void {
  const backUp = (table: string, directory: string, more: Partial<BackUpOptions> = {}): Promise<BackUpResult> =>
    backUpTable({ client, table, directory, s3, dated: true, ...more });
  const namesIn = async (location: string): Promise<readonly string[]> =>
    (await (await openStorage(location, { s3 })).list('')) ?? [];

  test('each has a name by the second of its start and a manifest of its own, also two in one second', async () => {
    const table = await scratch.table(granules(5));
    const location = newLocation();
    const first = await backUp(table, location);
    const second = await backUp(table, location, { gzip: true });
    const third = await backUp(table, location);
    for (const { file, kept } of [first, second, third]) {
      expect(basename(file)).toMatch(new RegExp(`^${table}\\.\\d{8}T\\d{6}Z\\.json(\\.gz)?$`));
      expect(await verifyBackup({ file, s3 })).toMatchObject({ items: 5, proved: true });
      expect(kept).toEqual([]);
    }
    expect(new Set([first.file, second.file, third.file]).size).toBe(3);
    expect(await namesIn(location)).toHaveLength(6);
    const [ofTable] = await listCatalogue(location, { s3 });
    expect(ofTable?.backups.map(({ file, kind }) => [file, kind])).toEqual([
      [third.file, 'dated'],
      [second.file, 'dated'],
      [first.file, 'dated'],
    ]);
  });

  test('an ordinary backup neither counts nor removes them, and they replace none', async () => {
    const table = await scratch.table(granules(5));
    const location = newLocation();
    const ordinary = await backUp(table, location, { dated: false });
    const dated = await backUp(table, location);
    expect(await verifyBackup({ file: ordinary.file, s3 })).toMatchObject({ proved: true });
    const again = await backUp(table, location, { dated: false, keep: 1 });
    const last = await backUp(table, location, { dated: false, keep: 0 });
    expect([again.kept.length, last.kept.length]).toEqual([1, 0]);
    expect((await namesIn(location)).filter((name) => !name.includes('manifest')).sort()).toEqual(
      [basename(dated.file), basename(ordinary.file)].sort(),
    );
    expect((await sortDirectory(location, () => true, s3)).backups).toHaveLength(2);
  });

  test('far fewer items than in the newest dated one are said by both kinds', async () => {
    const table = await scratch.table(granules(20));
    const location = newLocation();
    const full = await backUp(table, location);
    expect(full.farFewerThan).toBeUndefined();
    await scratch.replaceTable(table, granules(5));
    const ordinary = await backUp(table, location, { dated: false });
    expect(ordinary.farFewerThan).toEqual({ file: full.file, items: 20 });
    const dated = await backUp(table, location);
    expect(dated.farFewerThan).toEqual({ file: full.file, items: 20 });
  });

  test('of one table there is one backup at a time, of either kind', async () => {
    const table = await scratch.table(granules(5));
    const location = newLocation();
    const storage = await openStorage(location, { s3 });
    await storage.prepare();
    const lease = await storage.lease(`${table}.json`);
    try {
      for (const dated of [true, false]) {
        await expect(backUp(table, location, { dated })).rejects.toThrow(LeaseHeldError);
      }
    } finally {
      await lease.release();
    }
    expect((await namesIn(location)).filter((name) => name.endsWith('.json'))).toEqual([]);
  });
}

describe('a dated backup that was interrupted', () => {
  const interrupt = async (table: string, more: Partial<BackUpOptions> = {}): Promise<void> => {
    const interruption = new AbortController();
    let pages = 0;
    const run = backUpTable({
      ...{ client, table, directory: scratch.directory, dated: true, segments: 20, concurrency: 1, ...more },
      abortSignal: interruption.signal,
      onProgress: () => {
        pages += 1;
        if (pages === 5) interruption.abort();
      },
    });
    await expect(run).rejects.toThrow(InterruptedError);
  };
  const partials = (): string[] => readdirSync(scratch.directory).filter((name) => name.endsWith('.partial'));

  test('is continued under its own name', async () => {
    const table = await scratch.table(granules(100));
    const { directory } = scratch;
    await interrupt(table);
    const [partial = ''] = partials();
    const name = partial.replace('.partial', '');
    const plan = await planBackUp({ client, table, directory, dated: true, resume: true });
    expect(plan).toMatchObject({ file: scratch.path(name), removes: [], resumes: { items: expect.any(Number) } });
    const resumed = await backUpTable({ client, table, directory, dated: true, resume: true });
    expect(resumed).toMatchObject({ file: scratch.path(name), items: 100, resumed: true });
    expect(await verifyBackup({ file: resumed.file })).toMatchObject({ items: 100, proved: true });
    expect(readdirSync(directory).sort()).toEqual([name, `${name}.manifest.json`]);
  });

  test('is removed by a new one that does not continue it', async () => {
    const table = await scratch.table(granules(100));
    const { directory } = scratch;
    await interrupt(table);
    const { file } = await backUpTable({ client, table, directory, dated: true });
    expect(readdirSync(directory).sort()).toEqual([basename(file), `${basename(file)}.manifest.json`]);
  });

  test('is not continued when it is too old: the new one has its own time', async () => {
    const table = await scratch.table(granules(100));
    const { directory } = scratch;
    await interrupt(table);
    const [partial = ''] = partials();
    const checkpoint = scratch.path(`${partial}.checkpoint.json`);
    const old = { ...JSON.parse(readFileSync(checkpoint, 'utf8')), startedAt: '2026-01-01T00:00:00.000Z' };
    writeFileSync(checkpoint, JSON.stringify(old));
    const options = { client, table, directory, dated: true, resume: true };
    const plan = await planBackUp(options);
    expect(plan.file).toMatch(/\.\d{8}T\d{6}Z\.json$/);
    expect(plan.discarded?.startedAt).toBe('2026-01-01T00:00:00.000Z');
    const result = await backUpTable(options);
    expect(result).toMatchObject({ resumed: false, discarded: { startedAt: '2026-01-01T00:00:00.000Z' } });
    expect(readdirSync(directory).sort()).toEqual([basename(result.file), `${basename(result.file)}.manifest.json`]);
  });

  test('is left alone by an ordinary backup, and its kept manifest is put in place', async () => {
    const table = await scratch.table(granules(100));
    const { directory } = scratch;
    const done = await backUpTable({ client, table, directory, dated: true });
    // As if the writer had been killed before it renamed the manifest.
    const manifest = readFileSync(done.manifest);
    writeFileSync(`${done.manifest}.next`, manifest);
    writeFileSync(done.manifest, '{}');
    await interrupt(table);
    const before = partials();
    await backUpTable({ client, table, directory });
    expect(partials()).toEqual(before);
    expect(readFileSync(done.manifest)).toEqual(manifest);
    expect(readdirSync(directory).filter((name) => name.includes('.next'))).toEqual([]);
  });
});
