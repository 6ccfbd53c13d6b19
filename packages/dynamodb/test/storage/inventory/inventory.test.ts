import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { ownFolder } from '@cumulus/test-kit';
import { expect, test } from '@jest/globals';
import { InventoryError } from '../../../src/storage/errors.ts';
import { type InventoryObject, openInventory } from '../../../src/storage/inventory/inventory.ts';

const folder = ownFolder();
const FIELDS = 'Bucket, Key, VersionId, IsLatest, IsDeleteMarker, Size, LastModifiedDate';

const row = (key: string, size: number | '', isLatest = true, isMarker = false): string =>
  `"archive","${key}","v1","${isLatest}","${isMarker}","${size}","2030-01-01T00:00:00.000Z"\n`;

interface Given {
  readonly files?: readonly Buffer[];
  readonly manifest?: object;
  readonly damage?: (content: Buffer) => Buffer;
  readonly checksum?: string;
}

let count = 0;

/** Writes an inventory as S3 does, and its folder was copied. @returns the manifest's path */
function write({ files = [], manifest = {}, damage = (content) => content, checksum }: Given): string {
  count += 1;
  const place = join(folder, String(count), '2030-01-01T00-00Z');
  mkdirSync(join(place, '../data'), { recursive: true });
  mkdirSync(place);
  const listed = files.map((content, index) => {
    writeFileSync(join(place, `../data/${index}.csv.gz`), damage(content));
    const MD5checksum = createHash('md5').update(content).digest('hex');
    return { key: `inventories/archive/all/data/${index}.csv.gz`, size: content.length, MD5checksum };
  });
  const text = JSON.stringify({
    ...{ sourceBucket: 'archive', destinationBucket: 'arn:aws:s3:::inventories', version: '2016-11-30' },
    ...{ creationTimestamp: '1893456000000', fileFormat: 'CSV', fileSchema: FIELDS, files: listed, ...manifest },
  });
  writeFileSync(join(place, 'manifest.json'), text);
  const md5 = checksum ?? createHash('md5').update(text).digest('hex');
  writeFileSync(join(place, 'manifest.checksum'), md5);
  return join(place, 'manifest.json');
}

async function objectsOf(path: string): Promise<readonly InventoryObject[]> {
  const all: InventoryObject[] = [];
  for await (const some of (await openInventory(path)).objects()) all.push(...some);
  return all;
}

test('the objects of all files come with their keys decoded, without earlier versions and delete markers', async () => {
  const path = write({
    files: [
      gzipSync(row('a+b%2Bc%2F%C3%A9.hdf', 12) + row('gone.hdf', '', true, true) + row('old.hdf', 5, false)),
      gzipSync(row('plain.hdf', 0)),
      gzipSync(''),
    ],
  });
  expect(await openInventory(path)).toMatchObject({
    bucket: 'archive',
    createdAt: new Date(1893456000000),
    name: path,
  });
  expect(await objectsOf(path)).toEqual([
    { key: 'a b+c/é.hdf', size: 12 },
    { key: 'plain.hdf', size: 0 },
  ]);
});

test('many lines, and several gzip members, are read to the end', async () => {
  const half = (from: number): Buffer =>
    gzipSync(Array.from({ length: 20_000 }, (_, index) => row(`k${from + index}`, index)).join(''));
  const objects = await objectsOf(write({ files: [Buffer.concat([half(0), half(20_000)])] }));
  expect(objects).toHaveLength(40_000);
  expect(objects[39_999]).toEqual({ key: 'k39999', size: 19_999 });
});

test.each<readonly [string, Given, RegExp]>([
  ['ORC', { manifest: { fileFormat: 'ORC' } }, /in the format ORC, which is not read here/],
  ['Parquet', { manifest: { fileFormat: 'Parquet' } }, /in the format Parquet, which is not read here/],
  ['an inventory without sizes', { manifest: { fileSchema: 'Bucket, Key' } }, /without the field Size/],
  [
    'an inventory of versions that does not say which is the latest',
    { manifest: { fileSchema: 'Bucket, Key, VersionId, IsDeleteMarker, Size' } },
    /of all versions without the field IsLatest/,
  ],
  [
    'an inventory of versions that does not say which are delete markers',
    { manifest: { fileSchema: 'Bucket, Key, VersionId, IsLatest, Size' } },
    /of all versions without the field IsDeleteMarker/,
  ],
  ['another manifest', { manifest: { files: undefined } }, /is not the manifest of an S3 inventory/],
  ['a changed manifest', { checksum: '0'.repeat(32) }, /is not what its manifest\.checksum says/],
  [
    'a changed file',
    { files: [gzipSync(row('a', 1), { level: 0 })], damage: (content) => Buffer.from(content).fill(65, 20, 22) },
    /0\.csv\.gz (is damaged|does not have the MD5|lists the bucket)/,
  ],
  ['a cut file', { files: [gzipSync(row('a', 1))], damage: (content) => content.subarray(0, -5) }, /bytes, where its/],
  ['no gzip', { files: [Buffer.from('"archive","a"\n')] }, /is damaged/],
  ['lines of other fields', { files: [gzipSync('"archive","a"\n')] }, /has a line of 2 fields/],
  ['another bucket', { files: [gzipSync(row('a', 1).replace('archive', 'other'))] }, /lists the bucket other/],
])('%s is refused by name', async (_, given, problem) => {
  const reading = objectsOf(write(given));
  await expect(reading).rejects.toThrow(InventoryError);
  await expect(reading).rejects.toThrow(problem);
});

test('a file that is missing is named', async () => {
  const path = write({ manifest: { files: [{ key: 'x/gone.csv.gz', size: 1, MD5checksum: 'x' }] } });
  await expect(objectsOf(path)).rejects.toThrow(/gone\.csv\.gz: no such file/);
});
