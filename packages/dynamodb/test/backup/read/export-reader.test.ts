import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { InvalidLineError } from '../../../src/backup/errors.ts';
import { ExportReader } from '../../../src/backup/read/export-reader.ts';
import { readItems } from '../../../src/backup/read/read-items.ts';
import { DiskStorage } from '../../../src/storage/disk/storage.ts';
import type { StoredFile } from '../../../src/storage/storage.ts';
import { GRANULE_SCHEMA } from '../../scratch.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'export-test-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** Notes which of its files are open. */
class NotingStorage extends DiskStorage {
  readonly opened: string[] = [];
  readonly stillOpen = new Set<StoredFile>();

  override async open(name: string): Promise<StoredFile> {
    const file = await super.open(name);
    const close = file.close.bind(file);
    this.opened.push(name);
    this.stillOpen.add(file);
    file.close = async () => {
      await close();
      this.stillOpen.delete(file);
    };
    return file;
  }
}

function md5(content: string | Buffer): string {
  return createHash('md5').update(content).digest('base64');
}

function writeManifest(name: string, text: string): void {
  writeFileSync(join(folder, `${name}.json`), text);
  writeFileSync(join(folder, `${name}.md5`), md5(text));
}

/** Writes an export of two data files into the folder, one line in each. */
function writeExport(lines: readonly [string, string], more: object = {}): void {
  mkdirSync(join(folder, 'data'));
  const files = lines.map((line, index) => {
    const content = gzipSync(`${line}\n`);
    writeFileSync(join(folder, `data/${index}.json.gz`), content);
    return { itemCount: 1, md5Checksum: md5(content), etag: 'e', dataFileS3Key: `AWSDynamoDB/1/data/${index}.json.gz` };
  });
  writeManifest('manifest-files', files.map((file) => `${JSON.stringify(file)}\n`).join(''));
  const table = 'arn:aws:dynamodb:us-east-1:123456789012:table/prod-GranulesTable';
  const summary = {
    version: '2020-06-30',
    exportArn: `${table}/export/1`,
    startTime: '2026-11-20T07:28:34.028Z',
    endTime: '2026-11-20T07:33:43.897Z',
    tableArn: table,
    tableId: '12345a12-abcd-123a-ab12-1234abc12345',
    exportTime: '2026-11-20T07:28:34.028Z',
    s3Bucket: 'bucket',
    s3Prefix: null,
    manifestFilesS3Key: 'AWSDynamoDB/1/manifest-files.json',
    itemCount: 2,
    outputFormat: 'DYNAMODB_JSON',
    ...more,
  };
  writeManifest('manifest-summary', JSON.stringify(summary));
}

const GRANULES = { schema: GRANULE_SCHEMA, checksIndexes: true };
const GRANULE = '{"Item":{"granuleId":{"S":"a"},"collectionId":{"S":"b"}}}';

test('closes the data file at whose line a reading stops', async () => {
  writeExport([GRANULE, '{"Item":{"pdrName":{"S":"no granule"}}}']);
  const storage = new NotingStorage(folder);
  const reader = await ExportReader.open(storage);
  const reading = readItems(reader, GRANULES, () => undefined);
  await expect(reading.finally(() => reader.close())).rejects.toThrow(InvalidLineError);
  expect(storage.opened).toEqual(['data/0.json.gz', 'data/1.json.gz']);
  expect(storage.stillOpen.size).toBe(0);
});

test('closes each data file of an export that is read to its end', async () => {
  writeExport([GRANULE, GRANULE.replace('"a"', '"c"')]);
  const storage = new NotingStorage(folder);
  const reader = await ExportReader.open(storage);
  expect(await readItems(reader, GRANULES, () => undefined)).toMatchObject({ items: 2 });
  expect(storage.opened).toHaveLength(2);
  expect(storage.stillOpen.size).toBe(0);
});

test('an export in Ion is read, and proved by its manifests', async () => {
  const ion = (id: string): string => `$ion_1_0 {Item:{granuleId:"${id}",collectionId:"b",n:2d3}}`;
  writeExport([ion('a'), ion('c')], { outputFormat: 'ION' });
  const reader = await ExportReader.open(new DiskStorage(folder));
  const items: unknown[] = [];
  const read = await readItems(reader, GRANULES, ({ item, line }) => {
    items.push([item['granuleId'], item['n'], reader.placeOf(line).line]);
    return undefined;
  });
  expect(read).toMatchObject({ items: 2, layout: 'ion', formats: ['typed'] });
  expect(items).toEqual([
    [{ S: 'a' }, { N: '2E+3' }, 1],
    [{ S: 'c' }, { N: '2E+3' }, 1],
  ]);
  expect(reader.provable).toBe(true);
});

test('a data file of an export in Ion that holds JSON is refused by its name', async () => {
  writeExport([GRANULE, GRANULE], { outputFormat: 'ION' });
  const reader = await ExportReader.open(new DiskStorage(folder));
  const reading = readItems(reader, GRANULES, () => undefined);
  await expect(reading.finally(() => reader.close())).rejects.toThrow(/0\.json\.gz, line 1: no item of the table/);
});
