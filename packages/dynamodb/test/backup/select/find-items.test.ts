import { readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { backUpTable } from '../../../src/backup/back-up/back-up.ts';
import {
  CorruptBackupError,
  HoldsChangesError,
  InvalidLineError,
  KeyUnknownError,
} from '../../../src/backup/errors.ts';
import { type FindItemsOptions, findItems, type SearchResult } from '../../../src/backup/select/find-items.ts';
import { parseItemFilter } from '../../../src/backup/select/item-filter.ts';
import { plainJson } from '../../../src/items/plain-json.ts';
import type { TypedItem } from '../../../src/items/typed-item.ts';
import { granule, Scratch } from '../../scratch.ts';

const scratch = new Scratch();

function write(name: string, items: readonly TypedItem[]): string {
  const path = scratch.path(name);
  writeFileSync(path, items.map((item) => `${JSON.stringify(item)}\n`).join(''));
  return path;
}

async function search(
  options: FindItemsOptions,
): Promise<{ readonly items: readonly TypedItem[]; readonly end: SearchResult }> {
  const items: TypedItem[] = [];
  const found = findItems(options);
  for (let next = await found.next(); ; next = await found.next()) {
    if (next.done) return { items, end: next.value };
    items.push(next.value.item);
  }
}

describe('findItems', () => {
  test('finds what a model finds, of lines with the same key in the last', async () => {
    const entry = fc.tuple(fc.integer({ min: 0, max: 9 }), fc.integer({ min: 0, max: 4 }), fc.boolean());
    await fc.assert(
      fc.asyncProperty(fc.array(entry, { maxLength: 40 }), fc.integer({ min: 0, max: 4 }), async (entries, wanted) => {
        const items = entries.map(([key, value, isText]) =>
          granule(key, { value: isText ? { S: String(value) } : { N: `${value}.0` } }),
        );
        const last = new Map(items.map((item, index) => [JSON.stringify(item['granuleId']), index]));
        const expected = [...last.values()]
          .toSorted((a, b) => a - b)
          .filter((index) => entries[index]?.[1] === wanted)
          .map((index) => items[index]);
        const file = write('T-GranulesTable.json', items);
        const { items: found, end } = await search({ file, where: [parseItemFilter(`value=${wanted}`)] });
        expect(found).toEqual(expected);
        expect(end).toMatchObject({
          found: expected.length,
          items: items.length,
          complete: true,
          proved: false,
          superseded: items.length - last.size,
        });
      }),
      { numRuns: 60 },
    );
  });

  test('of a proved backup says so at its end, and gives items as they stand there', async () => {
    const table = await scratch.table(Array.from({ length: 40 }, (_, number) => granule(number)));
    const { file } = await backUpTable({ client: scratch.client, table, directory: scratch.directory });
    const lines: string[] = [];
    const found = findItems({ file, where: [parseItemFilter('collectionId=MOD09GQ___001')] });
    for await (const { typedJson } of found) lines.push(typedJson);
    const expected = readFileSync(file, 'utf8')
      .split('\n')
      .filter((line) => line.includes('MOD09GQ___001'));
    expect(lines).toEqual(expected);
    const { end } = await search({ file });
    expect(end).toMatchObject({ found: 40, items: 40, complete: true, proved: true });
  });

  test('finds items by keys, and names those that are not there', async () => {
    const file = write('T-GranulesTable.json', [granule(1), granule(2, { n: { N: '1' } }), granule(2), granule(3)]);
    const keys = ['granuleId=granule-000003', '{"granuleId":"granule-000002"}', 'granuleId=none'];
    const { items, end } = await search({ file, keys });
    expect(items).toEqual([granule(2), granule(3)]);
    expect(end).toMatchObject({ found: 2, items: 4, keysNotFound: ['granuleId "none"'] });
  });

  test('ends at its limit, and claims nothing about the rest', async () => {
    const file = write('T-GranulesTable.json', [granule(1), granule(2), granule(3)]);
    const { items, end } = await search({ file, limit: 2 });
    expect(items).toEqual([granule(1), granule(2)]);
    expect(end).toMatchObject({ found: 2, complete: false, proved: false });
  });

  test('reads gzipped files, arrays and exports', async () => {
    const gzipped = scratch.path('g-GranulesTable.json.gz');
    writeFileSync(gzipped, gzipSync(`{"Item":${JSON.stringify(granule(1))}}\n`));
    const array = scratch.path('a-GranulesTable.json');
    writeFileSync(array, '[{"granuleId":"granule-000001","n":12345678901234567890}]');
    const where = [parseItemFilter('granuleId^=granule-')];
    expect((await search({ file: gzipped, where })).items).toEqual([granule(1)]);
    const [item] = (await search({ file: array, where })).items;
    expect(plainJson(item ?? {})).toBe('{"granuleId":"granule-000001","n":12345678901234567890}');
  });

  test('fails at the end of a damaged file, whatever has come before', async () => {
    const table = await scratch.table([granule(1), granule(2)]);
    const { file } = await backUpTable({ client: scratch.client, table, directory: scratch.directory });
    const data = readFileSync(file, 'utf8');
    writeFileSync(file, data.replace('MOD09GQ___001', 'MOD09GQ___002'));
    await expect(search({ file })).rejects.toThrow(CorruptBackupError);
    writeFileSync(file, data);
    truncateSync(file, data.indexOf('\n') + 1);
    await expect(search({ file, where: [parseItemFilter('status=none')] })).rejects.toThrow(CorruptBackupError);
  });

  test('refuses changes, and lines that are no items, even where they could not match', async () => {
    const { granuleId } = granule(1);
    const change = JSON.stringify({ Metadata: { WriteTimestampMicros: { N: '1' } }, Keys: { granuleId } });
    const where = [parseItemFilter('status=failed')];
    for (const name of ['T-GranulesTable.json', 'unknown.json']) {
      const file = scratch.path(name);
      writeFileSync(file, `${change}\n`);
      await expect(search({ file, where })).rejects.toThrow(HoldsChangesError);
      writeFileSync(file, `${JSON.stringify(granule(1))}\n{"granuleId":\n`);
      await expect(search({ file, where })).rejects.toThrow(InvalidLineError);
    }
  });

  test('takes no keys where nothing says the key of the table', async () => {
    const file = write('unknown.json', [granule(1)]);
    await expect(search({ file, keys: ['granuleId=granule-000001'] })).rejects.toThrow(KeyUnknownError);
    expect((await search({ file })).end).toMatchObject({ found: 1, superseded: undefined });
  });
});
