import { writeFileSync } from 'node:fs';
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
