import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { GetItemCommand } from '@aws-sdk/client-dynamodb';
import { itemsOf } from '@cumulus/test-kit/tables';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { InterruptedError } from '../../../src/aws/errors.ts';
import { backUpTable } from '../../../src/backup/back-up/back-up.ts';
import { diffBackups } from '../../../src/backup/diff/diff.ts';
import { CorruptBackupError, InvalidLineError } from '../../../src/backup/errors.ts';
import type { RestoreOptions } from '../../../src/backup/restore/options.ts';
import { restoreTable } from '../../../src/backup/restore/restore-table.ts';
import { parseItemFilter } from '../../../src/backup/select/item-filter.ts';
import type { Selection } from '../../../src/backup/select/selection.ts';
import { verifyBackup } from '../../../src/backup/verify.ts';
import type { TypedItem } from '../../../src/items/typed-item.ts';
import { FileError, ResumeMismatchError } from '../../../src/storage/errors.ts';
import { granule, Scratch } from '../../scratch.ts';

const scratch = new Scratch();
const granules = (count: number) => Array.from({ length: count }, (_, number) => granule(number));
const restore = (file: string, table: string, more: Partial<RestoreOptions> = {}) =>
  restoreTable({ client: scratch.client, file, table, ...more });
const where = (...filters: readonly string[]): Selection => ({ where: filters.map(parseItemFilter) });

function write(name: string, lines: readonly (TypedItem | string)[]): string {
  const path = scratch.path(name);
  const texts = lines.map((line) => `${typeof line === 'string' ? line : JSON.stringify(line)}\n`);
  writeFileSync(path, texts.join(''));
  return path;
}

function keysOf(...lines: readonly (TypedItem | string)[]): Selection {
  return { keys: { file: write('keys.jsonl', lines) } };
}

async function idsIn(table: string): Promise<readonly string[]> {
  return (await itemsOf(table)).map(({ granuleId }) => String(granuleId?.S)).toSorted();
}

const id = (number: number): string => `granule-${String(number).padStart(6, '0')}`;

