import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { listCatalogue } from '@cumulus/dynamodb/backup';
import { putAll } from '@cumulus/test-kit/tables';
import { describe, expect, test } from '@jest/globals';
import { cumulusApi, cumulusApiJson } from '../cumulus-api.ts';
import { granule, granules, Scratch } from '../scratch.ts';

const scratch = new Scratch();

describe('cumulus-api verify', () => {
  test('proves a file by its manifest, without asking DynamoDB', async () => {
    const table = await scratch.table(scratch.prefix(), 'GranulesTable', granules(3));
    await cumulusApi(['backup', '--table', table, '--directory', scratch.directory]);
    const file = scratch.path(`${table}.json`);
    const unreachable = ['--endpoint-url', 'http://127.0.0.1:1'];
    expect(await cumulusApiJson(['verify', file, ...unreachable])).toMatchObject({
      code: 0,
      stderr: '',
      result: { command: 'verify', table: null, file, items: 3, bytes: expect.any(Number), proved: true },
    });
    writeFileSync(file, '\n', { flag: 'a' });
    expect(await cumulusApiJson(['verify', file])).toMatchObject({
      code: 1,
      result: { file, error: { name: 'CorruptBackupError' } },
    });
  });

  test('notes what it proved, by the file and by a table, and nothing of what it could not prove', async () => {
    const table = await scratch.table(scratch.prefix(), 'GranulesTable', granules(3));
    await cumulusApi(['backup', '--table', table, '--directory', scratch.directory]);
    const file = scratch.path(`${table}.json`);
    const proofs = async (): Promise<unknown> =>
      (await listCatalogue(scratch.directory))[0]?.backups[0]?.proofs.map((proof) => [proof.how, proof.table]);
    await putAll(table, [granule(3)]);
    expect((await cumulusApi(['verify', file, '--table', table])).code).toBe(1);
    expect(await proofs()).toEqual([['file', undefined]]);
    const other = await scratch.table(scratch.prefix(), 'GranulesTable', granules(3));
    expect((await cumulusApi(['verify', file, '--table', other])).code).toBe(0);
    expect(await proofs()).toEqual([
      ['file', undefined],
      ['table', other],
    ]);
    writeFileSync(scratch.path('plain.json'), '{"granuleId":{"S":"a"}}\n');
    expect((await cumulusApi(['verify', scratch.path('plain.json')])).code).toBe(0);
    expect(existsSync(scratch.path('plain.proofs.json'))).toBe(false);
  });

  test.each([
    ['a byte of an item', (text: string) => text.replace('granule', 'Granule')],
    ['the end of a line', (text: string) => text.replace('}\n', ']\n')],
  ])(
    'a file that is damaged at %s loses the proofs that were noted of it, and other files keep theirs',
    async (_, damage) => {
      const table = await scratch.table(scratch.prefix(), 'GranulesTable', granules(3));
      const directory = scratch.path(table);
      const proved = async (): Promise<unknown> =>
        (await listCatalogue(directory))[0]?.backups.map(({ proofs }) => proofs.length);
      await cumulusApi(['backup', '--table', table, '--directory', directory, '--verify']);
      await putAll(table, [granule(3)]);
      await cumulusApi(['backup', '--table', table, '--directory', directory, '--keep', '1', '--verify']);
      expect(await proved()).toEqual([1, 1]);
      const file = `${directory}/${table}.json`;
      writeFileSync(file, damage(readFileSync(file, 'utf8')));
      expect(await proved()).toEqual([1, 1]);
      expect((await cumulusApi(['verify', file])).code).toBe(1);
      expect(await proved()).toEqual([0, 1]);
    },
  );

  test('that a proof cannot be noted is a warning, and no failure', async () => {
    const table = await scratch.table(scratch.prefix(), 'GranulesTable', granules(3));
    await cumulusApi(['backup', '--table', table, '--directory', scratch.directory]);
    writeFileSync(scratch.path(`${table}.proofs.json`), 'mine');
    const file = scratch.path(`${table}.json`);
    expect(await cumulusApiJson(['verify', file])).toMatchObject({
      code: 0,
      stderr: expect.stringMatching(/^WARNING: .* is proved, but that could not be noted beside it: .* is not JSON/),
      result: { proved: true },
    });
    expect(readFileSync(scratch.path(`${table}.proofs.json`), 'utf8')).toBe('mine');
  });

  test('fails where the table differs from the file, and names the differences by key and line', async () => {
    const table = await scratch.table(scratch.prefix(), 'GranulesTable', [
      granule(0),
      granule(1, { status: { S: 'failed' } }),
      granule(3),
    ]);
    const file = scratch.path('granules.json');
    writeFileSync(
      file,
      granules(3)
        .map((item) => `${JSON.stringify(item)}\n`)
        .join(''),
    );
    const { code, stdout, stderr } = await cumulusApi(['verify', file, '--table', table]);
    expect(code).toBe(1);
    expect(stdout).toContain('changed: granuleId "granule-1" (line 2)');
    expect(stdout).toContain('missing: granuleId "granule-2" (line 3)');
    expect(stdout).toContain('extra: granuleId "granule-3"\n');
    expect(stderr).toBe(`cumulus-api: ${file} and table ${table} differ: 1 changed, 1 missing, 1 extra.\n`);
    expect(await cumulusApiJson(['verify', file, '--table', table])).toMatchObject({
      code: 1,
      stderr,
      result: { table, file, items: 3, equal: false, same: 1, changed: 1, missing: 1, extra: 1 },
    });
  });

  test('compares all backups of a directory with the tables of a deployment', async () => {
    const prefix = scratch.prefix();
    await scratch.table(prefix, 'GranulesTable', granules(2));
    await scratch.table(prefix, 'RulesTable', [{ name: { S: 'r' } }]);
    await cumulusApi([
      'backup',
      '--table',
      `${prefix}-GranulesTable`,
      `${prefix}-RulesTable`,
      '--directory',
      scratch.directory,
    ]);
    await putAll(`${prefix}-RulesTable`, [{ name: { S: 's' } }]);
    expect(await cumulusApiJson(['verify', '--directory', scratch.directory, '--prefix', prefix])).toMatchObject({
      code: 1,
      results: [
        { table: `${prefix}-GranulesTable`, equal: true },
        { table: `${prefix}-RulesTable`, equal: false, extra: 1 },
      ],
    });
  });
});
