import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { gzipSync } from 'node:zlib';
import { ScanCommand } from '@aws-sdk/client-dynamodb';
import { describeWithMoto, ownBucket } from '@cumulus/test-kit';
import { describe, expect, test } from '@jest/globals';
import { InterruptedError, TableNotFoundError } from '../../../src/aws/errors.ts';
import { CorruptBackupError, HoldsChangesError, InvalidLineError } from '../../../src/backup/errors.ts';
import { parseLine } from '../../../src/backup/format/line-format.ts';
import { readExport } from '../../../src/backup/read/export-manifest.ts';
import type { RestoreOptions } from '../../../src/backup/restore/options.ts';
import { restoreTable } from '../../../src/backup/restore/restore-table.ts';
import { verifyBackup } from '../../../src/backup/verify.ts';
import type { TypedItem } from '../../../src/items/typed-item.ts';
import { granule, Scratch } from '../../scratch.ts';

const scratch = new Scratch();
const { client } = scratch;
const keyOf = (item: TypedItem): TypedItem => ({ granuleId: item['granuleId'] as { S: string } });
const Metadata = { WriteTimestampMicros: { N: '1700000000000001' } };

/** Lines as an incremental export in DynamoDB JSON has them. */
const put = (item: TypedItem, old?: TypedItem): object => ({
  Metadata,
  Keys: keyOf(item),
  OldImage: old,
  NewImage: item,
});
const deletion = (item: TypedItem, old?: TypedItem): object => ({ Metadata, Keys: keyOf(item), OldImage: old });

const CHANGED = granule(2, { status: { S: 'changed' } });
/** A new item, a changed one, and two that are deleted, of which one is not there. */
const CHANGES = [put(granule(9)), put(CHANGED, granule(2)), deletion(granule(3), granule(3)), deletion(granule(8))];
const BEFORE = [granule(1), granule(2), granule(3)];
const AFTER = [granule(1), CHANGED, granule(9)];

