import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { DeleteItemCommand, DescribeTimeToLiveCommand, GetItemCommand, ScanCommand } from '@aws-sdk/client-dynamodb';
import { onDynamoDBLocal } from '@cumulus/test-kit';
import { describe, expect, test } from '@jest/globals';
import { InterruptedError, TableNotFoundError } from '../../../src/aws/errors.ts';
import { backUpTable } from '../../../src/backup/back-up/back-up.ts';
import { CorruptBackupError, InvalidLineError, TargetNotEmptyError } from '../../../src/backup/errors.ts';
import type { RestoreOptions } from '../../../src/backup/restore/options.ts';
import { restoreTable } from '../../../src/backup/restore/restore-table.ts';
import { verifyBackup } from '../../../src/backup/verify.ts';
import type { TypedItem } from '../../../src/items/typed-item.ts';
import { describeTable } from '../../../src/tables/describe.ts';
import { KeySchemaMismatchError, TableReplacedError } from '../../../src/tables/errors.ts';
import { GRANULE_SCHEMA, granule, Scratch } from '../../scratch.ts';

const scratch = new Scratch();
const fixture = (name: string) => join(import.meta.dirname, '..', '..', 'fixtures', name);
const granules = (count: number) => Array.from({ length: count }, (_, number) => granule(number));
const restore = (file: string, table: string, more: Partial<RestoreOptions> = {}) =>
  restoreTable({ client: scratch.client, file, table, ...more });

function fileOf(items: readonly TypedItem[], name = 'backup.json'): string {
  const path = scratch.path(name);
  writeFileSync(path, items.map((item) => `${JSON.stringify(item)}\n`).join(''));
  return path;
}

async function count(table: string): Promise<number> {
  return (await scratch.client.send(new ScanCommand({ TableName: table, Select: 'COUNT' }))).Count ?? -1;
}

async function getGranule(table: string, granuleId: string): Promise<unknown> {
  const { client } = scratch;
  return (await client.send(new GetItemCommand({ TableName: table, Key: { granuleId: { S: granuleId } } }))).Item;
}

/** Stops a restore of several hundred items in its middle. */
async function interrupted(file: string, table: string, more: Partial<RestoreOptions> = {}): Promise<void> {
  const interruption = new AbortController();
  const run = restore(file, table, {
    ...more,
    concurrency: 2,
    abortSignal: interruption.signal,
    onProgress: ({ phase, items }) => phase === 'restoring' && items > 200 && interruption.abort(),
  });
  await expect(run).rejects.toThrow(InterruptedError);
}

