import { readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { cumulusApi, cumulusApiJson } from '../../cumulus-api.ts';
import { granule, granules, Scratch } from '../../scratch.ts';

const scratch = new Scratch();

function write(name: string, items: readonly object[]): string {
  const path = scratch.path(name);
  writeFileSync(path, items.map((item) => `${JSON.stringify(item)}\n`).join(''));
  return path;
}

describe('cumulus-api backups diff', () => {
  test('says how two backups differ, and ends with 1', async () => {
    const a = write('a-GranulesTable.json', granules(14));
    const b = write('b-GranulesTable.json', [granule(0, { status: { S: 'failed' } }), granule(1), granule(20)]);
    const list = scratch.path('differences.jsonl');
    const { code, stdout, stderr } = await cumulusApi(['backups', 'diff', a, b, '--list', list]);
    expect(code).toBe(1);
    expect(stdout).toContain(`${a} and ${b} differ: 1 changed, 12 only in A, 1 only in B; 1 the same\n`);
    expect(stdout).toContain(`  changed: granuleId "granule-0" (${a}, line 1; ${b}, line 1)\n`);
    expect(stdout).toContain(`  only in A: granuleId "granule-2" (${a}, line 3)\n`);
    expect(stdout).toContain('  and 2 more only in A\n');
    expect(stdout).toContain(`  only in B: granuleId "granule-20" (${b}, line 3)\n`);
    expect(stderr).toBe(`cumulus-api: ${a} and ${b} differ: 1 changed, 12 only in A, 1 only in B.\n`);
    const lines = readFileSync(list, 'utf8').trim().split('\n');
    expect(lines).toHaveLength(14);
    expect(lines).toContain('{"kind":"changed","key":{"granuleId":{"S":"granule-0"}}}');
  });

  test('ends with 0 where they are equal, in whatever order', async () => {
    const a = write('a-GranulesTable.json', granules(3));
    const b = write('b-GranulesTable.json', granules(3).toReversed());
    const { code, stdout, stderr } = await cumulusApi(['backups', 'diff', a, b]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toContain(`${a} and ${b} are equal: 3 items`);
  });

  test('compares a backup with a table, and standard input with either', async () => {
    const table = await scratch.table(scratch.prefix(), 'GranulesTable', granules(3));
    const a = write('a-GranulesTable.json', granules(2));
    expect(await cumulusApiJson(['backups', 'diff', a, '--table', table])).toMatchObject({
      code: 1,
      result: { table, file: a, a: { items: 2 }, b: { table, items: 3 }, same: 2, onlyInB: 1, expired: 0 },
    });
    const stdin = readFileSync(a, 'utf8');
    expect(await cumulusApiJson(['backups', 'diff', '-', a], { input: stdin })).toMatchObject({
      code: 0,
      result: { table: null, file: 'standard input', equal: true, same: 2, expired: null },
    });
  });

  test.each([
    [['a.json'], 'takes a second backup'],
    [['a.json', 'b.json', '--table', 'a-GranulesTable'], 'not both'],
    [['-', '-'], 'only one'],
  ])('refuses %j', async (given, problem) => {
    const { code, stderr } = await cumulusApi(['backups', 'diff', ...given]);
    expect(code).toBe(2);
    expect(stderr).toContain(problem);
  });
});
