import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { ownFolder } from '@cumulus/test-kit';
import { describe, expect, test } from '@jest/globals';
import { CorruptBackupError, UnreadableFormatError } from '../../../src/backup/errors.ts';
import { itemsIn, itemsOfFile, schemaOfId } from './items-of-file.ts';

const folder = ownFolder();
const fixture = (name: string) => join(import.meta.dirname, '..', '..', 'fixtures', name);
const LINE = '{"id":{"S":"a"}}\n';

/** The first bytes of each, and a little more. */
const FORMATS: readonly (readonly [string, Buffer, string, RegExp])[] = [
  ['bzip2', Buffer.from('BZh91AY&SY\u0000\u0001'), 'packed by bzip2', /bunzip2/],
  ['xz', Buffer.from('fd377a585a000004', 'hex'), 'packed by xz', /unxz/],
  ['lz4', Buffer.from('04224d186440a7', 'hex'), 'packed by lz4', /lz4 -dm/],
  ['7z', Buffer.from('377abcaf271c0004', 'hex'), 'a 7z archive', /7z x/],
  ['tar', Buffer.concat([Buffer.alloc(257, 'a'), Buffer.from('ustar\u0000')]), 'a tar archive', /tar -xf/],
  ['Parquet', Buffer.from('PAR1\u0015\u0000'), 'Apache Parquet', /JSON/],
  ['Avro', Buffer.from('Obj\u0001\u0004'), 'Apache Avro', /avro-tools tojson/],
  ['binary Ion', Buffer.from('e00100ea', 'hex'), 'binary Amazon Ion', /ion cat/],
  ['UTF-16 of either order', Buffer.from(`\ufeff${LINE}`, 'utf16le').swap16(), 'text in UTF-16', /iconv -f UTF-16 -t/],
  [
    'UTF-16 without a byte order mark',
    Buffer.from(LINE, 'utf16le'),
    'text in UTF-16, without a byte order mark',
    /iconv -f UTF-16LE/,
  ],
  [
    'UTF-16 without a byte order mark, of the other order',
    Buffer.from(`${LINE} `, 'utf16le').swap16(),
    'text in UTF-16, without a byte order mark',
    /iconv -f UTF-16BE/,
  ],
  ['UTF-32', Buffer.from('fffe00007b000000', 'hex'), 'text in UTF-32', /iconv -f UTF-32/],
  ['YAML', Buffer.from('Count: 1\nItems:\n- id:\n    S: a\n'), 'YAML', /output format json/],
  [
    'batch-get-item',
    Buffer.from(JSON.stringify({ Responses: { T: [] }, UnprocessedKeys: {} })),
    'the output of batch-get-item',
    /jq -c/,
  ],
  [
    'NoSQL Workbench',
    Buffer.from(JSON.stringify({ ModelName: 'm', ModelMetadata: {}, DataModel: [] }, null, 2)),
    'a data model of NoSQL Workbench',
    /TableData/,
  ],
  [
    'a description of a table',
    Buffer.from(JSON.stringify({ Table: { TableName: 'T', KeySchema: [] } }, null, 2)),
    'the description of a table, not its items',
    /folder/,
  ],
];

describe('a format that is not read is refused by its name, with a way to convert it', () => {
  test.each(FORMATS)('%s', async (_, content, format, convert) => {
    for (const packed of [content, gzipSync(content)]) {
      const reading = itemsIn(folder, packed, schemaOfId());
      await expect(reading).rejects.toThrow(UnreadableFormatError);
      await expect(reading).rejects.toMatchObject({ format, code: 'FORMAT_UNREADABLE', file: 'FILE' });
      await expect(reading).rejects.toMatchObject({ advice: ['Nothing was written.', expect.stringMatching(convert)] });
    }
  });

  test.each([
    ['a.json.zip', 'a zip archive'],
    ['utf16le-powershell.json', 'text in UTF-16'],
    ['aws-scan-table.txt', 'a table as the AWS CLI prints it'],
    ['aws-scan-text.txt', 'text as the AWS CLI prints it'],
  ])('%s', async (name, format) => {
    await expect(itemsOfFile(fixture(name), schemaOfId())).rejects.toMatchObject({ format });
    await expect(itemsOfFile(fixture(name), undefined)).rejects.toMatchObject({ format });
  });
});

test.each(['ORCID', 'BZhang', 'PAR1'])('CSV whose first column is %s is no binary format', async (name) => {
  const { items, layout } = await itemsIn(folder, `${name},id\nx,a\n`, schemaOfId());
  expect({ items, layout }).toEqual({ items: [{ [name]: { S: 'x' }, id: { S: 'a' } }], layout: 'csv' });
});

test('other text is refused by its first line, as ever', async () => {
  await expect(itemsIn(folder, 'hello\n', schemaOfId())).rejects.toThrow(/FILE, line 1: not JSON/);
  await expect(itemsIn(folder, '<?xml version="1.0"?>', undefined)).rejects.toThrow(/FILE, line 1: not JSON/);
});

describe('a file packed by zstd', () => {
  test('is read', async () => {
    const expected = { items: [{ id: { S: 'a' } }], layout: 'lines', places: ['line 1'] };
    expect(await itemsOfFile(fixture('a.json.zst'), schemaOfId())).toMatchObject(expected);
  });

  test('is refused if it is cut short, packed twice, or takes another tool', async () => {
    const whole = readFileSync(fixture('a.json.zst'));
    const cut = itemsIn(folder, whole.subarray(0, -1), schemaOfId());
    await expect(cut).rejects.toThrow(/FILE is no whole zstd file: it is cut short/);
    await expect(cut).rejects.toThrow(CorruptBackupError);
    await expect(itemsIn(folder, gzipSync(whole), schemaOfId())).rejects.toThrow(/FILE is packed twice: in the gzip/);
    const window = Buffer.from('28b52ffd008809000061', 'hex');
    await expect(itemsIn(folder, window, schemaOfId())).rejects.toMatchObject({
      code: 'FORMAT_UNREADABLE',
      advice: ['Nothing was written.', expect.stringContaining('unzstd --long=31 FILE')],
    });
  });
});