describe('restoreTable', () => {
  test.each([
    ['typed-GranulesTable.json', 200],
    ['plain-GranulesTable.json', 200],
    ['typed-every-type.json', 4],
  ])('restores %s of an earlier release completely', async (name, items) => {
    const everyType = {
      ...GRANULE_SCHEMA,
      key: { hash: { name: 'name', type: 'S' }, range: { name: 'version', type: 'S' } },
      globalIndexes: [],
    } as const;
    const table = await scratch.table([], name.includes('every') ? everyType : GRANULE_SCHEMA);
    expect(await restore(fixture(name), table)).toMatchObject({ items, lines: items, superseded: 0, proved: false });
    const { comparison } = await verifyBackup({
      file: fixture(name),
      liveTable: { client: scratch.client, name: table },
    });
    expect(comparison).toMatchObject({ equal: true, same: items, tableItems: items });
  });

  test('plain and typed files of the same records give equal tables', async () => {
    const table = await scratch.table();
    await restore(fixture('plain-GranulesTable.json'), table);
    const file = fixture('typed-GranulesTable.json');
    const { comparison } = await verifyBackup({ file, liveTable: { client: scratch.client, name: table } });
    expect(comparison).toMatchObject({ equal: true, same: 200 });
  });

  test('reads gzipped files, export lines, mixed lines and empty ones', async () => {
    const table = await scratch.table();
    const lines = [
      JSON.stringify({ Item: granule(1) }),
      '',
      JSON.stringify({ granuleId: 'plain', collectionId: 'c___1', size: 1.5 }),
      '   ',
      JSON.stringify(granule(2)),
    ];
    const file = scratch.path('mixed.json.gz');
    writeFileSync(
      file,
      Buffer.concat([gzipSync(lines.slice(0, 3).join('\n')), gzipSync(`\n${lines.slice(3).join('\n')}`)]),
    );
    expect(await restore(file, table)).toMatchObject({ items: 3, lines: 3 });
    expect(await getGranule(table, 'plain')).toMatchObject({ size: { N: '1.5' } });
  });

  test('of items with one key the last is written, and the count says so', async () => {
    const table = await scratch.table();
    const items = [
      ...granules(60),
      granule(3, { note: { S: 'second' } }),
      ...granules(2),
      granule(3, { note: { S: 'last' } }),
    ];
    expect(await restore(fileOf(items), table)).toMatchObject({ lines: 64, items: 60, superseded: 4 });
    expect(await count(table)).toBe(60);
    expect(await getGranule(table, 'granule-000003')).toMatchObject({ note: { S: 'last' } });
  });

  test('no record is altered: an item comes back with just its attributes', async () => {
    const table = await scratch.table();
    const item = granule(1, { updatedAt: { N: '1' }, big: { N: '12345678901234567890123456789012345678' } });
    await restore(fileOf([item]), table);
    expect(await getGranule(table, 'granule-000001')).toEqual(item);
  });

  test('a target that does not exist is an error that says how to have it made', async () => {
    const file = fileOf(granules(1));
    await expect(restore(file, scratch.tableName())).rejects.toThrow(/have it created/);
    await expect(restore(file, scratch.tableName('SomeTable'), { createTable: true })).rejects.toThrow(
      TableNotFoundError,
    );
  });

  test('a missing table is made from the manifest, with its index and stream', async () => {
    const source = await scratch.table(granules(5), { ...GRANULE_SCHEMA, stream: 'KEYS_ONLY' });
    const { file } = await backUpTable({ client: scratch.client, table: source, directory: scratch.directory });
    const table = scratch.tableName('anything');
    expect(await restore(file, table, { createTable: true })).toMatchObject({ created: true, items: 5, proved: true });
    const { schema, billingMode } = await describeTable(scratch.client, table);
    expect(schema).toEqual({ ...GRANULE_SCHEMA, stream: 'KEYS_ONLY' });
    expect(billingMode).toBe('PAY_PER_REQUEST');
  });

  test('without a manifest it is made from the definition that its name ends in', async () => {
    const table = scratch.tableName('FilesTable');
    const file = fileOf([{ bucket: { S: 'b' }, key: { S: 'k' } }]);
    expect(await restore(file, table, { createTable: true })).toMatchObject({ created: true, items: 1 });
    expect((await describeTable(scratch.client, table)).schema).toMatchObject({
      key: { hash: { name: 'bucket', type: 'S' }, range: { name: 'key', type: 'S' } },
      stream: 'NEW_AND_OLD_IMAGES',
    });
  });

  test('a target with items is refused without --overwrite or --skip-existing', async () => {
    const table = await scratch.table([granule(0, { note: { S: 'here before' } }), granule(100)]);
    const file = fileOf(granules(3));
    await expect(restore(file, table)).rejects.toThrow(TargetNotEmptyError);
    expect(await count(table)).toBe(2);
    expect(await restore(file, table, { existingItems: 'skip' })).toMatchObject({ items: 2, skipped: 1 });
    expect(await getGranule(table, 'granule-000000')).toMatchObject({ note: { S: 'here before' } });
    expect(await restore(file, table, { existingItems: 'overwrite' })).toMatchObject({ items: 3, skipped: 0 });
    expect(await getGranule(table, 'granule-000000')).toEqual(granule(0));
    expect(await count(table)).toBe(4);
  });

  test.each<[string, (lines: string[]) => void, RegExp]>([
    ['a broken line', (lines) => lines.splice(7, 1, '{"granuleId":'), /backup\.json, line 8: not JSON/],
    ['a line without the key', (lines) => lines.splice(2, 1, '{"x":{"S":"y"}}'), /line 3: no item of the table/],
    [
      'an item that an index refuses',
      (lines) => lines.splice(4, 1, '{"granuleId":{"S":"g"},"collectionId":{"NULL":true}}'),
      /line 5: .*collectionId is of type NULL/,
    ],
    [
      'a number with too many digits',
      (lines) => lines.splice(9, 1, `{"granuleId":{"S":"g"},"n":{"N":"${'1'.repeat(39)}"}}`),
      /line 10: .*38 significant digits/,
    ],
  ])('%s stops it before anything is written, and is named by its number', async (_, change, message) => {
    const table = await scratch.table();
    const lines = granules(10).map((item) => JSON.stringify(item));
    change(lines);
    const file = scratch.path('backup.json');
    writeFileSync(file, lines.join('\n'));
    const run = restore(file, table);
    await expect(run).rejects.toThrow(message);
    await expect(run).rejects.toThrow(InvalidLineError);
    expect(await count(table)).toBe(0);
  });

  test('a line that is not UTF-8 is named by its number', async () => {
    const table = await scratch.table();
    const file = scratch.path('latin1.json');
    writeFileSync(file, Buffer.from('{"granuleId":{"S":"a"}}\n{"granuleId":{"S":"\xe9"}}\n', 'latin1'));
    await expect(restore(file, table)).rejects.toThrow(/line 2: not UTF-8/);
  });

  test.each<[string, (content: Buffer) => Buffer]>([
    [
      'one byte flipped',
      (content) => {
        const at = content.indexOf('createdAt') + 20;
        content[at] = (content[at] ?? 0) ^ 1;
        return content;
      },
    ],
    ['cut short', (content) => content.subarray(0, content.length - 300)],
    ['a line too few', (content) => content.subarray(content.indexOf('\n') + 1)],
  ])('a file with %s does not fit its manifest, and nothing is written', async (_, damage) => {
    const source = await scratch.table(granules(50));
    const { file } = await backUpTable({ client: scratch.client, table: source, directory: scratch.directory });
    writeFileSync(file, damage(readFileSync(file)));
    const table = await scratch.table();
    await expect(restore(file, table)).rejects.toThrow(/is damaged|line \d+/);
    expect(await count(table)).toBe(0);
  });

  test('a proved file is looked at line by line where the target has an index that the source had not', async () => {
    const withoutIndex = { ...GRANULE_SCHEMA, globalIndexes: [] };
    const source = await scratch.table([granule(1), { ...granule(2), collectionId: { NULL: true } }], withoutIndex);
    const { file } = await backUpTable({ client: scratch.client, table: source, directory: scratch.directory });
    const table = await scratch.table();
    await expect(restore(file, table)).rejects.toThrow(/line \d: .*collectionId is of type NULL/);
    expect(await count(table)).toBe(0);
    expect(await restore(file, await scratch.table([], withoutIndex))).toMatchObject({ items: 2, proved: true });
  });

  test('a gzip file that is cut short is not taken for whole', async () => {
    const table = await scratch.table();
    const file = scratch.path('cut.json.gz');
    const content = gzipSync(
      granules(500)
        .map((item) => JSON.stringify(item))
        .join('\n'),
    );
    writeFileSync(file, content.subarray(0, content.length - 20));
    await expect(restore(file, table)).rejects.toThrow(CorruptBackupError);
    expect(await count(table)).toBe(0);
  });

  test('a backup of a table with another key is refused', async () => {
    const source = await scratch.table(granules(2));
    const { file } = await backUpTable({ client: scratch.client, table: source, directory: scratch.directory });
    const other = await scratch.table([], {
      key: { hash: { name: 'arn', type: 'S' } },
      globalIndexes: [],
      localIndexes: [],
    });
    await expect(restore(file, other)).rejects.toThrow(KeySchemaMismatchError);
  });

  test.each(['overwrite', 'skip', 'refuse'] as const)(
    'an interrupted restore (%s) is continued by resume, and the counts are those of an undisturbed one',
    async (existingItems) => {
      const file = fileOf([...granules(500), granule(7, { note: { S: 'last' } })]);
      const table = await scratch.table();
      await interrupted(file, table, { existingItems });
      expect(existsSync(`${file}.restore-${table}.checkpoint.json`)).toBe(true);
      if (existingItems === 'refuse')
        await expect(restore(file, table)).rejects.toThrow(/was interrupted: continue it/);
      const resumed = await restore(file, table, { existingItems, resume: true });
      expect(resumed).toMatchObject({ lines: 501, superseded: 1, resumed: true });
      expect(resumed.items + resumed.skipped).toBe(500);
      expect(await count(table)).toBe(500);
      expect(existsSync(`${file}.restore-${table}.checkpoint.json`)).toBe(false);
    },
  );

  test('a restore that was to keep what is there is not continued without that word', async () => {
    const table = await scratch.table();
    const file = fileOf(granules(100));
    const interruption = new AbortController();
    const abortSignal = interruption.signal;
    const onProgress: RestoreOptions['onProgress'] = ({ phase }) => phase === 'restoring' && interruption.abort();
    await expect(restore(file, table, { existingItems: 'skip', abortSignal, onProgress })).rejects.toThrow(
      InterruptedError,
    );
    await expect(restore(file, table, { resume: true })).rejects.toThrow(/it was begun to skip existing items/);
    await expect(restore(file, table, { resume: true, existingItems: 'overwrite' })).rejects.toThrow(/begun to skip/);
    const resumed = await restore(file, table, { resume: true, existingItems: 'skip' });
    expect(resumed).toMatchObject({ items: 100, skipped: 0 });
  });

  test('a continued restore distinguishes what it wrote from what the earlier run had, and does not look at that again', async () => {
    const table = await scratch.table();
    const file = fileOf(granules(500));
    await interrupted(file, table);
    const { written } = JSON.parse(readFileSync(`${file}.restore-${table}.checkpoint.json`, 'utf8'));
    const { client } = scratch;
    for (const { granuleId } of granules(50)) {
      await client.send(new DeleteItemCommand({ TableName: table, Key: { granuleId } as never }));
    }
    const planned = await restore(file, table, { resume: true, dryRun: true });
    expect(planned).toMatchObject({ items: 500 - written, itemsThisRun: 500 - written, itemsBefore: written });
    const resumed = await restore(file, table, { resume: true });
    expect(resumed).toMatchObject({ items: 500, itemsThisRun: 500 - written, itemsBefore: written, resumed: true });
    expect(await count(table)).toBe(450);
    const { comparison } = await verifyBackup({ file, liveTable: { client, name: table } });
    expect(comparison).toMatchObject({ equal: false, missing: 50 });
  });

  test.each([
    ['refuse', 1],
    ['skip', 0],
  ] as const)(
    'a restore (%s) that is continued after 30 days warns of what it replaces',
    async (existingItems, reported) => {
      const table = await scratch.table();
      const file = fileOf(granules(500));
      await interrupted(file, table, { existingItems });
      const checkpoint = `${file}.restore-${table}.checkpoint.json`;
      const startedAt = new Date(Date.now() - 30 * 24 * 3_600_000).toISOString();
      const state = JSON.parse(readFileSync(checkpoint, 'utf8'));
      expect(Date.now() - Date.parse(state.startedAt)).toBeLessThan(600_000);
      writeFileSync(checkpoint, JSON.stringify({ ...state, startedAt }));
      const warnings: string[] = [];
      const onWarning = (warning: string) => warnings.push(warning);
      expect(await restore(file, table, { existingItems, resume: true, onWarning })).toMatchObject({ items: 500 });
      expect(warnings).toEqual(
        Array(reported).fill(expect.stringContaining(`it was begun at ${startedAt}, more than`)),
      );
    },
  );

  test.each([
    ['while its file is checked', 'DescribeTableCommand', 3, /while the file was checked.*\n.*Nothing was written/],
    ['while it is written', 'BatchWriteItemCommand', 3, /during the restore.*\n.*\d+ items were written, perhaps not/],
  ])('a table that is deleted and made again %s is not called restored', async (_, command, request, words) => {
    const table = await scratch.table();
    const client = scratch.clientBefore(command, request, () => scratch.replaceTable(table));
    const run = restoreTable({ client, file: fileOf(granules(200)), table, concurrency: 1 });
    await expect(run).rejects.toThrow(TableReplacedError);
    await expect(run).rejects.toThrow(words);
  });

  test('with nothing to continue, an equal item that was there is left out and counted so', async () => {
    const table = await scratch.table([granule(1)]);
    const run = restore(fileOf(granules(3)), table, { resume: true, existingItems: 'skip' });
    expect(await run).toMatchObject({ items: 2, skipped: 1, resumed: false });
  });

  test('a restore is not continued with another file', async () => {
    const table = await scratch.table();
    const file = fileOf(granules(100));
    const interruption = new AbortController();
    const onProgress: RestoreOptions['onProgress'] = ({ phase }) => phase === 'restoring' && interruption.abort();
    await expect(restore(file, table, { abortSignal: interruption.signal, onProgress })).rejects.toThrow(
      InterruptedError,
    );
    fileOf(granules(101));
    await expect(restore(file, table, { resume: true })).rejects.toThrow(/the file is another one now/);
  });
});

