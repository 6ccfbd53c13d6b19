import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describeWithMoto, ownBucket } from '@cumulus/test-kit';
import { describe, expect, test } from '@jest/globals';
import { CorruptBackupError, UnreadableFormatError } from '../../../src/backup/errors.ts';
import { restoreTable } from '../../../src/backup/restore/restore-table.ts';
import { verifyBackup } from '../../../src/backup/verify.ts';
import { describeTable } from '../../../src/tables/describe.ts';
import { KeySchemaMismatchError } from '../../../src/tables/errors.ts';
import { Scratch } from '../../scratch.ts';

const scratch = new Scratch();
const DUMPED = join(import.meta.dirname, '..', '..', 'fixtures', 'dynamodump', 'dumped-PdrsTable');
const item = (id: string): object => ({ pdrName: { S: id } });

/** A dump of several pages, as dynamodump writes them. */
function dumpOf(pages: readonly (readonly object[])[]): string {
  const folder = scratch.path('dumped');
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(join(folder, 'data'), { recursive: true });
  cpSync(join(DUMPED, 'schema.json'), join(folder, 'schema.json'));
  pages.forEach((Items, index) => {
    const more = index === pages.length - 1 ? {} : { LastEvaluatedKey: Items.at(-1) };
    const page = { Items, Count: Items.length, ScannedCount: Items.length, ...more };
    writeFileSync(pageOf(folder, index + 1), JSON.stringify(page, null, 2));
  });
  return folder;
}

function pageOf(folder: string, number: number): string {
  return join(folder, 'data', `${String(number).padStart(4, '0')}.json`);
}

describe('the folder of a table that dynamodump wrote', () => {
  test('is restored into a table with the key, indexes and stream of its description, and equal to it', async () => {
    const table = scratch.tableName('restored-dump');
    const { client } = scratch;
    const restored = await restoreTable({ client, file: DUMPED, table, createTable: true });
    expect(restored).toMatchObject({
      items: 3,
      layout: 'dynamodump',
      formats: ['typed'],
      proved: false,
      created: true,
    });
    expect(restored.incomplete).toBeUndefined();
    const { schema } = await describeTable(client, table);
    expect(schema).toMatchObject({
      key: { hash: { name: 'pdrName', type: 'S' } },
      globalIndexes: [{ name: 'status-timestamp-index' }],
      stream: 'NEW_AND_OLD_IMAGES',
    });
    const { comparison } = await verifyBackup({ file: `${DUMPED}/`, liveTable: { client, name: table } });
    expect(comparison).toMatchObject({ equal: true, same: 3 });
  });

  test('is read in the order of its pages, also those of five digits, and names items by their page', async () => {
    const pages = Array.from({ length: 12 }, (_, page) => [item(`${page}`)]);
    expect(await verifyBackup({ file: dumpOf(pages) })).toMatchObject({ items: 12 });
    const folder = dumpOf([[item('a')], [item('b'), { other: { S: 'c' } }]]);
    await expect(verifyBackup({ file: folder })).rejects.toThrow(`${pageOf(folder, 2)}, item 2: no item of the table`);
  });

  test('is said to be incomplete if its last page is not the last of the table, or by a filter', async () => {
    const folder = dumpOf([[item('a')], [item('b')]]);
    rmSync(pageOf(folder, 2));
    expect(await verifyBackup({ file: folder })).toMatchObject({
      items: 1,
      incomplete: expect.stringContaining('LastEvaluatedKey'),
    });
    const filtered = dumpOf([[item('a')], [item('b')]]);
    const first = readFileSync(pageOf(filtered, 1), 'utf8').replace('"ScannedCount": 1', '"ScannedCount": 7');
    writeFileSync(pageOf(filtered, 1), first);
    expect(await verifyBackup({ file: filtered })).toMatchObject({ incomplete: 'a filter let through 1 of 7 items' });
  });

  test('is refused for a table with another key', async () => {
    const { client } = scratch;
    const table = await scratch.table();
    await expect(restoreTable({ client, file: DUMPED, table })).rejects.toThrow(KeySchemaMismatchError);
    const verification = verifyBackup({ file: DUMPED, liveTable: { client, name: table } });
    await expect(verification).rejects.toThrow(/the key pdrName \(HASH, S\)/);
  });

  test.each<[string, (folder: string) => void, new (...args: never[]) => Error, RegExp]>([
    ['a page is missing', (folder) => rmSync(pageOf(folder, 2)), CorruptBackupError, /0002\.json is missing/],
    [
      'there are no pages',
      (folder) => rmSync(join(folder, 'data'), { recursive: true }),
      CorruptBackupError,
      /no pages/,
    ],
    [
      'a page is cut short',
      (folder) => writeFileSync(pageOf(folder, 2), readFileSync(pageOf(folder, 2)).subarray(0, 30)),
      CorruptBackupError,
      /0002\.json is cut short/,
    ],
    [
      'a page is of another dump',
      (folder) => cpSync(pageOf(folder, 3), pageOf(folder, 2)),
      CorruptBackupError,
      /0002\.json is the last page of its table by what it says, and others follow/,
    ],
    [
      'a page is in another format',
      (folder) => writeFileSync(pageOf(folder, 2), JSON.stringify(item('a'))),
      UnreadableFormatError,
      /0002\.json is no page of a scan/,
    ],
    [
      'another file lies among the pages',
      (folder) => writeFileSync(join(folder, 'data', 'items.csv'), ''),
      UnreadableFormatError,
      /items\.csv is no page of a dump/,
    ],
    [
      'its description is none',
      (folder) => writeFileSync(join(folder, 'schema.json'), '{"Table":{"TableName":"T"}}'),
      CorruptBackupError,
      /schema\.json is no description of a table/,
    ],
    [
      'its description is cut short',
      (folder) => writeFileSync(join(folder, 'schema.json'), '{"Table":'),
      CorruptBackupError,
      /schema\.json is no description of a table/,
    ],
  ])('is refused if %s', async (_, damage, kind, words) => {
    const folder = dumpOf([[item('a')], [item('b')], [item('c')]]);
    damage(folder);
    const verification = verifyBackup({ file: folder });
    await expect(verification).rejects.toThrow(kind);
    await expect(verification).rejects.toThrow(words);
  });

  test('is named if it is in the folder that was named', async () => {
    const verification = verifyBackup({ file: join(DUMPED, '..') });
    await expect(verification).rejects.toThrow(/is a folder of dumps by dynamodump.*\n.*\n.*dumped-PdrsTable/);
  });
});

