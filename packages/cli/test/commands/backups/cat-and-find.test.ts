import { readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { cumulusApi, cumulusApiJson, start } from '../../cumulus-api.ts';
import { granule, granules, Scratch } from '../../scratch.ts';

const scratch = new Scratch();

function write(name: string, items: readonly object[]): string {
  const path = scratch.path(name);
  writeFileSync(path, items.map((item) => `${JSON.stringify(item)}\n`).join(''));
  return path;
}

describe('cumulus-api backups cat', () => {
  test('writes items as lines of plain JSON with all digits, or typed', async () => {
    const item = granule(1, {
      size: { N: '12345678901234567890.10' },
      odd: { N: '+.5' },
      tags: { SS: ['a'] },
      none: { NULL: true },
    });
    const file = write('prod-GranulesTable.json', [item]);
    const plain = await cumulusApi(['backups', 'cat', file]);
    expect(plain.stdout).toBe(
      '{"granuleId":"granule-1","collectionId":"MOD09GQ___006","size":12345678901234567890.10,"odd":5e-1,"tags":["a"],"none":null}\n',
    );
    expect(plain.stderr).toBe(`${file}: 1 of 1 item\n  readable to its end; there is no manifest to prove it by\n`);
    expect((await cumulusApi(['backups', 'cat', file, '--typed'])).stdout).toBe(readFileSync(file, 'utf8'));
    expect(await cumulusApi(['backups', 'cat', file, '--quiet'])).toMatchObject({
      code: 0,
      stdout: plain.stdout,
      stderr: '',
    });
  });

  test('writes the items with these keys, and fails where a key is not there', async () => {
    const file = write('prod-GranulesTable.json', granules(5));
    const found = await cumulusApi([
      'backups',
      'cat',
      file,
      '--key',
      'granuleId=granule-3',
      '{"granuleId":"granule-1"}',
    ]);
    expect(found).toMatchObject({ code: 0 });
    expect(found.stdout.split('\n').map((line) => line.slice(0, 24))).toEqual([
      '{"granuleId":"granule-1"',
      '{"granuleId":"granule-3"',
      '',
    ]);
    const missing = await cumulusApi(['backups', 'cat', file, '--key', 'granuleId=granule-9']);
    expect(missing).toMatchObject({ code: 1, stdout: '' });
    expect(missing.stderr).toContain(`cumulus-api: ${file} lacks 1 key:\n  granuleId "granule-9"\n`);
    const wrong = await cumulusApi(['backups', 'cat', file, '--key', 'G1']);
    expect(wrong).toMatchObject({ code: 1, stdout: '' });
    expect(wrong.stderr).toContain('"G1" is not a key: it does not begin with granuleId=');
  });

  test('with --json has the items as results, and what the search has shown as summary', async () => {
    const file = write('prod-GranulesTable.json', granules(2));
    const { code, json } = await cumulusApiJson(['backups', 'cat', file, '--key', 'granuleId=granule-1']);
    expect(code).toBe(0);
    expect(json.results).toEqual([{ granuleId: 'granule-1', collectionId: 'MOD09GQ___006' }]);
    expect(json.summary).toEqual({
      file,
      found: 1,
      items: 2,
      complete: true,
      proved: false,
      superseded: 0,
      keysNotFound: [],
    });
  });

  test('ends without an error where its reader goes away', async () => {
    const file = write('prod-GranulesTable.json', granules(20_000));
    const runBy = ['bash', '-c', 'set -o pipefail; "$@" | head -1; echo $?', 'bash'];
    const { stdout, stderr } = await start(['backups', 'cat', file, '--typed'], { runBy }).ended;
    expect(stdout).toBe(`${JSON.stringify(granule(0))}\n0\n`);
    expect(stderr).toBe('');
  });
});

describe('cumulus-api backups find', () => {
  test('writes the items that meet all filters, and how many at the end', async () => {
    const file = write('prod-GranulesTable.json', [
      granule(1, { status: { S: 'failed' }, duration: { N: '12.5' } }),
      granule(2, { status: { S: 'failed' }, duration: { N: '9' } }),
      granule(3, { status: { S: 'completed' }, duration: { N: '100' } }),
    ]);
    const where = ['--where', 'status=failed', '--where', 'duration>=12.50'];
    const { code, stdout, stderr } = await cumulusApi(['backups', 'find', file, ...where]);
    expect(code).toBe(0);
    expect(stdout).toBe('{"granuleId":"granule-1","collectionId":"MOD09GQ___006","status":"failed","duration":12.5}\n');
    expect(stderr).toContain(`${file}: 1 of 3 items\n`);
    expect((await cumulusApi(['backups', 'find', file, '--where', 'status=none'])).code).toBe(0);
  });

  test('ends at --limit, and says that the file is not proved', async () => {
    const file = write('prod-GranulesTable.json', granules(5));
    const { code, stdout, stderr } = await cumulusApi([
      'backups',
      'find',
      file,
      '--where',
      'granuleId?',
      '--limit',
      '2',
    ]);
    expect(code).toBe(0);
    expect(stdout.split('\n')).toHaveLength(3);
    expect(stderr).toBe(`${file}: the first 2 items; the file was not read to its end, nor proved\n`);
  });

  test('fails at the end of a damaged file, and claims no number', async () => {
    const table = await scratch.table(scratch.prefix(), 'GranulesTable', granules(3));
    await cumulusApi(['backup', '--table', table, '--directory', scratch.directory]);
    const file = scratch.path(`${table}.json`);
    writeFileSync(file, readFileSync(file, 'utf8').replace('granule-1', 'granule-7'));
    const { code, stderr } = await cumulusApi(['backups', 'find', file, '--where', 'collectionId=MOD09GQ___006']);
    expect(code).toBe(1);
    expect(stderr).toContain(`${file} is damaged: its SHA-256 is`);
    expect(stderr).not.toContain('of 3 items');
  });

  test.each([
    [[], 'where'],
    [['--where', 'status'], '--where: "status" is not a filter: no operator follows the field status.'],
  ])('refuses %j', async (given, problem) => {
    const { code, stderr } = await cumulusApi(['backups', 'find', 'a.json', ...given]);
    expect(code).toBe(2);
    expect(stderr).toContain(problem);
  });
});
