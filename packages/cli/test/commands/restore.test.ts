import { createHash } from 'node:crypto';
import { copyFileSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { describeTable } from '@cumulus/dynamodb/tables';
import { client, countItems, putAll } from '@cumulus/test-kit/tables';
import { describe, expect, test } from '@jest/globals';
import { cumulusApi, cumulusApiJson, start } from '../cumulus-api.ts';
import { granule, granules, Scratch, untilInDirectory } from '../scratch.ts';

const scratch = new Scratch();

const linesOf = (items: readonly object[]): string => items.map((item) => `${JSON.stringify(item)}\n`).join('');

describe('cumulus-api restore', () => {
  test('restores a file into a table that it makes, and proves it with --verify', async () => {
    const table = `${scratch.prefix()}-GranulesTable`;
    const file = scratch.path('granules.json');
    writeFileSync(file, linesOf(granules(30)));
    const restore = ['restore', file, '--table', table];
    const { code, stderr, result } = await cumulusApiJson([...restore, '--create-table', '--verify']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(result).toMatchObject({
      ...{ command: 'restore', table, file, items: 30, bytes: expect.any(Number), seconds: expect.any(Number) },
      verified: { equal: true, same: 30 },
    });
    expect(await countItems(table)).toBe(30);
  });

  test('says in plain lines what it wrote', async () => {
    const table = `${scratch.prefix()}-GranulesTable`;
    const file = scratch.path('granules.json');
    writeFileSync(file, linesOf([...granules(3), granule(1)]));
    const { stdout } = await cumulusApi(['restore', file, '--table', table, '--create-table']);
    expect(stdout).toContain(`${table}: 3 items in `);
    expect(stdout).toContain(`from ${file}, which has no manifest`);
    expect(stdout).toContain('the table was made');
    expect(stdout).toContain('1 replaced by a later line of the same key');
  });

  test('says as what it read a file of another tool, and warns of a scan that ended before the table did', async () => {
    const [table, file] = [`${scratch.prefix()}-GranulesTable`, scratch.path('scan.json')];
    const scan = { Items: granules(3), Count: 3, ScannedCount: 3 };
    writeFileSync(file, JSON.stringify(scan, null, 4));
    const whole = await cumulusApi(['restore', file, '--table', table, '--create-table', '--verify']);
    expect(whole).toMatchObject({ code: 0, stderr: '' });
    expect(whole.stdout).toContain('  read as the output of a scan, items in DynamoDB JSON\n');
    expect((await cumulusApi(['verify', file])).stdout).toContain(`${file}: 3 items`);
    writeFileSync(file, JSON.stringify({ ...scan, LastEvaluatedKey: { granuleId: granule(2)['granuleId'] } }));
    const part = await cumulusApi(['restore', file, '--table', table, '--overwrite', '--yes']);
    expect(part.code).toBe(0);
    expect(part.stderr).toContain(`WARNING: ${file} does not hold all items of its table: it has a LastEvaluatedKey`);
    const verified = await cumulusApiJson(['verify', file]);
    expect(verified).toMatchObject({ code: 1, result: { layout: 'scan', items: 3, proved: false } });
    expect(verified.stderr).toContain('does not hold all items of its table');
  });

  test('applies the changes of an incremental export only where --changes says so', async () => {
    const table = await scratch.table(scratch.prefix(), 'GranulesTable', granules(2));
    const file = scratch.path('changes.json');
    const change = (number: number, more: object) => {
      const { granuleId } = granule(number);
      return { Metadata: { WriteTimestampMicros: { N: '1' } }, Keys: { granuleId }, ...more };
    };
    writeFileSync(file, linesOf([change(0, {}), change(5, { NewImage: granule(5) })]));
    const refused = await cumulusApi(['restore', file, '--table', table, '--overwrite', '--yes']);
    expect(refused.code).toBe(1);
    expect(refused.stderr).toMatch(/line 1: a change of an incremental export.*\n.*\n.*--changes applies them/);
    const asked = await cumulusApi(['restore', file, '--table', table, '--changes']);
    expect(asked).toMatchObject({ code: 2, stderr: expect.stringContaining(`Replace and delete items in ${table}`) });
    const applied = await cumulusApi(['restore', file, '--table', table, '--changes', '--yes', '--verify']);
    expect(applied).toMatchObject({ code: 0, stderr: '' });
    expect(applied.stdout).toContain('  changes of an incremental export, 1 of them deletions\n');
    expect(applied.stdout).toContain(`  equal to table ${table}: 2 items`);
    expect(await countItems(table)).toBe(2);
  });

  test('distinguishes with --resume what it wrote from what was taken for written, and how to compare that', async () => {
    const table = await scratch.table(scratch.prefix(), 'GranulesTable', granules(2));
    const file = scratch.path('granules.json');
    const content = linesOf(granules(5));
    writeFileSync(file, content);
    const { id } = await describeTable(client, table);
    const interrupted = (): void => {
      const sha256 = createHash('sha256').update(content).digest('hex');
      const state = { line: 3, written: 3, skipped: 0, sha256, tableId: id, created: false, existingItems: 'refuse' };
      writeFileSync(`${file}.restore-${table}.checkpoint.json`, JSON.stringify({ version: 1, ...state }));
    };
    const resume = ['restore', file, '--table', table, '--resume'];
    interrupted();
    const { code, stdout } = await cumulusApi(resume);
    expect(code).toBe(0);
    expect(stdout).toMatch(new RegExp(`^${table}: 2 items in \\d+\\.\\d s, continued\n`));
    expect(stdout).toContain('  3 items more had been written before the stop, 5 in all\n');
    expect(stdout).toContain(`cumulus-api verify ${file} --table ${table}`);
    interrupted();
    const other = await cumulusApi([...resume, '--overwrite', '--yes']);
    expect(other.code).toBe(1);
    expect(other.stderr).toContain('\n  It was started without --overwrite and --skip-existing.\n');
    const { result } = await cumulusApiJson([...resume, '--verify']);
    expect(result).toMatchObject({ items: 5, itemsThisRun: 2, itemsBefore: 3, verified: { equal: false, missing: 1 } });
  });

  test('takes - as standard input', async () => {
    const table = await scratch.table(scratch.prefix(), 'GranulesTable');
    const { code, result } = await cumulusApiJson(['restore', '-', '--table', table], {
      input: linesOf(granules(5)),
    });
    expect(code).toBe(0);
    expect(result).toMatchObject({ table, file: 'standard input', items: 5 });
    expect(await countItems(table)).toBe(5);
  });

  test('writes nothing if it is interrupted while it waits for standard input', async () => {
    const table = await scratch.table(scratch.prefix(), 'GranulesTable');
    const { process, ended } = start(['restore', '-', '--table', table], {
      environment: { TMPDIR: scratch.directory },
      input: linesOf(granules(5)),
      inputStaysOpen: true,
    });
    await untilInDirectory(scratch.directory, '.cumulus-');
    process.kill('SIGINT');
    expect(await ended).toMatchObject({ code: 130, stderr: 'cumulus-api: restore was interrupted.\n' });
    expect(await countItems(table)).toBe(0);
  });

  test('leaves a table that holds items alone without --overwrite or --skip-existing', async () => {
    const table = await scratch.table(scratch.prefix(), 'GranulesTable', [granule(1, { status: { S: 'failed' } })]);
    const file = scratch.path('granules.json');
    writeFileSync(file, linesOf(granules(3)));
    const restore = ['restore', file, '--table', table];
    const refused = await cumulusApiJson(restore);
    expect(refused).toMatchObject({ code: 1, result: { table, file, error: { name: 'TargetNotEmptyError' } } });
    expect(refused.stderr).toContain('--skip-existing');
    expect(await cumulusApiJson([...restore, '--skip-existing'])).toMatchObject({
      code: 0,
      result: { items: 2, skipped: 1 },
    });
    expect(await cumulusApiJson([...restore, '--verify', '--overwrite', '--yes'])).toMatchObject({
      code: 0,
      result: { items: 3 },
    });
  });

  test('puts lines that DynamoDB does not take into a file, goes on, and fails', async () => {
    const table = await scratch.table(scratch.prefix(), 'GranulesTable');
    const file = scratch.path('granules.json');
    const bad = '{"granuleId":{"S":"bad"},"v":{"NS":["1","1.0"]}}';
    writeFileSync(file, `${linesOf(granules(2))}${bad}\n`);
    const setAside = scratch.path('aside.json');
    const restore = ['restore', file, '--table', table, '--set-aside', setAside];
    const dryRun = await cumulusApi([...restore, '--dry-run']);
    expect(dryRun).toMatchObject({ code: 1, stdout: expect.stringContaining('1 line would be set aside into') });
    const { code, stderr, result } = await cumulusApiJson(restore);
    expect({ code, result }).toMatchObject({ code: 1, result: { items: 2, setAside: { file: setAside, lines: 1 } } });
    expect(stderr).toContain(`${file}, line 3: v: a set has two members of the same value`);
    expect(stderr).toContain(`${table} lacks 1 line, which DynamoDB does not take`);
    expect(readFileSync(setAside, 'utf8')).toBe(`${bad}\n`);
    const whole = await cumulusApi(['restore', '--directory', '.', '--prefix', 'p', '--set-aside', setAside]);
    expect(whole).toMatchObject({ code: 2, stderr: expect.stringContaining('--set-aside goes with FILE') });
  });

  test('fails with --verify if the table does not equal the file afterwards', async () => {
    const table = await scratch.table(scratch.prefix(), 'GranulesTable', [granule(99)]);
    const file = scratch.path('granules.json');
    writeFileSync(file, linesOf(granules(3)));
    const { code, stdout, stderr } = await cumulusApi([
      'restore',
      file,
      '--table',
      table,
      '--overwrite',
      '--yes',
      '--verify',
    ]);
    expect(code).toBe(1);
    expect(stdout).toContain('extra: granuleId "granule-99"');
    expect(stderr).toContain('0 changed, 0 missing, 1 extra');
  });
});

describe('cumulus-api restore --directory', () => {
  test('restores each backup to the table of the same name, goes on after a failure, and continues with --resume', async () => {
    const prefix = scratch.prefix();
    for (const name of ['GranulesTable', 'RulesTable', 'UsersTable']) {
      const item = { granuleId: { S: 'g' }, collectionId: { S: 'c' }, name: { S: 'r' }, userName: { S: 'u' } };
      writeFileSync(scratch.path(`old-${name}.json`), linesOf([item]));
    }
    writeFileSync(scratch.path('old-RulesTable.json'), 'broken\n');
    const restore = ['restore', '--directory', scratch.directory, '--prefix', prefix, '--create-table'];
    const first = await cumulusApiJson(restore);
    expect(first).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('line 1'),
      results: [
        { table: `${prefix}-GranulesTable`, items: 1 },
        {
          table: `${prefix}-RulesTable`,
          file: scratch.path('old-RulesTable.json'),
          error: { name: 'InvalidLineError' },
        },
        { table: `${prefix}-UsersTable`, items: 1 },
        { table: `${prefix}-RecordCountsTable`, created: true, recounted: ['granule'] },
      ],
    });
    expect(await cumulusApiJson(['counts', 'show', '--prefix', prefix, '--type', 'granule'])).toMatchObject({
      code: 0,
      result: { total: 1 },
    });

    writeFileSync(scratch.path('old-RulesTable.json'), linesOf([{ name: { S: 'r' } }]));
    expect(await cumulusApiJson([...restore, '--resume'])).toMatchObject({
      code: 0,
      results: [
        { table: `${prefix}-GranulesTable`, restoredBefore: true, items: 0 },
        { table: `${prefix}-RulesTable`, items: 1 },
        { table: `${prefix}-UsersTable`, restoredBefore: true },
        { table: `${prefix}-RecordCountsTable`, created: false },
      ],
    });
    await putAll(`${prefix}-UsersTable`, [{ userName: { S: 'someone else' } }]);
    expect(await cumulusApiJson([...restore, '--resume'])).toMatchObject({
      code: 1,
      results: [{}, {}, { table: `${prefix}-UsersTable`, error: { name: 'TargetNotEmptyError' } }, {}],
    });
  });

  test('writes nothing where two backups are for one table and no manifests say which is newer; --from-prefix chooses', async () => {
    const prefix = scratch.prefix();
    const content = linesOf([{ name: { S: 'r' } }]);
    writeFileSync(scratch.path('a-RulesTable.json'), content);
    const zipped = scratch.path('a-RulesTable.json.gz');
    writeFileSync(zipped, gzipSync(content));
    const restore = ['restore', '--directory', scratch.directory, '--prefix', prefix];
    const twice = await cumulusApi(restore);
    expect(twice.code).toBe(1);
    expect(twice.stderr).toContain(scratch.path('a-RulesTable.json '));
    expect(twice.stderr).toContain(zipped);
    expect(twice.stderr).toContain('No manifests say which is newer');
    copyFileSync(zipped, scratch.path('b-RulesTable.json.gz'));
    await scratch.table(prefix, 'RulesTable');
    expect(await cumulusApiJson([...restore, '--from-prefix', 'b'])).toMatchObject({
      code: 0,
      results: [{ file: scratch.path('b-RulesTable.json.gz'), items: 1 }],
    });
  });

  test('takes the newer of two backups of a table by their manifests, whichever that is, and says so', async () => {
    const [from, prefix] = [scratch.prefix(), scratch.prefix()];
    const table = await scratch.table(from, 'RulesTable', [{ name: { S: 'old' } }]);
    const target = await scratch.table(prefix, 'RulesTable');
    const backup = ['backup', '--table', table, '--directory', scratch.directory];
    const file = scratch.path(`${table}.json`);
    await cumulusApi(backup);
    await putAll(table, [{ name: { S: 'new' } }]);
    await cumulusApi([...backup, '--gzip']);
    const verify = ['verify', '--directory', scratch.directory, '--prefix', from];
    const verified = await cumulusApiJson(verify);
    expect(verified).toMatchObject({ code: 0, results: [{ file: `${file}.gz`, items: 2, equal: true }] });
    expect(verified.stderr).toMatch(/RulesTable\.json\.gz, of \S+Z, is taken for \S+; \S+RulesTable\.json is older/);
    await cumulusApi([...backup, '--keep', '0']);
    const restored = await cumulusApiJson(['restore', '--directory', scratch.directory, '--prefix', prefix]);
    expect(restored).toMatchObject({ code: 0, results: [{ table: target, file, items: 2 }] });
    // A file that was replaced without its manifest has no time that could be trusted.
    writeFileSync(file, linesOf([{ name: { S: 'other' } }]));
    expect(await cumulusApi(verify)).toMatchObject({ code: 1, stderr: expect.stringContaining('No manifests say') });
  });

  test('takes the newest dated backup, without a word of older ones, and passes over proofs and reports', async () => {
    const [from, prefix] = [scratch.prefix(), scratch.prefix()];
    const table = await scratch.table(from, 'RulesTable', [{ name: { S: 'a' } }]);
    const target = await scratch.table(prefix, 'RulesTable');
    const backup = ['backup', '--table', table, '--directory', scratch.directory];
    await cumulusApi(backup);
    await cumulusApi([...backup, '--dated', '--verify']);
    await putAll(table, [{ name: { S: 'b' } }]);
    const { result } = await cumulusApiJson([...backup, '--dated']);
    const { file } = result as { file: string };
    writeFileSync(scratch.path(`${from}.20261129T203200Z.rehearsal.json`), '{}');
    const restored = await cumulusApiJson(['restore', '--directory', scratch.directory, '--prefix', prefix]);
    expect(restored).toMatchObject({ code: 0, results: [{ table: target, file, items: 2 }] });
    const warnings = restored.stderr.split('\n').filter((line) => !line.includes('has no backup for'));
    expect(warnings.join('')).toBe('');
  });

  test('refuses a later dated file without a manifest, such as one that is being copied', async () => {
    const [from, prefix] = [scratch.prefix(), scratch.prefix()];
    const table = await scratch.table(from, 'RulesTable', [{ name: { S: 'a' } }, { name: { S: 'b' } }]);
    const target = await scratch.table(prefix, 'RulesTable');
    const { result } = await cumulusApiJson(['backup', '--table', table, '--directory', scratch.directory, '--dated']);
    const { file } = result as { file: string };
    const half = scratch.path(`${table}.20991231T000000Z.json`);
    writeFileSync(half, linesOf([{ name: { S: 'a' } }]));
    const restore = ['restore', '--directory', scratch.directory, '--prefix', prefix];
    expect(await cumulusApi(restore)).toMatchObject({ code: 1, stderr: expect.stringContaining('No manifests say') });
    // An earlier one is in nobody's way.
    renameSync(half, scratch.path(`${table}.20011231T000000Z.json`));
    expect(await cumulusApiJson(restore)).toMatchObject({ code: 0, results: [{ table: target, file, items: 2 }] });
  });

  test('passes over what is no backup, by name in one line', async () => {
    const prefix = scratch.prefix();
    const table = await scratch.table(prefix, 'RulesTable');
    const file = scratch.path('a-RulesTable.json');
    writeFileSync(file, linesOf([{ name: { S: 'r' } }]));
    const strangers = [
      ...['._a-RulesTable.json', '.DS_Store', 'Thumbs.db', 'a-RulesTable (1).json', 'a-RulesTable.json.swp'],
      ...['a-RulesTable.json~', 'something.json', 'tables.json', '._a-PdrsTable.json', 'a-RecordCountsTable.json'],
    ];
    for (const name of strangers) writeFileSync(scratch.path(name), '{}');
    for (const name of ['.lock.1', '.partial.checkpoint.json', '.restore-x.checkpoint.json'])
      writeFileSync(`${file}${name}`, '{}');
    const restored = await cumulusApiJson(['restore', '--directory', scratch.directory, '--prefix', prefix]);
    expect(restored).toMatchObject({ code: 0, results: [{ table, items: 1 }] });
    const [line = '', ...others] = restored.stderr.split('\n').filter((each) => each.includes('Passed over'));
    expect(others).toEqual([]);
    expect(line).toBe(
      `WARNING: Passed over in ${scratch.directory}, as no backups of tables: ${[...strangers].sort().join(', ')}.`,
    );
  });

  test.each([
    ['of a table that has no other', 'a-PdrsTable (1).json', [], 'may be the backup'],
    [
      'of another table, with a manifest',
      'something.json',
      ['something.json.manifest.json'],
      'Not named after a table',
    ],
  ])('writes nothing where a file may be the backup %s, and names it', async (_, name, beside, words) => {
    const prefix = scratch.prefix();
    await scratch.table(prefix, 'RulesTable');
    writeFileSync(scratch.path('a-RulesTable.json'), linesOf([{ name: { S: 'r' } }]));
    for (const each of [name, ...beside]) writeFileSync(scratch.path(each), '');
    const { code, stderr, json } = await cumulusApiJson([
      'restore',
      '--directory',
      scratch.directory,
      '--prefix',
      prefix,
    ]);
    expect(code).toBe(1);
    expect(stderr).toContain(name);
    expect(stderr).toContain(words);
    expect(json).toMatchObject({ command: 'restore', results: [], error: { name: 'UnmatchedBackupsError' } });
    expect(await countItems(`${prefix}-RulesTable`)).toBe(0);
  });

  test.each([['there-is-none'], ['.']])('fails where there are no backups: %s', async (directory) => {
    const { code, stderr } = await cumulusApi(['restore', '--directory', scratch.path(directory), '--prefix', 'p']);
    expect(code).toBe(1);
    expect(stderr).toContain(scratch.path(directory));
  });
});
