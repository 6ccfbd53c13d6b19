import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { basename } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { DeleteTableCommand, waitUntilTableNotExists } from '@aws-sdk/client-dynamodb';
import { describe, expect, test } from '@jest/globals';
import { InterruptedError, TableNotFoundError } from '../../../src/aws/errors.ts';
import { backUpTable } from '../../../src/backup/back-up/back-up.ts';
import type { BackUpOptions } from '../../../src/backup/back-up/options.ts';
import { verifyBackup } from '../../../src/backup/verify.ts';
import { ResumeMismatchError } from '../../../src/storage/errors.ts';
import { createTable } from '../../../src/tables/create.ts';
import { TableReplacedError } from '../../../src/tables/errors.ts';
import { GRANULE_SCHEMA, granule, Scratch } from '../../scratch.ts';

const scratch = new Scratch();
const granules = (count: number) => Array.from({ length: count }, (_, number) => granule(number));
const lines = (file: string) => readFileSync(file, 'utf8').trimEnd().split('\n');

const DAY = 24 * 3_600_000;

/** Stops a backup in its middle. */
async function interrupt(table: string, more: Partial<BackUpOptions> = {}): Promise<void> {
  const { client, directory } = scratch;
  const interruption = new AbortController();
  let pages = 0;
  const run = backUpTable({
    ...{ client, table, directory, segments: 20, concurrency: 1, ...more },
    abortSignal: interruption.signal,
    onProgress: () => {
      pages += 1;
      if (pages === 5) interruption.abort();
    },
  });
  await expect(run).rejects.toThrow(InterruptedError);
}

/** Has an interrupted backup begun at another time. */
function beginAt(table: string, time: number): string {
  const path = scratch.path(`${table}.json.partial.checkpoint.json`);
  const startedAt = new Date(time).toISOString();
  writeFileSync(path, JSON.stringify({ ...JSON.parse(readFileSync(path, 'utf8')), startedAt }));
  return startedAt;
}