describe('restoreTable, of a part', () => {
  test('writes the items that meet the filters, and says how many of how many', async () => {
    const table = await scratch.table();
    const file = write('T.json', granules(30));
    const selection = where('collectionId=MOD09GQ___001', 'createdAt<1577836800010');
    expect(await restore(file, table, { selection })).toMatchObject({ lines: 30, chosen: 3, items: 3, skipped: 0 });
    expect(await idsIn(table)).toEqual([id(1), id(4), id(7)]);
  });

  test('writes the items with the keys of a file in any form, and counts and names those that the backup lacks', async () => {
    const table = await scratch.table();
    const file = write('T.json', granules(30));
    const selection = keysOf(
      `{"granuleId":"${id(3)}"}`,
      { granuleId: { S: id(5) } },
      JSON.stringify({ kind: 'changed', key: { granuleId: { S: id(7) } } }),
      '',
      `{"granuleId":"none","status":"failed"}`,
      granule(9),
      granule(9),
    );
    const result = await restore(file, table, { selection });
    expect(result).toMatchObject({
      ...{ chosen: 4, items: 4, lines: 30 },
      keysNotFound: { keys: 1, first: [{ key: 'granuleId "none"', file: scratch.path('keys.jsonl'), line: 5 }] },
    });
    expect(await idsIn(table)).toEqual([id(3), id(5), id(7), id(9)]);
  });

  test('brings back what a list of differences names', async () => {
    const table = await scratch.table(granules(20));
    const { file } = await backUpTable({ client: scratch.client, table, directory: scratch.directory });
    await scratch.put(table, [granule(4, { status: { S: 'damaged' } }), granule(77)]);
    const list = scratch.path('list.jsonl');
    const b = { client: scratch.client, table };
    await diffBackups({ a: { file }, b, list });
    const result = await restore(file, table, { selection: { keys: { file: list } }, existingItems: 'overwrite' });
    expect(result).toMatchObject({ chosen: 1, items: 1, proved: true, keysNotFound: { keys: 1 } });
    expect(await diffBackups({ a: { file }, b })).toMatchObject({ same: 20, changed: 0, onlyInB: 1 });
  });

  test('of lines with the same key takes the last, also where an earlier one would be chosen', async () => {
    const table = await scratch.table();
    const failed = { status: { S: 'failed' } };
    const file = write('T.json', [granule(1, failed), granule(2, failed), granule(1), granule(3), granule(3, failed)]);
    const result = await restore(file, table, { selection: where('status=failed') });
    expect(result).toMatchObject({ lines: 5, superseded: 2, chosen: 2, items: 2 });
    expect(await idsIn(table)).toEqual([id(2), id(3)]);
  });

  test('writes what a model says, of random items, keys and filters', async () => {
    const entry = fc.record({ key: fc.integer({ min: 0, max: 15 }), value: fc.integer({ min: 0, max: 3 }) });
    const wanted = fc.array(fc.integer({ min: 0, max: 19 }), { maxLength: 10 });
    const table = await scratch.table();
    await fc.assert(
      fc.asyncProperty(
        fc.array(entry, { maxLength: 40 }),
        wanted,
        fc.integer({ min: 0, max: 3 }),
        fc.boolean(),
        async (entries, keys, value, byKeys) => {
          const file = write(
            'T.json',
            entries.map((each) => granule(each.key, { value: { N: `${each.value}.0` } })),
          );
          const last = new Map(entries.map((each) => [each.key, each.value]));
          const chosen = [...last].filter(([key, has]) => (byKeys ? keys.includes(key) : has === value));
          const selection = byKeys
            ? keysOf(...keys.map((key) => ({ granuleId: { S: id(key) } })))
            : where(`value=${value}`);
          const options = { selection, existingItems: 'overwrite' } as const;
          expect(await restore(file, table, { ...options, dryRun: true })).toMatchObject({ items: chosen.length });
          const result = await restore(file, table, options);
          expect(result).toMatchObject({ items: chosen.length, chosen: chosen.length, lines: entries.length });
          expect(result.keysNotFound?.keys).toBe(
            byKeys ? new Set(keys.filter((key) => !last.has(key))).size : undefined,
          );
          const liveTable = { client: scratch.client, name: table };
          expect((await verifyBackup({ file, liveTable, selection })).comparison).toMatchObject({
            equal: true,
            same: chosen.length,
          });
        },
      ),
      { numRuns: 40 },
    );
  }, 60_000);

  test('writes nothing of a damaged backup, be the damage in a part that is not chosen', async () => {
    const table = await scratch.table(granules(20));
    const { file } = await backUpTable({ client: scratch.client, table, directory: scratch.directory });
    writeFileSync(file, readFileSync(file, 'utf8').replace(id(19), id(18)));
    const target = await scratch.table();
    const selection = where(`granuleId=${id(1)}`);
    await expect(restore(file, target, { selection })).rejects.toThrow(CorruptBackupError);
    expect(await idsIn(target)).toEqual([]);
  });

  test('writes nothing where the file of keys cannot be read, or is of another table', async () => {
    const table = await scratch.table();
    const file = write('T.json', granules(3));
    const selection = keysOf({ granuleId: { S: id(1) } }, '{"pdrName":"P1"}');
    await expect(restore(file, table, { selection })).rejects.toThrow(InvalidLineError);
    await expect(restore(file, table, { selection })).rejects.toThrow(/keys\.jsonl, line 2: no item of the table/);
    const none: Selection = { keys: { file: scratch.path('none.jsonl') } };
    await expect(restore(file, table, { selection: none })).rejects.toThrow(FileError);
    expect(await idsIn(table)).toEqual([]);
  });

  test('reads a gzipped file of keys, which may be empty or begin with a byte-order mark', async () => {
    const table = await scratch.table();
    const file = write('T.json', granules(3));
    const keys = scratch.path('keys.jsonl.gz');
    writeFileSync(keys, gzipSync(`\ufeff{"granuleId":"${id(1)}"}`));
    expect(await restore(file, table, { selection: { keys: { file: keys } } })).toMatchObject({ items: 1 });
    expect(await restore(file, table, { selection: keysOf(), existingItems: 'skip' })).toMatchObject({
      ...{ items: 0, chosen: 0, keysNotFound: { keys: 0 } },
    });
  });

  test('keeps or replaces chosen items that are there, and leaves all others alone', async () => {
    const mine = { note: { S: 'mine' } };
    const table = await scratch.table([granule(1, mine), granule(2, mine), granule(50, mine)]);
    const file = write('T.json', granules(10));
    const selection = keysOf({ granuleId: { S: id(1) } }, { granuleId: { S: id(3) } });
    expect(await restore(file, table, { selection, existingItems: 'skip' })).toMatchObject({ items: 1, skipped: 1 });
    expect(await restore(file, table, { selection, existingItems: 'overwrite' })).toMatchObject({ items: 2 });
    expect(await idsIn(table)).toEqual([id(1), id(2), id(3), id(50)]);
    const notes = (await itemsOf(table)).filter(({ note }) => note !== undefined);
    expect(notes.map(({ granuleId }) => granuleId?.S).toSorted()).toEqual([id(2), id(50)]);
  });

  test('sets aside chosen lines that DynamoDB refuses, and those of which nobody can know', async () => {
    const table = await scratch.table();
    const empty = { collectionId: { S: '' } };
    const lines = [granule(1), granule(2, empty), granule(3, empty), 'no JSON', granule(4)];
    const file = write('T.json', lines);
    for (const selection of [
      keysOf({ granuleId: { S: id(1) } }, { granuleId: { S: id(3) } }),
      where(`granuleId>${id(2)}`),
    ]) {
      const setAside = scratch.path('aside.json');
      const result = await restore(file, table, { selection, setAside, existingItems: 'overwrite' });
      expect(result).toMatchObject({ setAside: { lines: 2 }, chosen: 3, items: 1 });
      expect(readFileSync(setAside, 'utf8')).toBe(`${JSON.stringify(granule(3, empty))}\nno JSON\n`);
      expect(result.setAside?.first.map(({ line }) => line)).toEqual([3, 4]);

      rmSync(setAside);
    }
  });

  test('is continued by resume for the same part alone', async () => {
    const table = await scratch.table();
    const file = write('T.json', granules(900));
    const selection = where('collectionId=MOD09GQ___001');
    const interruption = new AbortController();
    const run = restore(file, table, {
      selection,
      concurrency: 1,
      abortSignal: interruption.signal,
      onProgress: ({ phase, items }) => phase === 'restoring' && items > 100 && interruption.abort(),
    });
    await expect(run).rejects.toThrow(InterruptedError);
    expect(existsSync(`${file}.restore-${table}.checkpoint.json`)).toBe(true);
    const resume = true;
    await expect(restore(file, table, { resume })).rejects.toThrow(ResumeMismatchError);
    await expect(restore(file, table, { resume })).rejects.toThrow(/it was begun for other items of the file/);
    const other = where('collectionId=MOD09GQ___002');
    await expect(restore(file, table, { resume, selection: other })).rejects.toThrow(ResumeMismatchError);
    const byKeys = keysOf({ granuleId: { S: id(1) } });
    await expect(restore(file, table, { resume, selection: byKeys })).rejects.toThrow(ResumeMismatchError);
    const resumed = await restore(file, table, { resume, selection });
    expect(resumed).toMatchObject({ resumed: true, items: 300, chosen: 300 });
    expect(resumed.itemsThisRun).toBeLessThan(300);
    expect(await idsIn(table)).toHaveLength(300);
  });

  test('is compared with the table by its own items alone', async () => {
    const table = await scratch.table(granules(10));
    const file = write('T.json', [...granules(8), granule(20), granule(1, { status: { S: 'other' } })]);
    const liveTable = { client: scratch.client, name: table };
    const selection = keysOf(...[1, 2, 20].map((number) => ({ granuleId: { S: id(number) } })));
    const { comparison, items } = await verifyBackup({ file, liveTable, selection });
    expect(items).toBe(10);
    expect(comparison).toEqual({
      equal: false,
      tableItems: 2,
      same: 1,
      changed: 1,
      missing: 1,
      extra: 0,
      expired: 0,
      superseded: 1,
      differences: [
        { kind: 'missing', key: { granuleId: { S: id(20) } }, line: 9 },
        { kind: 'changed', key: { granuleId: { S: id(1) } }, line: 10 },
      ],
    });
  });

  test('of changes is none', async () => {
    const table = await scratch.table();
    const file = write('T.json', granules(1));
    await expect(restore(file, table, { changes: true, selection: where('a=1') })).rejects.toThrow(TypeError);
    const { Item } = await scratch.client.send(
      new GetItemCommand({ TableName: table, Key: { granuleId: { S: id(0) } } }),
    );
    expect(Item).toBeUndefined();
  });
});
