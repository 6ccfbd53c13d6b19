import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, truncateSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { createGzip, gzipSync } from 'node:zlib';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { backUpTable } from '../../src/backup/back-up/back-up.ts';
import { CorruptBackupError, ManifestError } from '../../src/backup/errors.ts';
import { BackupReader } from '../../src/backup/read/backup-reader.ts';
import { spool } from '../../src/backup/read/spool.ts';
import { sortDirectory } from '../../src/backup/store/sort-directory.ts';
import { verifyBackup } from '../../src/backup/verify.ts';
import { makeDirectory } from '../../src/storage/disk/make-directory.ts';
import { FileError, LeaseHeldError } from '../../src/storage/errors.ts';
import { openStorageOf } from '../../src/storage/open-storage.ts';
import { createTable } from '../../src/tables/create.ts';
import { GRANULE_SCHEMA, granule, Scratch } from '../scratch.ts';

const scratch = new Scratch();
const LEVELS = `${'['.repeat(1e5)}${']'.repeat(1e5)}`;

async function linesOf(path: string): Promise<(readonly [number, string])[]> {
  const reader = await BackupReader.open(await openStorageOf(path));
  try {
    const lines: (readonly [number, string])[] = [];
    for await (const run of reader.lines()) for (const { number, bytes } of run) lines.push([number, bytes.toString()]);
    return lines;
  } finally {
    await reader.close();
  }
}

test('a directory that cannot be made although the one above it is there is an error', async () => {
  await expect(makeDirectory('/proc/x')).rejects.toThrow(FileError);
  await expect(makeDirectory('/proc/x/y')).rejects.toThrow(FileError);
  const table = await scratch.table();
  const { client } = scratch;
  await expect(backUpTable({ client, table, directory: '/proc/x' })).rejects.toThrow(/^\/proc\/x: /);
});

test('missing directories are made, private, and those that are there stay', async () => {
  const path = join(scratch.directory, 'a', 'b', 'c');
  await makeDirectory(path);
  await makeDirectory(path);
  expect(existsSync(path)).toBe(true);
  writeFileSync(join(path, 'file'), '');
  await expect(makeDirectory(join(path, 'file', 'd'))).rejects.toThrow(
    /file\/d: a part of the path is not a directory/,
  );
});

test.each([
  ['null', 'null'],
  ['a list', '[]'],
  ['a text', '"x"'],
  ['an empty object', '{}'],
  ['100,000 levels', LEVELS],
])('where a checkpoint is %s, a backup begins again', async (_, content) => {
  const table = await scratch.table([granule(1)]);
  const { client, directory } = scratch;
  writeFileSync(scratch.path(`${table}.json.partial`), '');
  writeFileSync(scratch.path(`${table}.json.partial.checkpoint.json`), content);
  expect(await backUpTable({ client, table, directory, resume: true })).toMatchObject({ items: 1, resumed: false });
});

describe.each([
  ['null', 'null'],
  ['a list', '[]'],
  ['a text', '"x"'],
  ['an empty object', '{}'],
  ['of other types', '{"host":1,"pid":"x","since":null}'],
  ['100,000 levels', LEVELS],
])('a lock that is %s', (_, content) => {
  test('counts as one that is being written, and after a while as abandoned', async () => {
    const table = await scratch.table([granule(1)]);
    const { client, directory } = scratch;
    const lock = scratch.path(`${table}.json.lock.0123456789ab`);
    writeFileSync(lock, content);
    await expect(backUpTable({ client, table, directory })).rejects.toThrow(LeaseHeldError);
    utimesSync(lock, new Date(0), new Date(0));
    expect(await backUpTable({ client, table, directory })).toMatchObject({ items: 1 });
    expect(readdirSync(directory).sort()).toEqual([`${table}.json`, `${table}.json.manifest.json`]);
  });
});

test.each([
  ['null', 'null'],
  ['a list', '[]'],
  ['100,000 levels', LEVELS],
])('a manifest that is %s is refused by its name', async (_, content) => {
  const file = scratch.path('t.json');
  writeFileSync(file, JSON.stringify(granule(1)));
  writeFileSync(`${file}.manifest.json`, content);
  await expect(verifyBackup({ file })).rejects.toThrow(ManifestError);
});

test('a manifest of 600 MB is refused with the limit', async () => {
  const file = scratch.path('t.json');
  writeFileSync(file, JSON.stringify(granule(1)));
  writeFileSync(`${file}.manifest.json`, '');
  truncateSync(`${file}.manifest.json`, 600_000_000);
  await expect(verifyBackup({ file })).rejects.toThrow(
    /manifest\.json has 600000000 bytes; no manifest or checkpoint has more than 67108864/,
  );
});