function fileOf(lines: readonly object[]): string {
  const file = scratch.path('changes.json');
  writeFileSync(file, lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
  return file;
}

async function itemsOf(table: string): Promise<readonly unknown[]> {
  const { Items = [] } = await client.send(new ScanCommand({ TableName: table }));
  return Items.sort((a, b) => ((a['granuleId']?.S ?? '') < (b['granuleId']?.S ?? '') ? -1 : 1));
}

const apply = (file: string, table: string, more: Partial<RestoreOptions> = {}) =>
  restoreTable({ client, file, table, changes: true, ...more });

describe('the changes of an incremental export', () => {
  test('are applied to a table that has items: some are put, some are deleted', async () => {
    const table = await scratch.table(BEFORE);
    const file = fileOf(CHANGES);
    const would = await apply(file, table, { dryRun: true });
    expect(would).toMatchObject({ items: 4, deleted: 2, dryRun: true });
    expect(await itemsOf(table)).toEqual(BEFORE);
    expect(await apply(file, table)).toMatchObject({ items: 4, deleted: 2, formats: ['change'], proved: false });
    expect(await itemsOf(table)).toEqual(AFTER);
    expect(await apply(file, table)).toMatchObject({ items: 4, deleted: 2 });
    expect(await itemsOf(table)).toEqual(AFTER);
  });

  test('are compared with the items that they are of, and with no others', async () => {
    const file = fileOf(CHANGES);
    const compared = async (items: readonly TypedItem[]) => {
      const name = await scratch.table(items);
      return (await verifyBackup({ file, liveTable: { client, name } })).comparison;
    };
    expect(await compared([...AFTER, granule(50)])).toMatchObject({ equal: true, same: 4, tableItems: 4 });
    expect(await compared([...BEFORE, granule(8)])).toMatchObject({
      ...{ equal: false, changed: 1, missing: 1, extra: 2, same: 0 },
      differences: [
        { kind: 'missing', line: 1 },
        { kind: 'changed', line: 2 },
        { kind: 'extra', line: 3 },
        { kind: 'extra', line: 4 },
      ],
    });
    expect(await verifyBackup({ file })).toMatchObject({ items: 4, formats: ['change'], deletions: 2 });
  });

  test('are refused where items are wanted, and items where changes are, with nothing written', async () => {
    const table = await scratch.table();
    const restored = restoreTable({ client, file: fileOf(CHANGES), table });
    await expect(restored).rejects.toThrow(HoldsChangesError);
    await expect(restored).rejects.toThrow(/changes\.json, line 1: a change of an incremental export/);
    await expect(restoreTable({ client, file: fileOf([granule(1), ...CHANGES]), table })).rejects.toThrow(
      /line 2: a change/,
    );
    const items = apply(fileOf([...CHANGES, granule(1)]), table);
    await expect(items).rejects.toThrow(InvalidLineError);
    await expect(items).rejects.toThrow(/line 5: an item, where changes/);
    await expect(verifyBackup({ file: fileOf([...CHANGES, granule(1)]) })).rejects.toThrow(/line 5: an item, where/);
    expect(await itemsOf(table)).toEqual([]);
  });

  test('are refused for a key that comes twice, and for a table that does not exist', async () => {
    const table = await scratch.table(BEFORE);
    const twice = apply(fileOf([...CHANGES, deletion(granule(9))]), table);
    await expect(twice).rejects.toThrow(CorruptBackupError);
    await expect(twice).rejects.toThrow(/1 change whose key comes again/);
    expect(await itemsOf(table)).toEqual(BEFORE);
    const missing = apply(fileOf(CHANGES), scratch.tableName('none-GranulesTable'), { createTable: true });
    await expect(missing).rejects.toThrow(TableNotFoundError);
  });

  test('go on where they stopped', async () => {
    const table = await scratch.table(Array.from({ length: 400 }, (_, number) => granule(number)));
    const lines = Array.from({ length: 400 }, (_, number) =>
      number % 2 === 0 ? deletion(granule(number)) : put(granule(number, { status: { S: 'new' } })),
    );
    const file = fileOf(lines);
    const interruption = new AbortController();
    const stopped = apply(file, table, {
      concurrency: 1,
      abortSignal: interruption.signal,
      onProgress: ({ phase, items }) => phase === 'restoring' && items > 200 && interruption.abort(),
    });
    await expect(stopped).rejects.toThrow(InterruptedError);
    const resumed = await apply(file, table, { resume: true });
    expect(resumed).toMatchObject({ resumed: true, items: 400, deleted: 200 });
    expect(resumed.itemsBefore).toBeGreaterThan(0);
    const { comparison } = await verifyBackup({ file, liveTable: { client, name: table } });
    expect(comparison).toMatchObject({ equal: true, same: 400, tableItems: 200 });
  });
});

const KEY = { hash: { name: 'granuleId', type: 'S' } } as const;

test.each([
  ['has a new image of another key', { ...put(granule(1)), Keys: keyOf(granule(2)) }, /NewImage has another key/],
  ['has more than the key', { ...deletion(granule(1)), Keys: granule(1) }, /Keys has more than the key/],
  ['has a new image that is no item', { ...deletion(granule(1)), NewImage: [] }, /NewImage is not an item/],
  ['has a member that is not known', { ...put(granule(1)), Other: 1 }, /no item of the table/],
  ['is of another table', { Metadata, Keys: { x: { S: 'a' } } }, /no item of the table/],
])('a change that %s is refused', (_, line, words) => {
  expect(parseLine(JSON.stringify(line), KEY)).toMatchObject({ problem: expect.stringMatching(words) });
});

test('a table with an attribute called Keys has items as ever', () => {
  const item = { granuleId: 'a', Keys: {}, Metadata: {} };
  expect(parseLine(JSON.stringify(item), KEY)).toMatchObject({ format: 'plain' });
});

const ID = 'AWSDynamoDB/01693685827463-2d8752fd';

/** Writes one as AWS documents it: data files lie in a folder that exports have in common. */
function writeExport(lines: readonly string[], more: object): string {
  const root = scratch.path('exports');
  const write = (name: string, content: string | Buffer): void => {
    mkdirSync(dirname(join(root, name)), { recursive: true });
    writeFileSync(join(root, name), content);
  };
  const md5 = (content: string | Buffer): string => createHash('md5').update(content).digest('base64');
  const files = lines.map((line, index) => {
    const content = gzipSync(`${line}\n`);
    write(`AWSDynamoDB/data/${index}.gz`, content);
    return { itemCount: 1, md5Checksum: md5(content), etag: 'e', dataFileS3Key: `x/AWSDynamoDB/data/${index}.gz` };
  });
  const table = 'arn:aws:dynamodb:us-east-1:123456789012:table/prod-GranulesTable';
  const summary = {
    version: '2023-08-01',
    exportArn: `${table}/export/01693685827463-2d8752fd`,
    startTime: '2026-11-20T07:28:34.028Z',
    endTime: '2026-11-20T07:33:43.897Z',
    tableArn: table,
    tableId: '12345a12-abcd-123a-ab12-1234abc12345',
    exportFromTime: '2026-11-20T00:00:00.000Z',
    exportToTime: '2026-11-20T06:00:00.000Z',
    s3Bucket: 'bucket',
    s3Prefix: 'x',
    itemCount: lines.length,
    outputFormat: 'DYNAMODB_JSON',
    outputView: 'NEW_AND_OLD_IMAGES',
    exportType: 'INCREMENTAL_EXPORT',
    ...more,
  };
  const listed = files.map((file) => `${JSON.stringify(file)}\n`).join('');
  for (const [name, text] of [
    ['manifest-files', listed],
    ['manifest-summary', JSON.stringify(summary)],
  ] as const) {
    write(`${ID}/${name}.json`, text);
    write(`${ID}/${name}.md5`, md5(text));
  }
  return join(root, ID);
}

describe('the folder of an incremental export', () => {
  test.each([
    ['DynamoDB JSON', 'DYNAMODB_JSON', 'lines', CHANGES.map((change) => JSON.stringify(change))],
    [
      'Amazon Ion',
      'ION',
      'ion',
      [
        '$ion_1_0 {Record:{Keys:{granuleId:"granule-000002"},Metadata:{WriteTimestampMicros:1684374845117899.},OldImage:{granuleId:"granule-000002"},NewImage:{granuleId:"granule-000002",collectionId:"MOD09GQ___002",createdAt:1577836800002.,status:"changed"}}}',
        '$ion_1_0 {Record:{Keys:{granuleId:"granule-000009"},Metadata:{WriteTimestampMicros:1684374845117900.},NewImage:{granuleId:"granule-000009",collectionId:"MOD09GQ___000",createdAt:1577836800009.}}}',
        '$ion_1_0 {Record:{Keys:{granuleId:"granule-000003"},Metadata:{WriteTimestampMicros:1684374845117901.}}}',
      ],
    ],
  ])('is applied in %s, and proved by its manifests', async (_, outputFormat, layout, lines) => {
    const folder = writeExport(lines, { outputFormat });
    expect(await readExport(folder)).toMatchObject({
      changesSince: new Date('2026-11-20T00:00:00.000Z'),
      exportTime: new Date('2026-11-20T06:00:00.000Z'),
    });
    const table = await scratch.table(BEFORE);
    const applied = await apply(folder, table);
    expect(applied).toMatchObject({ items: lines.length, proved: true, layout, formats: ['change'] });
    expect(await itemsOf(table)).toEqual(AFTER);
    const { comparison } = await verifyBackup({ file: folder, liveTable: { client, name: table } });
    expect(comparison).toMatchObject({ equal: true, same: lines.length });
    await expect(restoreTable({ client, file: folder, table, existingItems: 'overwrite' })).rejects.toThrow(
      HoldsChangesError,
    );
  });

  test('is refused if a data file is missing, or holds items', async () => {
    const table = await scratch.table(BEFORE);
    const items = writeExport([JSON.stringify({ Item: granule(1) })], {});
    await expect(apply(items, table)).rejects.toThrow(/0\.gz, line 1: an item, where changes/);
    const folder = writeExport([JSON.stringify(CHANGES[0])], {});
    writeFileSync(join(folder, '..', 'data', '0.gz'), gzipSync('{}'));
    await expect(apply(folder, table)).rejects.toThrow(/0\.gz, line 1|is damaged/);
  });
});

await describeWithMoto('an incremental export in S3', (moto) => {
  const bucket = ownBucket(moto);

  test('is verified with the permission to read its objects alone, and applied', async () => {
    const folder = writeExport(
      CHANGES.map((change) => JSON.stringify(change)),
      {},
    );
    const root = join(folder, '..', '..');
    for (const entry of readdirSync(root, { recursive: true, withFileTypes: true })) {
      if (!entry.isFile()) continue;
      const path = join(entry.parentPath, entry.name);
      await bucket.put(`x/${relative(root, path)}`, readFileSync(path));
    }
    const keys = await bucket.keys();
    const asked = new Set<string | undefined>();
    const { s3 } = bucket;
    bucket.client.middlewareStack.add((next) => (args) => {
      asked.add((args.input as { readonly Key?: string }).Key);
      return next(args);
    });
    const file = bucket.url(`x/${ID}/`);
    expect(await verifyBackup({ file, s3 })).toMatchObject({ items: 4, deletions: 2, proved: true });
    // What is not there, S3 denies to those who may not list the bucket.
    expect(keys).toEqual(expect.arrayContaining([...asked]));
    const table = await scratch.table(BEFORE);
    expect(await apply(file, table, { s3 })).toMatchObject({ items: 4, deleted: 2, proved: true });
    expect(await itemsOf(table)).toEqual(AFTER);
  });
});