describe('backUpTable', () => {
  test('writes one item a line, with a manifest that proves them, in private files', async () => {
    const table = await scratch.table(granules(60));
    const { client, directory } = scratch;
    const result = await backUpTable({ client, table, directory, segments: 5 });
    expect(result).toMatchObject({ table, file: scratch.path(`${table}.json`), items: 60, segments: 5, kept: [] });
    expect(
      lines(result.file)
        .map((line) => JSON.parse(line).granuleId.S)
        .sort(),
    ).toEqual(granules(60).map((item) => (item['granuleId'] as { S: string }).S));
    expect(result.bytes).toBe(statSync(result.file).size);
    expect(statSync(result.file).mode & 0o777).toBe(0o600);
    expect(statSync(result.manifest).mode & 0o777).toBe(0o600);
    expect(JSON.parse(readFileSync(result.manifest, 'utf8'))).toMatchObject({
      format: 'cumulus-dynamodb-backup',
      formatVersion: 1,
      items: 60,
      table: { name: table, schema: GRANULE_SCHEMA },
      file: { compression: 'none', bytes: result.bytes, sha256: result.sha256 },
    });
    expect(await verifyBackup({ file: result.file })).toMatchObject({ items: 60, proved: true });
    expect(readdirSync(directory).length).toBe(2);
  });

  test('an empty table gives an empty file, proved like any other', async () => {
    const table = await scratch.table();
    const result = await backUpTable({ client: scratch.client, table, directory: scratch.directory });
    expect(readFileSync(result.file, 'utf8')).toBe('');
    expect(await verifyBackup({ file: result.file })).toMatchObject({ items: 0, proved: true });
  });

  test('a gzipped backup holds the same lines, and does not share a manifest with the plain one', async () => {
    const table = await scratch.table(granules(30));
    const { client, directory } = scratch;
    const plain = await backUpTable({ client, table, directory });
    const gzipped = await backUpTable({ client, table, directory, gzip: true });
    expect(gunzipSync(readFileSync(gzipped.file)).toString().trimEnd().split('\n').sort()).toEqual(
      lines(plain.file).sort(),
    );
    expect(gzipped.manifest).not.toBe(plain.manifest);
    expect(await verifyBackup({ file: plain.file })).toMatchObject({ proved: true });
    expect(await verifyBackup({ file: gzipped.file })).toMatchObject({ proved: true, items: 30 });
  });

  test('the earlier backup stays under its time, with its manifest, and older ones than --keep go', async () => {
    const table = await scratch.table(granules(10));
    const { client, directory } = scratch;
    await backUpTable({ client, table, directory });
    await scratch.put(table, [granule(10)]);
    const second = await backUpTable({ client, table, directory });
    await scratch.put(table, [granule(11)]);
    const third = await backUpTable({ client, table, directory });
    expect(second.kept.length).toBe(1);
    expect(third.kept.length).toBe(1);
    const [kept = ''] = third.kept;
    expect(basename(kept)).toMatch(/GranulesTable\.\d{8}T\d{6}\.\d{3}Z\.json$/);
    expect(await verifyBackup({ file: kept })).toMatchObject({ items: 11, proved: true });
    expect(readdirSync(directory).length).toBe(4);
    const fourth = await backUpTable({ client, table, directory, keep: 0 });
    expect(fourth.kept).toEqual([]);
    expect(readdirSync(directory).length).toBe(2);
  });

  test('a backup file of an earlier release, without a manifest, is kept likewise', async () => {
    const table = await scratch.table(granules(3));
    writeFileSync(scratch.path(`${table}.json`), '{"granuleId":{"S":"old"}}\n');
    const { kept } = await backUpTable({ client: scratch.client, table, directory: scratch.directory });
    expect(readFileSync(kept[0] ?? '', 'utf8')).toBe('{"granuleId":{"S":"old"}}\n');
    expect(await verifyBackup({ file: kept[0] ?? '' })).toMatchObject({ proved: false, items: 1 });
  });

  test('far fewer items than before are said, and the good backup outlives later runs', async () => {
    const table = await scratch.table(granules(100));
    const { client, directory } = scratch;
    await backUpTable({ client, table, directory });
    await client.send(new DeleteTableCommand({ TableName: table }));
    await createTable(client, table, GRANULE_SCHEMA);
    await scratch.put(table, granules(50));
    for (const keep of [1, 1, 0]) {
      const { farFewerThan } = await backUpTable({ client, table, directory, keep });
      expect(farFewerThan?.items).toBe(100);
      expect(await verifyBackup({ file: farFewerThan?.file ?? '' })).toMatchObject({ items: 100, proved: true });
    }
  });

  test('an interrupted backup leaves the earlier one as it was, and is continued by resume', async () => {
    const table = await scratch.table(granules(200));
    const { client, directory } = scratch;
    const earlier = await backUpTable({ client, table, directory });
    const interruption = new AbortController();
    const interrupted = backUpTable({
      client,
      table,
      directory,
      segments: 50,
      concurrency: 1,
      abortSignal: interruption.signal,
      onProgress: ({ items }) => items > 60 && interruption.abort(),
    });
    await expect(interrupted).rejects.toThrow(InterruptedError);
    expect(await verifyBackup({ file: earlier.file })).toMatchObject({ items: 200, proved: true });
    const resumed = await backUpTable({ client, table, directory, resume: true });
    expect(resumed).toMatchObject({ items: 200, resumed: true, segments: 50 });
    expect(new Set(lines(resumed.file)).size).toBe(200);
    expect(await verifyBackup({ file: resumed.file })).toMatchObject({ items: 200, proved: true });
    expect(existsSync(`${resumed.file}.partial`)).toBe(false);
    expect(existsSync(`${resumed.file}.partial.checkpoint.json`)).toBe(false);
  });

  test('a partial is not continued from another table, nor once it was altered', async () => {
    const table = await scratch.table(granules(100));
    const { client, directory } = scratch;
    await interrupt(table);
    const partial = scratch.path(`${table}.json.partial`);
    const content = readFileSync(partial);
    content[5] = (content[5] ?? 0) ^ 1;
    writeFileSync(partial, content);
    await expect(backUpTable({ client, table, directory, resume: true })).rejects.toThrow(ResumeMismatchError);
    await interrupt(table);
    await expect(backUpTable({ client, table, directory, resume: true, segments: 21 })).rejects.toThrow(/20 segments/);
    await expect(backUpTable({ client, table, directory, resume: true, consistent: true })).rejects.toThrow(
      /without strong consistency/,
    );
    await client.send(new DeleteTableCommand({ TableName: table }));
    await createTable(client, table, GRANULE_SCHEMA);
    await expect(backUpTable({ client, table, directory, resume: true })).rejects.toThrow(/another table/);
  });

  test.each([
    ['30 days ago', 30 * DAY, /^it was begun at .*, more than 24 hours ago$/],
    ['in what is still to come', -3_600_000, /^it was begun at .*, which is still to come: .* clock/],
  ])('a partial that was begun %s is begun again from nothing, with a warning', async (_, age, reason) => {
    const table = await scratch.table(granules(100));
    const { client, directory } = scratch;
    await interrupt(table);
    const startedAt = beginAt(table, Date.now() - age);
    await scratch.put(
      table,
      granules(100).map((item) => ({ ...item, state: { S: 'new' } })),
    );
    const warnings: string[] = [];
    const onWarning = (warning: string) => warnings.push(warning);
    const result = await backUpTable({ client, table, directory, resume: true, onWarning });
    expect(result).toMatchObject({ items: 100, resumed: false, scan: { resumed: 0 } });
    expect(result.discarded).toEqual({ startedAt, items: expect.any(Number), reason: expect.stringMatching(reason) });
    expect(warnings).toEqual([expect.stringContaining(`${table}.json is not continued: ${result.discarded?.reason}`)]);
    expect(lines(result.file).filter((line) => JSON.parse(line).state?.S === 'new')).toHaveLength(100);
    expect(Date.parse(result.scan.startedAt)).toBeGreaterThan(Date.now() - 60_000);
  });

  test('how old a partial may be counts from its oldest reading, over all resumes, and can be given', async () => {
    const table = await scratch.table(granules(100));
    const { client, directory } = scratch;
    await interrupt(table);
    const startedAt = beginAt(table, Date.now() - 23 * 3_600_000);
    await interrupt(table, { resume: true });
    const onWarning = () => expect(true).toBe(false);
    const resumed = await backUpTable({ client, table, directory, resume: true, onWarning });
    expect(resumed).toMatchObject({ items: 100, resumed: true, scan: { startedAt, resumed: 2 } });
    expect(resumed.discarded).toBeUndefined();
    const { scan } = await verifyBackup({ file: resumed.file });
    expect(scan).toEqual(resumed.scan);
    expect(JSON.parse(readFileSync(resumed.manifest, 'utf8')).scan).toMatchObject(resumed.scan);
    await interrupt(table);
    beginAt(table, Date.now() - 2 * 3_600_000);
    await interrupt(table, { resume: true });
    const again = await backUpTable({ client, table, directory, resume: true, resumeWithin: 3_600_000 });
    expect(again.discarded?.reason).toMatch(/more than 60 minutes ago/);
    await interrupt(table);
    beginAt(table, Date.now() - 30 * DAY);
    const allowed = await backUpTable({ client, table, directory, resume: true, resumeWithin: 31 * DAY });
    expect(allowed).toMatchObject({ resumed: true, items: 100 });
  });

  test('a table that is deleted and made again while it is read does not take the place of its backup', async () => {
    const table = await scratch.table(granules(100));
    const { directory } = scratch;
    const earlier = await backUpTable({ client: scratch.client, table, directory });
    const replacing = scratch.clientBefore('ScanCommand', 10, () => scratch.replaceTable(table, granules(50)));
    const run = backUpTable({ client: replacing, table, directory, segments: 20, concurrency: 1 });
    await expect(run).rejects.toThrow(TableReplacedError);
    await expect(run).rejects.toThrow(/deleted and made again while it was read: .*\n.*Nothing took the place of /);
    expect(await verifyBackup({ file: earlier.file })).toMatchObject({ items: 100, proved: true });
    // A script that always resumes goes on by itself.
    const next = await backUpTable({ client: scratch.client, table, directory, resume: true });
    expect(next).toMatchObject({ items: 50, resumed: false });
  });

  test('a table that is deleted while it is read leaves its backup in place', async () => {
    const table = await scratch.table(granules(20));
    const { client, directory } = scratch;
    const earlier = await backUpTable({ client, table, directory });
    // The second description is the look at the end.
    const deleting = scratch.clientBefore('DescribeTableCommand', 2, async () => {
      await client.send(new DeleteTableCommand({ TableName: table }));
      await waitUntilTableNotExists({ client, maxWaitTime: 20, minDelay: 1 }, { TableName: table });
    });
    await expect(backUpTable({ client: deleting, table, directory })).rejects.toThrow(/was deleted while it was read/);
    expect(await verifyBackup({ file: earlier.file })).toMatchObject({ items: 20, proved: true });
  });

  test('a table that does not exist is named, and nothing is made', async () => {
    const { client, directory } = scratch;
    const run = backUpTable({ client, table: 'no-such-GranulesTable', directory: scratch.path('new') });
    await expect(run).rejects.toThrow(TableNotFoundError);
    expect(existsSync(scratch.path('new'))).toBe(false);
    expect(readdirSync(directory)).toEqual([]);
  });

  test('reading is held to a number of read units a second', async () => {
    const table = await scratch.table(granules(40));
    const { client, directory } = scratch;
    const { seconds } = await backUpTable({
      client,
      table,
      directory,
      segments: 4,
      concurrency: 1,
      maxReadUnits: 1000,
    });
    // Each request reserves the 128 units of a full page until it is known to have used less.
    expect(seconds).toBeLessThan(5);
  });
});
