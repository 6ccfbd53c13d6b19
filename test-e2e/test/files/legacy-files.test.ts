import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { itemsOf, ownTables } from '@cumulus/test-kit/tables';
import { describe, expect, test } from '@jest/globals';
import { cumulusApi, cumulusApiResult, cumulusApiResults } from '../kit/command.ts';

const fixture = (name: string): string => fileURLToPath(new URL(`../fixtures/${name}`, import.meta.url));

describe('backups of the earlier release', () => {
  const tables = ownTables();

  test.each([
    ['typed-GranulesTable.json', 200, ['granuleId']],
    ['plain-GranulesTable.json', 200, ['granuleId']],
    ['typed-every-type.json', 4, ['name', 'version']],
  ])('%s restores completely, with %i items', async (name, items, keys) => {
    const table = await tables.create([], keys);
    const restore = ['restore', fixture(name), '--table', table];
    expect(await cumulusApiResult(restore)).toMatchObject({ items, lines: items, superseded: 0, proved: false });
    expect(await itemsOf(table)).toHaveLength(items);
    const verify = ['verify', fixture(name), '--table', table];
    expect(await cumulusApiResult(verify)).toMatchObject({ items, equal: true });
  });

  test('the plain and the typed file of the same granules are equal, each proved against the table of the other', async () => {
    const [plain, typed] = [fixture('plain-GranulesTable.json'), fixture('typed-GranulesTable.json')];
    for (const [file, other] of [
      [plain, typed],
      [typed, plain],
    ] as const) {
      const table = await tables.create();
      await cumulusApiResults(['restore', file, '--table', table]);
      expect(await cumulusApi(['verify', other, '--table', table])).toMatchObject({ code: 0 });
    }
  });

  test('createdAt and updatedAt come back as they were', async () => {
    const table = await tables.create();
    await cumulusApiResults(['restore', fixture('plain-GranulesTable.json'), '--table', table]);
    const lines = (await readFile(fixture('plain-GranulesTable.json'), 'utf8')).split('\n').filter(Boolean);
    const expected = lines.map((line) => {
      const { granuleId, createdAt, updatedAt } = JSON.parse(line) as Record<string, unknown>;
      return [granuleId, String(createdAt), String(updatedAt)].join();
    });
    const restored = (await itemsOf(table)).map((item) =>
      [item['granuleId']?.S, item['createdAt']?.N, item['updatedAt']?.N].join(),
    );
    expect(restored.sort()).toEqual(expected.sort());
  });
});
