import { readFileSync, writeFileSync } from 'node:fs';
import { itemsOf, putAll } from '@cumulus/test-kit/tables';
import { describe, expect, test } from '@jest/globals';
import { cumulusApi, cumulusApiJson } from '../cumulus-api.ts';
import { granule, granules, Scratch } from '../scratch.ts';

const scratch = new Scratch();

/** A table of five items, and its backup. */
async function backedUp(): Promise<{ readonly table: string; readonly file: string }> {
  const table = await scratch.table(scratch.prefix(), 'GranulesTable', granules(5));
  await cumulusApi(['backup', '--table', table, '--directory', scratch.directory]);
  return { table, file: scratch.path(`${table}.json`) };
}

describe('cumulus-api restore, of a part', () => {
  test('brings back what a list of differences names, compares it, and leaves the rest alone', async () => {
    const { table, file } = await backedUp();
    await putAll(table, [granule(1, { status: { S: 'damaged' } }), granule(9)]);
    const list = scratch.path('differences.jsonl');
    await cumulusApi(['backups', 'diff', file, '--table', table, '--list', list]);
    const onlyThere = readFileSync(list, 'utf8')
      .split('\n')
      .filter((line) => line !== '' && !line.includes('onlyInB'));
    writeFileSync(list, onlyThere.join('\n'));
    const { code, stdout, stderr } = await cumulusApi([
      ...['restore', file, '--table', table, '--keys', list],
      ...['--overwrite', '--yes', '--verify'],
    ]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toContain('  chosen: 1 of 5 items of the file\n');
    expect(stdout).toContain(`  equal to table ${table}: 1 item\n`);
    expect(await itemsOf(table)).toHaveLength(6);
    const diff = await cumulusApiJson(['backups', 'diff', file, '--table', table]);
    expect(diff.result).toMatchObject({ same: 5, changed: 0, onlyInB: 1 });
  });

  test('takes found items from standard input as keys', async () => {
    const { file } = await backedUp();
    const target = await scratch.table(scratch.prefix(), 'GranulesTable');
    const { stdout } = await cumulusApi(['backups', 'find', file, '--where', 'granuleId>=granule-3']);
    const run = await cumulusApiJson(['restore', file, '--table', target, '--keys', '-'], { input: stdout });
    expect(run).toMatchObject({
      code: 0,
      result: { chosen: 2, items: 2, lines: 5, keysNotFound: { keys: 0, first: [] } },
    });
  });

  test('restores the rest where the backup lacks keys, names these, and fails', async () => {
    const { file } = await backedUp();
    const target = await scratch.table(scratch.prefix(), 'GranulesTable');
    const keys = scratch.path('keys.jsonl');
    const lines = [3, ...Array.from({ length: 12 }, (_, number) => 100 + number)];
    writeFileSync(keys, lines.map((number) => `{"granuleId":"granule-${number}"}\n`).join(''));
    const { code, stdout, stderr } = await cumulusApi(['restore', file, '--table', target, '--keys', keys]);
    expect(code).toBe(1);
    expect(stdout).toContain(`${target}: 1 item in`);
    expect(stderr).toContain(`cumulus-api: ${file} lacks 12 keys that were to be restored:\n`);
    expect(stderr).toContain(`  granuleId "granule-100" (${keys}, line 2)\n`);
    expect(stderr).toContain('  and 2 more\n');
    expect(await itemsOf(target)).toHaveLength(1);
  });

  test('warns where nothing is chosen, and shows in a dry run what would be', async () => {
    const { table, file } = await backedUp();
    const args = ['restore', file, '--table', table, '--skip-existing', '--where'];
    const none = await cumulusApi([...args, 'collectionId=None']);
    expect(none.code).toBe(0);
    expect(none.stderr).toContain(`WARNING: No item of ${file} was chosen; nothing was written.`);
    const planned = await cumulusApi([...args, 'granuleId=granule-2', '--dry-run']);
    expect(planned.stdout).toContain(`${table}: 1 item would be written; nothing was\n`);
    expect(planned.stdout).toContain('  chosen: 1 of 5 items of the file\n');
  });

  test('asks before it replaces items', async () => {
    const { table, file } = await backedUp();
    const args = ['restore', file, '--table', table, '--overwrite', '--where', 'granuleId?'];
    expect(await cumulusApi(args)).toMatchObject({ code: 2 });
  });

  test.each([
    [['a.json', '--table', 'a-b', '--keys', 'k', '--where', 'a=1'], '--keys and --where do not go together'],
    [['a.json', '--table', 'a-b', '--where', 'a'], '--where: "a" is not a filter'],
    [['a.json', '--table', 'a-b', '--where', 'a=1', '--changes'], '--where goes with FILE, not with --changes'],
    [['--directory', 'd', '--prefix', 'p', '--keys', 'k'], '--keys goes with FILE, not with --directory'],
    [['-', '--table', 'a-b', '--keys', '-'], 'Standard input can be either'],
  ])('refuses %j', async (given, problem) => {
    const { code, stderr } = await cumulusApi(['restore', ...given]);
    expect(code).toBe(2);
    expect(stderr).toContain(problem);
  });
});
