import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { UpdateTimeToLiveCommand } from '@aws-sdk/client-dynamodb';
import { onDynamoDBLocal } from '@cumulus/test-kit';
import { describe, expect, test } from '@jest/globals';
import { backUpTable } from '../../src/backup/back-up/back-up.ts';
import { verifyBackup } from '../../src/backup/verify.ts';
import type { TypedItem } from '../../src/items/typed-item.ts';
import { TABLE_DEFINITIONS, type TableDefinition } from '../../src/tables/definitions.ts';
import { KeySchemaMismatchError, TableReplacedError } from '../../src/tables/errors.ts';
import { schemaOf } from '../../src/tables/schema.ts';
import { granule, Scratch } from '../scratch.ts';

const scratch = new Scratch();
const granules = (count: number) => Array.from({ length: count }, (_, number) => granule(number));

async function compare(file: string, table: string) {
  return (await verifyBackup({ file, liveTable: { client: scratch.client, name: table } })).comparison;
}

function fileOf(items: readonly TypedItem[]): string {
  const path = scratch.path('backup.json');
  writeFileSync(path, items.map((item) => JSON.stringify(item)).join('\n'));
  return path;
}

describe('verifyBackup', () => {
  test('a table is equal to its backup', async () => {
    const table = await scratch.table(granules(40));
    const { file } = await backUpTable({ client: scratch.client, table, directory: scratch.directory });
    expect(await compare(file, table)).toEqual({
      equal: true,
      tableItems: 40,
      same: 40,
      changed: 0,
      missing: 0,
      extra: 0,
      expired: 0,
      superseded: 0,
      differences: [],
    });
  });

  test('a proved backup in which a key comes again is not called equal', async () => {
    const table = await scratch.table(granules(40));
    const { file, manifest } = await backUpTable({ client: scratch.client, table, directory: scratch.directory });
    const data = readFileSync(file);
    const twice = Buffer.concat([data, data.subarray(0, data.indexOf('\n') + 1)]);
    writeFileSync(file, twice);
    const stated = JSON.parse(readFileSync(manifest, 'utf8'));
    const sha256 = createHash('sha256').update(twice).digest('hex');
    const counted = { items: 41, file: { ...stated.file, bytes: twice.length, sha256 } };
    writeFileSync(manifest, JSON.stringify({ ...stated, ...counted }));
    await expect(compare(file, table)).rejects.toThrow(/has 1 line whose key comes again/);
    await expect(compare(file, table)).rejects.toMatchObject({ isReadTwice: true });
  });

  test('each difference is counted, and the first are named by key and line', async () => {
    const file = fileOf([granule(1), granule(2, { note: { S: 'file' } }), granule(3)]);
    const table = await scratch.table([granule(1), granule(2, { note: { S: 'table' } }), granule(9)]);
    expect(await compare(file, table)).toMatchObject({
      equal: false,
      same: 1,
      changed: 1,
      missing: 1,
      extra: 1,
      differences: [
        { kind: 'changed', key: { granuleId: { S: 'granule-000002' } }, line: 2 },
        { kind: 'missing', key: { granuleId: { S: 'granule-000003' } }, line: 3 },
        { kind: 'extra', key: { granuleId: { S: 'granule-000009' } } },
      ],
    });
  });

  test('lines that an index of the table would refuse are named, and compared all the same', async () => {
    const table = await scratch.table(
      [granule(1)],
      schemaOf(TABLE_DEFINITIONS.find(({ name }) => name === 'GranulesTable') as TableDefinition),
    );
    const long = granule(2, { collectionId: { S: 'c'.repeat(2_049) } });
    const file = fileOf([granule(1), long, granule(3, { status: { NULL: true } })]);
    const { comparison, refusedByIndexes } = await verifyBackup({
      file,
      liveTable: { client: scratch.client, name: table },
    });
    expect(comparison).toMatchObject({ equal: false, same: 1, missing: 2 });
    expect(refusedByIndexes).toEqual({
      lines: 2,
      first: [
        { file, line: 2, problem: "the index's key attribute collectionId has 2049 bytes, DynamoDB takes 2048" },
        { file, line: 3, problem: "the index's key attribute status is of type NULL instead of S" },
      ],
    });
  });

  test('of many differences the first ten by line are named', async () => {
    const table = await scratch.table();
    const comparison = await compare(fileOf(granules(50)), table);
    expect(comparison).toMatchObject({ missing: 50 });
    expect(comparison?.differences.map(({ line }) => line)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
  });

  test('items are compared as values', async () => {
    const table = await scratch.table([
      granule(1, { n: { N: '100' }, s: { SS: ['a', 'b'] }, m: { M: { x: { S: '1' }, y: { BOOL: true } } } }),
    ]);
    const file = fileOf([
      { m: { M: { y: { BOOL: true }, x: { S: '1' } } }, s: { SS: ['b', 'a'] }, ...granule(1, { n: { N: '1.00e2' } }) },
    ]);
    expect(await compare(file, table)).toMatchObject({ equal: true, same: 1 });
  });

  test('of lines with the same key the last one counts', async () => {
    const table = await scratch.table([granule(1, { note: { S: 'last' } })]);
    expect(await compare(fileOf([granule(1), granule(1, { note: { S: 'last' } })]), table)).toMatchObject({
      equal: true,
      superseded: 1,
    });
  });

  test('a table that is deleted and made again while it is read is equal to nothing', async () => {
    const table = await scratch.table(granules(40));
    const { file } = await backUpTable({ client: scratch.client, table, directory: scratch.directory });
    const client = scratch.clientBefore('ScanCommand', 3, () => scratch.replaceTable(table, granules(40)));
    const run = verifyBackup({ file, liveTable: { client, name: table }, concurrency: 1 });
    await expect(run).rejects.toThrow(TableReplacedError);
  });

  test('a backup of a table with another key cannot be compared', async () => {
    const table = await scratch.table(granules(1));
    const { file } = await backUpTable({ client: scratch.client, table, directory: scratch.directory });
    const other = await scratch.table([], {
      key: { hash: { name: 'arn', type: 'S' } },
      globalIndexes: [],
      localIndexes: [],
    });
    await expect(compare(file, other)).rejects.toThrow(KeySchemaMismatchError);
  });
});

onDynamoDBLocal('verifyBackup, of a table with time to live', () => {
  test('items missing because their time has passed are counted apart', async () => {
    const table = await scratch.table([granule(1)]);
    const TimeToLiveSpecification = { AttributeName: 'expires', Enabled: true };
    await scratch.client.send(new UpdateTimeToLiveCommand({ TableName: table, TimeToLiveSpecification }));
    const now = Math.floor(Date.now() / 1000);
    const sixYears = 6 * 365 * 24 * 3600;
    const file = fileOf([
      granule(1),
      granule(2, { expires: { N: String(now - 60) } }),
      granule(3, { expires: { N: String(now + 3600) } }),
      granule(4, { expires: { N: String(now - sixYears) } }),
      granule(5, { expires: { S: String(now - 60) } }),
    ]);
    expect(await compare(file, table)).toMatchObject({ same: 1, expired: 1, missing: 3, equal: false });
  });
});