await describeWithMoto('a dump by dynamodump in S3', (moto) => {
  const bucket = ownBucket(moto);

  test('is restored, named by its URL with a slash at its end, and refused without a page', async () => {
    const { client } = scratch;
    const { s3 } = bucket;
    const table = scratch.tableName('dump-from-s3');
    for (const name of ['schema.json', 'data/0001.json']) {
      await bucket.put(`dump/dumped-PdrsTable/${name}`, readFileSync(join(DUMPED, name)));
    }
    const file = bucket.url('dump/dumped-PdrsTable/');
    expect(await restoreTable({ client, file, table, createTable: true, s3 })).toMatchObject({
      items: 3,
      layout: 'dynamodump',
    });
    const { comparison } = await verifyBackup({ file, s3, liveTable: { client, name: table } });
    expect(comparison).toMatchObject({ equal: true, same: 3 });
    expect(await bucket.keys('dump/')).toHaveLength(2);
    await bucket.client.deleteObject({ Bucket: bucket.name, Key: 'dump/dumped-PdrsTable/data/0001.json' });
    await expect(verifyBackup({ file, s3 })).rejects.toThrow(/dumped-PdrsTable\/data has no pages/);
    await expect(verifyBackup({ file: bucket.url('dump/'), s3 })).rejects.toThrow(/dump/);
  });
});

test('a folder of AWS Data Pipeline is refused by its name', async () => {
  const folder = scratch.path('pipeline');
  mkdirSync(folder);
  for (const name of ['manifest', '_SUCCESS']) writeFileSync(join(folder, name), '');
  await expect(verifyBackup({ file: folder })).rejects.toThrow(/a folder of AWS Data Pipeline.*\n.*\n.*cat /);
});
