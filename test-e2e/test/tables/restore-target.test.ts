import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ownFolder } from '@cumulus/test-kit';
import { type Item, itemsOf, ownTables, tablesWithPrefix } from '@cumulus/test-kit/tables';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { cumulusApi, cumulusApiResult } from '../kit/command.ts';
import { withFaults } from '../kit/faults/proxy.ts';
import { SEED, seededRandom } from '../kit/faults/random.ts';
import { unprocessed } from '../kit/faults/unprocessed.ts';
import { granules } from '../kit/granules.ts';

describe('restore', () => {
  const folder = ownFolder();
  const tables = ownTables();
  let file: string;

  beforeAll(async () => {
    const table = await tables.create(granules(60));
    ({ file } = await cumulusApiResult<{ file: string }>(['backup', '--table', table, '--directory', folder]));
  });

  test('into a table that does not exist names it and --create-table, and makes none', async () => {
    const target = tables.name('absent');
    const restore = await cumulusApi(['restore', file, '--table', target]);
    expect(restore).toMatchObject({ code: 1, stdout: '' });
    expect(restore.stderr).toContain(`${target} does not exist`);
    expect(restore.stderr).toContain('--create-table');
    expect(await tablesWithPrefix(tables.prefix)).not.toContain(target);
  });

  test('into a table of another key schema names both, and writes nothing', async () => {
    const target = await tables.create([], ['name', 'version']);
    const restore = await cumulusApi(['restore', file, '--table', target]);
    expect(restore).toMatchObject({ code: 1, stdout: '' });
    expect(restore.stderr).toMatch(/key .*granuleId.*key .*name.*version/s);
    expect(await itemsOf(target)).toEqual([]);
  });

  test('of a file without a manifest into a table of another key schema names the first line that does not fit', async () => {
    const bare = join(folder, 'bare.json');
    await writeFile(bare, await readFile(file));
    const target = await tables.create([], ['granuleId', 'version']);
    const restore = await cumulusApi(['restore', bare, '--table', target]);
    expect(restore).toMatchObject({ code: 1, stdout: '' });
    expect(restore.stderr).toMatch(/line 1\b.*version/s);
    expect(await itemsOf(target)).toEqual([]);
  });

  test('into a table with items is refused, and writes nothing', async () => {
    const own = granules(1, 1_000);
    const target = await tables.create(own);
    const restore = await cumulusApi(['restore', file, '--table', target]);
    expect(restore).toMatchObject({ code: 1, stdout: '' });
    expect(restore.stderr).toMatch(/--overwrite.*--skip-existing/s);
    expect(await itemsOf(target)).toEqual(own);
  });

  test('--overwrite replaces items of the same key and leaves the others', async () => {
    const [altered] = altering(granules(1));
    const target = await tables.create([...granules(1, 1_000), ...(altered ? [altered] : [])]);
    const result = await cumulusApiResult(['restore', file, '--table', target, '--overwrite', '--yes']);
    expect(result).toMatchObject({ command: 'restore', table: target, items: 60, skipped: 0 });
    expect(byId(await itemsOf(target))).toEqual(byId([...granules(60), ...granules(1, 1_000)]));
  });

  test('--skip-existing leaves items of the same key as they are, and counts them', async () => {
    const altered = altering(granules(7));
    const target = await tables.create(altered);
    const result = await cumulusApiResult(['restore', file, '--table', target, '--skip-existing']);
    expect(result).toMatchObject({ items: 53, skipped: 7 });
    expect(byId(await itemsOf(target))).toEqual(byId([...altered, ...granules(53, 7)]));
  });

  test(`of a file with several lines of one key writes the last, also under retries, and counts (seed ${SEED})`, async () => {
    const versions = Array.from({ length: 600 }, (_, number) => ({
      granuleId: { S: `G${number % 200}` },
      number: { N: String(number) },
    }));
    const duplicates = join(folder, 'duplicates.json');
    await writeFile(duplicates, versions.map((version) => `${JSON.stringify(version)}\n`).join(''));
    const target = await tables.create();
    await withFaults([unprocessed(0.3, seededRandom())], async (proxy) => {
      const result = await cumulusApiResult(['restore', duplicates, '--table', target], proxy);
      expect(result).toMatchObject({ items: 200, lines: 600, superseded: 400 });
    });
    expect(byId(await itemsOf(target))).toEqual(byId(versions.slice(400)));
    expect(await cumulusApi(['verify', duplicates, '--table', target])).toMatchObject({ code: 0 });
  });

  test('- reads standard input', async () => {
    const target = await tables.create();
    const result = await cumulusApiResult(['restore', '-', '--table', target], { input: await readFile(file) });
    expect(result).toMatchObject({ items: 60 });
    expect(byId(await itemsOf(target))).toEqual(byId(granules(60)));
  });

  test('- writes nothing of a standard input that has a broken line', async () => {
    const target = await tables.create();
    const input = `${await readFile(file, 'utf8')}{"granuleId":`;
    const restore = await cumulusApi(['restore', '-', '--table', target], { input });
    expect(restore).toMatchObject({ code: 1, stdout: '' });
    expect(restore.stderr).toMatch(/line 61\b/);
    expect(await itemsOf(target)).toEqual([]);
  });

  test('reads typed, plain and export lines in one file, passing over empty ones', async () => {
    const mixed = join(folder, 'mixed.json');
    const lines = [
      '{"granuleId":{"S":"typed"},"S":{"S":"s"}}',
      '',
      '{"granuleId":"plain","S":"s","list":[1,null]}',
      '{"Item":{"granuleId":{"S":"export"},"Item":{"M":{}}}}',
      '   ',
    ];
    await writeFile(mixed, lines.join('\r\n'));
    const target = await tables.create();
    expect(await cumulusApiResult(['restore', mixed, '--table', target])).toMatchObject({ items: 3 });
    expect(byId(await itemsOf(target))).toEqual(
      byId([
        { granuleId: { S: 'typed' }, S: { S: 's' } },
        { granuleId: { S: 'plain' }, S: { S: 's' }, list: { L: [{ N: '1' }, { NULL: true }] } },
        { granuleId: { S: 'export' }, Item: { M: {} } },
      ]),
    );
  });
});

function altering(items: readonly Item[]): Item[] {
  return items.map((item) => ({ ...item, status: { S: 'altered' } }));
}

function byId(items: readonly Item[]): Item[] {
  return [...items].sort((a, b) => ((a['granuleId']?.S ?? '') < (b['granuleId']?.S ?? '') ? -1 : 1));
}
