import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ScanCommand } from '@aws-sdk/client-dynamodb';
import { describe, expect, test } from '@jest/globals';
import type { RestoreOptions } from '../../../src/backup/restore/options.ts';
import { restoreTable } from '../../../src/backup/restore/restore-table.ts';
import { verifyBackup } from '../../../src/backup/verify.ts';
import type { KeyAttribute, TableSchema } from '../../../src/tables/schema.ts';
import { Scratch } from '../../scratch.ts';

const scratch = new Scratch();
const fixture = (name: string) => join(import.meta.dirname, '..', '..', 'fixtures', name);
const restore = (file: string, table: string, more: Partial<RestoreOptions> = {}) =>
  restoreTable({ client: scratch.client, file, table, ...more });

function keyed(hash: KeyAttribute, range?: KeyAttribute): TableSchema {
  return { key: range === undefined ? { hash } : { hash, range }, globalIndexes: [], localIndexes: [] };
}
const ID = keyed({ name: 'id', type: 'S' });

async function itemsOf(table: string): Promise<unknown[]> {
  return (await scratch.client.send(new ScanCommand({ TableName: table }))).Items ?? [];
}

describe('a line that DynamoDB would refuse is named before anything is written, by restore, its dry run and verify', () => {
  const good = '{"id":{"S":"good"}}';
  test.each<[string, string, RegExp]>([
    ['an item over 400 KB', JSON.stringify({ id: { S: 'i' }, v: { S: 'x'.repeat(409_597) } }), /has 409601 bytes/],
    [
      'a set with a number twice',
      '{"id":{"S":"i"},"v":{"NS":["1","1.0"]}}',
      /v: a set has two members of the same value/,
    ],
    [
      'a set with the same bytes twice',
      '{"id":{"S":"i"},"v":{"BS":["YQ==","YR=="]}}',
      /v: a set has two members of the/,
    ],
    ['an empty set', '{"id":{"S":"i"},"v":{"SS":[]}}', /v: a set is not an array of at least one/],
    ['an empty name', '{"id":{"S":"i"},"v":{"M":{"":{"S":"x"}}}}', /v\. has an attribute with an empty name/],
    ['half of a surrogate pair', '{"id":{"S":"i"},"v":{"S":"\\ud800"}}', /v has half of a surrogate pair/],
    ['a number beyond the range', '{"id":{"S":"i"},"v":{"N":"1e126"}}', /1e126 is outside/],
    ['100,000 levels', `{"id":{"S":"i"},"v":${'{"L":['.repeat(1e5)}${']}'.repeat(1e5)}}`, /deeper than the 32 levels/],
  ])('%s', async (_, line, problem) => {
    const table = await scratch.table([], ID);
    const file = scratch.path('backup.json');
    writeFileSync(file, `${good}\n\n${line}\n`);
    const named = new RegExp(`backup\\.json, line 3: .*${problem.source}`);
    await expect(restore(file, table)).rejects.toThrow(named);
    await expect(restore(file, table, { dryRun: true })).rejects.toThrow(named);
    await expect(verifyBackup({ file })).rejects.toThrow(named);
    expect(await itemsOf(table)).toEqual([]);
  });

  test('33 levels', async () => {
    const table = await scratch.table([], ID);
    const named = /deep-33-levels\.json, line 2: v(\[0\])+ is nested deeper than the 32 levels that DynamoDB takes/;
    const file = fixture('deep-33-levels.json');
    await expect(restore(file, table)).rejects.toThrow(named);
    await expect(restore(file, table, { dryRun: true })).rejects.toThrow(named);
    await expect(verifyBackup({ file })).rejects.toThrow(named);
    expect(await itemsOf(table)).toEqual([]);
  });

  test('half of a surrogate pair in a key: two such items would be one', async () => {
    const table = await scratch.table([], keyed({ name: 'k', type: 'B' }, { name: 'r', type: 'S' }));
    const file = fixture('lone-surrogate.json');
    const named = /lone-surrogate\.json, line 1: .*r has half of a surrogate pair, which UTF-8 cannot hold/;
    await expect(restore(file, table)).rejects.toThrow(named);
    await expect(restore(file, table, { dryRun: true })).rejects.toThrow(named);
    await expect(verifyBackup({ file })).rejects.toThrow(named);
    expect(await itemsOf(table)).toEqual([]);
  });

  test('an index key that is too long, by restore and its dry run', async () => {
    const table = await scratch.table();
    const file = scratch.path('backup.json');
    writeFileSync(file, JSON.stringify({ granuleId: { S: 'g' }, collectionId: { S: 'c'.repeat(2049) } }));
    const named = /line 1: the index's key attribute collectionId has 2049 bytes, DynamoDB takes 2048/;
    await expect(restore(file, table)).rejects.toThrow(named);
    await expect(restore(file, table, { dryRun: true })).rejects.toThrow(named);
    expect(await itemsOf(table)).toEqual([]);
  });
});

test('of keys that are equal by value the last line wins, and the others are counted', async () => {
  const table = await scratch.table([], keyed({ name: 'k', type: 'N' }, { name: 'r', type: 'N' }));
  const file = fixture('number-keys.json');
  const { items, lines, superseded } = await restore(file, table);
  expect({ items, lines, superseded }).toEqual({ items: 5, lines: 10, superseded: 5 });
  const { comparison } = await verifyBackup({ file, liveTable: { client: scratch.client, name: table } });
  expect(comparison).toMatchObject({ equal: true, same: items });
});

test('an empty file restores no items, and is not called proved', async () => {
  const table = await scratch.table([], ID);
  const file = fixture('empty.json');
  expect(await restore(file, table)).toMatchObject({ items: 0, lines: 0, proved: false });
  expect(await verifyBackup({ file })).toMatchObject({ items: 0, proved: false });
});