onDynamoDBLocal('restoreTable, of a table with time to live', () => {
  test('switches time to live on after the items are in', async () => {
    const table = scratch.tableName('AccessTokensTable');
    const item = { accessToken: { S: 't' }, expirationTime: { N: String(Math.floor(Date.now() / 1000) + 3600) } };
    await restore(fileOf([item]), table, { createTable: true });
    const { client } = scratch;
    const { TimeToLiveDescription } = await client.send(new DescribeTimeToLiveCommand({ TableName: table }));
    expect(TimeToLiveDescription).toMatchObject({ TimeToLiveStatus: 'ENABLED', AttributeName: 'expirationTime' });
    expect(await count(table)).toBe(1);
  });

  test('switches it on also when it is continued after the table was made', async () => {
    const table = scratch.tableName('AccessTokensTable');
    const expirationTime = { N: String(Math.floor(Date.now() / 1000) + 3600) };
    const file = fileOf(Array.from({ length: 60 }, (_, n) => ({ accessToken: { S: `t${n}` }, expirationTime })));
    const interruption = new AbortController();
    const onProgress: RestoreOptions['onProgress'] = ({ phase }) => phase === 'restoring' && interruption.abort();
    const interrupted = restore(file, table, {
      createTable: true,
      concurrency: 1,
      abortSignal: interruption.signal,
      onProgress,
    });
    await expect(interrupted).rejects.toThrow(InterruptedError);
    await restore(file, table, { createTable: true, resume: true });
    const { client } = scratch;
    const { TimeToLiveDescription } = await client.send(new DescribeTimeToLiveCommand({ TableName: table }));
    expect(TimeToLiveDescription).toMatchObject({ TimeToLiveStatus: 'ENABLED', AttributeName: 'expirationTime' });
  });
});
