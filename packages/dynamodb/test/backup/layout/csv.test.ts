import { gzipSync } from 'node:zlib';
import { ownFolder } from '@cumulus/test-kit';
import { describe, expect, test } from '@jest/globals';
import type { TableSchema } from '../../../src/tables/schema.ts';
import { itemsIn, schemaOfId } from './items-of-file.ts';

const folder = ownFolder();
const read = (content: string | Uint8Array, schema: TableSchema | undefined = schemaOfId()) =>
  itemsIn(folder, content, schema);

/** A table with keys of all types that CSV has a form for, one of an index. */
const KEYED: TableSchema = {
  key: { hash: { name: 'id', type: 'S' }, range: { name: 'at', type: 'N' } },
  globalIndexes: [
    {
      name: 'n-index',
      key: { hash: { name: 'n', type: 'N' } },
      projection: { ProjectionType: 'ALL' },
    },
  ],
  localIndexes: [],
};

describe('comma-separated values under a header of the key', () => {
  test('are items of strings, but for the keys of the table and of its indexes', async () => {
    const number = '12345678901234567890123456789012345678';
    const content = `id,at,n,v,w\na,${number},2,3,"x, ""y""\nz"\nb,1,-1.5E3,true,null\n`;
    for (const text of [content, content.replaceAll('\n', '\r\n'), `\ufeff${content}`, gzipSync(content)]) {
      const { items, ...contents } = await read(text, KEYED);
      expect(contents).toMatchObject({ layout: 'csv', formats: ['typed'], places: ['item 1', 'item 2'] });
      const quoted = String(text).includes('\r') ? 'x, "y"\r\nz' : 'x, "y"\nz';
      expect(items).toEqual([
        { id: { S: 'a' }, at: { N: number }, n: { N: '2' }, v: { S: '3' }, w: { S: quoted } },
        { id: { S: 'b' }, at: { N: '1' }, n: { N: '-1.5E3' }, v: { S: 'true' }, w: { S: 'null' } },
      ]);
    }
  });

  test('may be of one column, quoted, or none', async () => {
    expect(await read('id\na\nb\n')).toMatchObject({ items: [{ id: { S: 'a' } }, { id: { S: 'b' } }] });
    expect(await read('"id"\r\n"a"\r\n')).toMatchObject({ items: [{ id: { S: 'a' } }], layout: 'csv' });
    expect(await read('id,v\n')).toMatchObject({ items: [], layout: 'csv' });
  });

  test('may have any names beside the key', async () => {
    expect(await read('id,größe (MB),"a, b;c"\na,1,2\n')).toMatchObject({
      items: [{ id: { S: 'a' }, 'größe (MB)': { S: '1' }, 'a, b;c': { S: '2' } }],
    });
  });

  test.each([
    ['an empty value', 'id,v\na,1\nb,\n', /FILE, line 3: v is empty: whether the item has no such attribute or/],
    ['an empty value in quotes', 'id,v\na,""\n', /FILE, line 2: v is empty/],
    ['a value too few', 'id,v\na\n', /FILE, line 2: 1 values, and the header names 2/],
    ['a value too many', 'id,v\n\na,b,c\n', /FILE, line 3: 3 values, and the header names 2/],
    ['a name twice', 'id,v,v\na,b,c\n', /FILE, line 1: v names two columns/],
    ['a quote that is not closed', 'id,v\na,"b\nc,d\n', /FILE, line 2: not CSV: a quote is not closed/],
    ['a quote in a value', 'id,v\na,b"c\n', /FILE, line 2: not CSV: a quote in a value/],
    ['bytes that are not UTF-8', Buffer.from('id,v\na,\xff\n', 'latin1'), /FILE, line \d: not UTF-8/],
  ])('are refused for %s', async (_, content, words) => {
    await expect(read(content)).rejects.toThrow(words);
  });

  test('are refused for a key that is no number, or binary', async () => {
    await expect(read('id\n7\nx\n', schemaOfId('N'))).rejects.toThrow(/FILE, item 2: id: "x" is not a number/);
    await expect(read('id\nAAAA\n', schemaOfId('B'))).rejects.toThrow(/line 1: id is a binary key/);
  });
});

describe('what may be comma-separated values is refused by its name', () => {
  test.each([
    ['for no table', 'id,v\na,1\n', undefined, /perhaps CSV, separated by commas/],
    ['for another key', 'name,v\na,1\n', schemaOfId(), /perhaps CSV, whose first line does not name the key .* id/],
    ['separated by semicolons', 'id;v\na;1\n', schemaOfId(), /CSV separated by semicolons/],
    ['separated by tabs', 'id\tv\na\t1\n', schemaOfId(), /CSV separated by tabs/],
  ])('%s', async (_, content, schema, words) => {
    const reading = itemsIn(folder, content, schema);
    await expect(reading).rejects.toThrow(words);
    await expect(reading).rejects.toMatchObject({ code: 'FORMAT_UNREADABLE' });
  });
});
