import { copyFileSync, readdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { InterruptedError } from '../../src/aws/errors.ts';
import { type BackUpOptions, backUpTable } from '../../src/backup/back-up.ts';
import { listBackups, listParts } from '../../src/backup/backup-files.ts';
import { CorruptBackupError, PartsMismatchError } from '../../src/backup/errors.ts';
import { mergeParts } from '../../src/backup/merge-parts.ts';
import { verifyBackup } from '../../src/backup/verify.ts';
import { granule, Scratch } from '../scratch.ts';

const scratch = new Scratch();
const granules = (count: number) => Array.from({ length: count }, (_, number) => granule(number));

/** Backs up the parts of a table that begin at these segments, and gives their files. */
async function partsOf(
  table: string,
  starts: readonly number[],
  of: number,
  options: Partial<BackUpOptions> = {},
): Promise<string[]> {
  const files: string[] = [];
  for (const [index, first] of starts.entries()) {
    const segments = { first, last: (starts[index + 1] ?? of) - 1, of };
    const { client, directory } = scratch;
    files.push((await backUpTable({ client, table, directory, segments, ...options })).file);
  }
  return files;
}

const merge = (parts: readonly string[], directory = scratch.path('merged')) => mergeParts({ parts, directory });

describe('mergeParts', () => {
  test('makes of any parts of any scan what a backup of the whole is', async () => {
    const table = await scratch.table(granules(120));
    const { client } = scratch;
    const whole = await backUpTable({ client, table, directory: scratch.path('whole') });
    const expected = readFileSync(whole.file, 'utf8').split('\n').sort();
    const split = fc
      .integer({ min: 1, max: 12 })
      .chain((of) => fc.tuple(fc.constant(of), fc.subarray([...Array(of).keys()].slice(1)), fc.boolean()));
    await fc.assert(
      fc.asyncProperty(split, async ([of, starts, gzip]) => {
        const parts = await partsOf(table, [0, ...starts], of, { gzip });
        const result = await mergeParts({ parts: parts.toReversed(), directory: scratch.path('merged'), keep: 0 });
        expect(result).toMatchObject({ table, items: 120, segments: of, parts: parts.length, dryRun: false });
        const content = readFileSync(result.file);
        expect((gzip ? gunzipSync(content) : content).toString().split('\n').sort()).toEqual(expected);
        const liveTable = { client, name: table };
        const verified = await verifyBackup({ file: result.file, liveTable });
        expect(verified).toMatchObject({ proved: true, items: 120, comparison: { equal: true } });
        expect(verified).not.toHaveProperty('part');
      }),
      { numRuns: 15 },
    );
  });

  test('leaves the parts, and keeps the earlier backup as a backup does', async () => {
    const table = await scratch.table(granules(20));
    const { client, directory } = scratch;
    await backUpTable({ client, table, directory });
    const parts = await partsOf(table, [0, 2], 4);
    expect(await listParts(directory, table)).toEqual([...parts].sort());
    const result = await merge(parts, directory);
    expect(result.file).toBe(scratch.path(`${table}.json`));
    expect(result.kept).toHaveLength(1);
    expect(await listBackups(directory)).toEqual([result.file]);
    expect(await listParts(directory, table)).toEqual([...parts].sort());
    expect(JSON.parse(readFileSync(`${result.file}.manifest.json`, 'utf8'))).toMatchObject({
      formatVersion: 1,
      items: 20,
      scan: { segments: 4 },
    });
  });

  test('a part is told to be one, and is none for a reader that knows only whole backups', async () => {
    const table = await scratch.table(granules(20));
    const [first = ''] = await partsOf(table, [0, 3], 4);
    expect(first).toBe(scratch.path(`${table}.part-0-2-of-4.json`));
    const manifest = JSON.parse(readFileSync(`${first}.manifest.json`, 'utf8'));
    expect(manifest).toMatchObject({ formatVersion: 2, scan: { segments: 4, part: { first: 0, last: 2, of: 4 } } });
    expect(await verifyBackup({ file: first })).toMatchObject({ proved: true, part: { first: 0, last: 2, of: 4 } });
  });

  test('checks without writing, to the last byte', async () => {
    const table = await scratch.table(granules(20));
    const parts = await partsOf(table, [0, 2], 4);
    const directory = scratch.path('merged');
    expect(await mergeParts({ parts, directory, dryRun: true })).toMatchObject({ items: 20, dryRun: true, kept: [] });
    flipLastLetter(parts[1] ?? '');
    await expect(mergeParts({ parts, directory, dryRun: true })).rejects.toThrow(CorruptBackupError);
    expect(readdirSync(scratch.directory)).not.toContain('merged');
  });

  test.each([
    ['a part is missing', (parts: string[]) => parts.slice(1), /No part has segments 0-1 of 6/],
    ['parts are missing', ([, middle = '']: string[]) => [middle], /No part has segments 0-1 of 6, segments 4-5 of 6/],
    ['a part is there twice', (parts: string[]) => [...parts, ...parts.slice(0, 1)], /both have segment 0/],
    ['there are none', () => [], /There are no parts/],
  ])('refuses where %s', async (_what, choose, message) => {
    const parts = await partsOf(await scratch.table(granules(10)), [0, 2, 4], 6);
    await expect(merge(choose(parts))).rejects.toThrow(PartsMismatchError);
    await expect(merge(choose(parts))).rejects.toThrow(message);
    expect(readdirSync(scratch.directory)).not.toContain('merged');
  });

  test('refuses parts that overlap, of other tables, of another number of segments, read or stored otherwise', async () => {
    const table = await scratch.table(granules(10));
    const other = await scratch.table(granules(10));
    const [first = '', second = ''] = await partsOf(table, [0, 2], 4);
    const strangers: readonly (readonly [string | undefined, RegExp])[] = [
      [(await partsOf(table, [1], 4))[0], /both have segment 1/],
      [(await partsOf(other, [2], 4))[0], /not of one scan: table/],
      [(await partsOf(table, [2], 5))[0], /not of one scan: number of segments: 4 and 5/],
      [
        (await partsOf(table, [2], 4, { consistent: true, directory: scratch.path('c') }))[0],
        /consistent reads: false and true/,
      ],
      [(await partsOf(table, [2], 4, { gzip: true }))[0], /compression: none and gzip/],
    ];
    for (const [stranger = '', message] of strangers) await expect(merge([first, stranger])).rejects.toThrow(message);
    const manifest = JSON.parse(readFileSync(`${second}.manifest.json`, 'utf8'));
    manifest.table.id = 'made-anew';
    writeFileSync(`${second}.manifest.json`, JSON.stringify(manifest));
    await expect(merge([first, second])).rejects.toThrow(/identity of the table/);
  });

  test('refuses a part that an earlier scan left, unless told otherwise', async () => {
    const parts = await partsOf(await scratch.table(granules(10)), [0, 2], 4);
    const manifest = JSON.parse(readFileSync(`${parts[0]}.manifest.json`, 'utf8'));
    manifest.scan.startedAt = new Date(Date.parse(manifest.scan.startedAt) - 25 * 3_600_000).toISOString();
    writeFileSync(`${parts[0]}.manifest.json`, JSON.stringify(manifest));
    await expect(merge(parts)).rejects.toThrow(/more than a day before/);
    const merged = await mergeParts({ parts, directory: scratch.path('merged'), allowApart: true });
    expect(merged).toMatchObject({ items: 10, startedAt: manifest.scan.startedAt });
  });

  test('refuses what is no part: a whole backup, and a file without a manifest', async () => {
    const table = await scratch.table(granules(5));
    const { client, directory } = scratch;
    const { file } = await backUpTable({ client, table, directory });
    await expect(merge([file])).rejects.toThrow(/is not a part of a backup: its manifest says that it is whole/);
    copyFileSync(file, scratch.path('alone.json'));
    await expect(merge([scratch.path('alone.json')])).rejects.toThrow(/it has no manifest/);
  });

  test.each([
    ['altered', flipLastLetter],
    ['cut short', (file: string) => truncateSync(file, readFileSync(file).length - 1)],
    ['made longer', (file: string) => writeFileSync(file, '{}\n', { flag: 'a' })],
  ])('refuses a part that was %s, names it, and leaves the earlier backup', async (_what, damage) => {
    const table = await scratch.table(granules(30));
    const parts = await partsOf(table, [0, 2], 4);
    const earlier = await merge(parts);
    const content = readFileSync(earlier.file);
    damage(parts[1] ?? '');
    await expect(merge(parts)).rejects.toThrow(CorruptBackupError);
    await expect(merge(parts)).rejects.toThrow(parts[1]);
    expect(readFileSync(earlier.file)).toEqual(content);
    expect(await verifyBackup({ file: earlier.file })).toMatchObject({ proved: true, items: 30 });
  });

  test('is interrupted on request, and started again', async () => {
    const table = await scratch.table(granules(30));
    const parts = await partsOf(table, [0, 2], 4);
    const directory = scratch.path('merged');
    const stop = new AbortController();
    const merging = mergeParts({ parts, directory, abortSignal: stop.signal, onProgress: () => stop.abort() });
    await expect(merging).rejects.toThrow(InterruptedError);
    expect(readdirSync(directory)).not.toContain(`${table}.json`);
    expect(await merge(parts)).toMatchObject({ items: 30 });
    expect(readdirSync(directory).sort()).toEqual([`${table}.json`, `${table}.json.manifest.json`]);
  });
});

/** Changes a letter of the last item, so that the file is as long as it was. */
function flipLastLetter(file: string): void {
  const content = readFileSync(file);
  const at = content.lastIndexOf('granule-') + 3;
  content[at] = (content[at] ?? 0) + 1;
  writeFileSync(file, content);
}