test('names longer than file systems take are found before the work, with the limit', async () => {
  const { client, directory } = scratch;
  const table = scratch.tableName('x'.repeat(220));
  await createTable(client, table, GRANULE_SCHEMA);
  await expect(backUpTable({ client, table, directory })).rejects.toThrow(/takes 255/);
  const file = scratch.path(`${'t'.repeat(245)}.json`);
  writeFileSync(file, JSON.stringify(granule(1)));
  expect(await verifyBackup({ file })).toMatchObject({ items: 1, proved: false });
});

test('blank lines are passed over, and counted in the numbers of others', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.constantFrom('', ' ', '\r', '\t \r', ' {"a":1}', '{"b":2}\r'), { maxLength: 40 }),
      fc.boolean(),
      async (lines, gzipped) => {
        const path = scratch.path('blank.json');
        writeFileSync(path, gzipped ? gzipSync(lines.join('\n')) : lines.join('\n'));
        const filled = lines.map((line, index) => [index + 1, line] as const).filter(([, line]) => line.trim() !== '');
        expect(await linesOf(path)).toEqual(filled);
      },
    ),
    { numRuns: 50 },
  );
});

test('a gzip file of 200,000,000 line breaks is read to its end', async () => {
  const path = scratch.path('breaks.json.gz');
  const breaks = Buffer.alloc(1_000_000, '\n');
  const gzip = createGzip({ level: 1 });
  const packed = gzip.toArray();
  for (let count = 0; count < 200; count += 1) if (!gzip.write(breaks)) await new Promise((r) => gzip.once('drain', r));
  gzip.end('{"a":1}');
  writeFileSync(path, Buffer.concat(await packed));
  expect(await linesOf(path)).toEqual([[200_000_001, '{"a":1}']]);
});

test('input without an end or a line break is refused instead of filling the disk', async () => {
  const zeros = Buffer.alloc(100_000);
  const endless = Readable.from(
    (function* () {
      for (;;) yield zeros;
    })(),
  );
  await expect(spool(endless)).rejects.toThrow(CorruptBackupError);
  const lines = Readable.from(
    [`${'x'.repeat(5e6)}\n`, 'x'.repeat(5e6), `\n${'x'.repeat(5e6)}`].map((text) => Buffer.from(text)),
  );
  await (await spool(lines)).remove();
});

test('standard input of one line that holds all items may begin with a chunk of any size', async () => {
  const array = Buffer.from(`[${JSON.stringify({ id: { S: 'a' }, v: { S: 'x'.repeat(300_000) } })}`);
  const item = array.subarray(1);
  const scan = Buffer.from('{"Items":');
  async function* pieces(beginning: readonly Buffer[], end: string): AsyncGenerator<Buffer, void> {
    yield* beginning;
    for (let count = 0; count < 30; count += 1) yield Buffer.concat([Buffer.from(','), item]);
    yield Buffer.from(end);
  }
  for (const [beginning, end] of [
    [[Buffer.from('\n'), array], ']'],
    [[Buffer.from('\ufeff').subarray(0, 1), Buffer.from('\ufeff').subarray(1), array], ']'],
    [[scan.subarray(0, 1), scan.subarray(1), array], ']}'],
  ] as const) {
    const { path, remove } = await spool(pieces(beginning, end));
    expect(await verifyBackup({ file: path })).toMatchObject({ items: 31 });
    await remove();
  }
});

test('a format that is not read is called standard input where it came by it', async () => {
  const model = JSON.stringify({ ModelName: 'm', ModelMetadata: {}, DataModel: [] }, null, 2);
  const { path, remove } = await spool(Readable.from([Buffer.from(model)]));
  const reading = verifyBackup({ file: path, fileName: 'standard input' });
  await expect(reading).rejects.toThrow(/^standard input is a data model of NoSQL Workbench/);
  await remove();
});

test('what is not a regular file is neither listed as a backup nor kept as the earlier one', async () => {
  const table = await scratch.table([granule(1)]);
  const { client } = scratch;
  const directory = scratch.path('with-pipe');
  await makeDirectory(directory);
  const pipe = join(directory, `${table}.json`);
  execFileSync('mkfifo', [pipe]);
  await expect(sortDirectory(directory, () => true)).rejects.toThrow(`${pipe} is not a regular file`);
  await expect(backUpTable({ client, table, directory })).rejects.toThrow(`${pipe} is not a regular file`);
  expect(readdirSync(directory)).toEqual([`${table}.json`]);
  const other = scratch.path('with-folder');
  const manifest = join(other, `${table}.json.manifest.json`);
  await makeDirectory(manifest);
  await expect(backUpTable({ client, table, directory: other })).rejects.toThrow(`${manifest} is not a regular file`);
});
