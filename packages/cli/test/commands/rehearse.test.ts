import { existsSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { tablesWithPrefix } from '@cumulus/test-kit/tables';
import { describe, expect, test } from '@jest/globals';
import { cumulusApi, cumulusApiJson } from '../cumulus-api.ts';
import { granules, Scratch } from '../scratch.ts';

const scratch = new Scratch();

/** A deployment of two tables with their backups. @returns its prefix */
async function backedUp(): Promise<string> {
  const prefix = scratch.prefix();
  const tables = [
    await scratch.table(prefix, 'GranulesTable', granules(30)),
    await scratch.table(prefix, 'ProvidersTable', [{ id: { S: 'P1' } }]),
  ];
  const named = tables.flatMap((table) => ['--table', table]);
  expect((await cumulusApi(['backup', ...named, '--directory', scratch.directory])).code).toBe(0);
  return prefix;
}

const NAMES = ['--tables', 'GranulesTable', 'ProvidersTable'];
const argsOf = (prefix: string, ...more: string[]): string[] => {
  return ['rehearse', '--prefix', prefix, '--from', 'backup', '--backups', scratch.directory, ...NAMES, ...more];
};

/** The reports that are stored beside the backups. */
const reports = async () => (await readdir(scratch.directory)).filter((name) => name.endsWith('.rehearsal.json'));

describe('cumulus-api rehearse --from backup', () => {
  test('proves each table, says how long it took, and stores a report beside the backups', async () => {
    const prefix = await backedUp();
    const { code, stdout, stderr } = await cumulusApi(argsOf(prefix));
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toContain(`${prefix}-GranulesTable: proved: 30 items restored in `);
    expect(stdout).toContain(`  from ${scratch.path(`${prefix}-GranulesTable.json`)}\n  30 the same\n`);
    expect(stdout).toMatch(new RegExp(`${prefix}: proved, 2 of 2 tables proved, in \\d+ s\n`));
    expect(stdout).toMatch(/ {2}to restore the whole deployment: about \d+ s\n {4}All tables were measured/);
    const [report = '', ...others] = await reports();
    expect(others).toEqual([]);
    expect(stdout).toContain(`  report: ${scratch.path(report)}\n`);
    expect(await tablesWithPrefix(prefix)).toEqual([`${prefix}-GranulesTable`, `${prefix}-ProvidersTable`]);
    // A rehearsal is no backup.
    expect((await cumulusApi(['verify', '--directory', scratch.directory, '--prefix', prefix])).code).toBe(0);
  });

  test('as JSON has a result for each table, the rest as the summary, and the same report in files', async () => {
    const prefix = await backedUp();
    const files = ['--report', scratch.path('report.json'), '--html', scratch.path('page.html')];
    const { code, json } = await cumulusApiJson(argsOf(prefix, ...files));
    expect(code).toBe(0);
    const proof = { compared: 30, same: 30, changed: 0, missing: 0, extra: 0, explained: 0 };
    expect(json.results[0]).toMatchObject({
      table: `${prefix}-GranulesTable`,
      scratchTable: expect.stringMatching(`^${prefix}-rehearsal-\\d{8}T\\d{6}Z-[0-9a-f]{20}-GranulesTable$`),
      items: 30,
      outcome: 'proved',
      proof,
      failure: null,
      warning: null,
    });
    const { file, leftovers, ...summary } = json.summary as { file: string; leftovers: unknown };
    expect(leftovers).toEqual([]);
    const report = JSON.parse(readFileSync(file, 'utf8'));
    expect(report).toMatchObject({ ...summary, tables: [{ proof }, { items: 1 }] });
    expect(JSON.parse(readFileSync(scratch.path('report.json'), 'utf8'))).toEqual(report);
    expect(readFileSync(scratch.path('page.html'), 'utf8')).toContain(`Rehearsal of ${prefix}: came back, proved`);
    for (const path of [file, scratch.path('report.json'), scratch.path('page.html')]) {
      expect(statSync(path).mode & 0o777).toBe(0o600);
    }
  });

  test('ends with 1 for a damaged backup, and names it; the others are proved, and the report is stored', async () => {
    const prefix = await backedUp();
    const damaged = scratch.path(`${prefix}-GranulesTable.json`);
    const notes = scratch.path(`${prefix}-GranulesTable.proofs.json`);
    await cumulusApi(['verify', damaged]);
    expect(existsSync(notes)).toBe(true);
    writeFileSync(damaged, readFileSync(damaged, 'utf8').replace('granule-7', 'granule-8'));
    const { code, stdout, stderr } = await cumulusApi(argsOf(prefix));
    expect(code).toBe(1);
    expect(stderr).toMatch(`cumulus-api: ${prefix}-GranulesTable failed: ${damaged}`);
    expect(stdout).toContain(`${prefix}-ProvidersTable: proved`);
    expect(stdout).toContain(`${prefix}: failed, 1 of 2 tables proved`);
    expect(existsSync(notes)).toBe(false);
    expect(await reports()).toHaveLength(1);
  });

  test('ends with 3 for what was restored but cannot be proved', async () => {
    const prefix = await backedUp();
    const file = scratch.path(`${prefix}-GranulesTable.json`);
    writeFileSync(`${file}.manifest.json`, JSON.stringify({}));
    const unreadable = await cumulusApi(argsOf(prefix));
    expect(unreadable).toMatchObject({ code: 1 });
    rmSync(`${file}.manifest.json`);
    const { code, stderr, json } = await cumulusApiJson(argsOf(prefix));
    expect(code).toBe(3);
    expect(stderr).toBe(
      `WARNING: ${file} has no manifest: the table is equal to the file, but nothing proves the file.\n`,
    );
    expect(json.summary).toMatchObject({ outcome: 'restored' });
  });

  test('fails where a file may be the newest backup, and nothing says when it was made', async () => {
    const prefix = await backedUp();
    const table = `${prefix}-GranulesTable`;
    const dated = ['backup', '--table', table, '--directory', scratch.directory, '--dated'];
    expect((await cumulusApi(dated)).code).toBe(0);
    const file = scratch.path(`${table}.json`);
    for (const manifest of ['broken', undefined]) {
      if (manifest === undefined) rmSync(`${file}.manifest.json`);
      else writeFileSync(`${file}.manifest.json`, manifest);
      const { code, stderr } = await cumulusApi(argsOf(prefix));
      expect(code).toBe(1);
      expect(stderr).toContain(`${table} failed: ${file} may be newer than ${scratch.path(`${table}.2`)}`);
    }
    // One that is dated before the newest is not.
    renameSync(file, scratch.path(`${table}.20011231T000000Z.json`));
    expect((await cumulusApi(argsOf(prefix))).code).toBe(0);
  });

  test('--dry-run says what would be created and what it costs at least, and creates nothing', async () => {
    const prefix = await backedUp();
    const { code, stdout } = await cumulusApi(argsOf(prefix, '--dry-run'));
    expect(code).toBe(0);
    expect(stdout).toMatch(
      new RegExp(
        `${prefix}-GranulesTable: would be restored to ${prefix}-rehearsal-[\\w-]+-GranulesTable, about 30 items`,
      ),
    );
    expect(stdout).toMatch(/2 tables and a journal would be created under /);
    expect(stdout).toMatch(/ {2}cost: at least \d+ write units/);
    const { json } = await cumulusApiJson(argsOf(prefix, '--dry-run'));
    expect(json).toMatchObject({ dryRun: true, summary: { prefix, from: 'backup', writeUnits: expect.any(Number) } });
    expect(await tablesWithPrefix(prefix)).toEqual([`${prefix}-GranulesTable`, `${prefix}-ProvidersTable`]);
    expect(await reports()).toEqual([]);
  });

  test('whose report cannot be written has rehearsed all the same, and fails', async () => {
    const prefix = await backedUp();
    const { code, stdout, stderr } = await cumulusApi(argsOf(prefix, '--html', '/proc/page.html'));
    expect(code).toBe(1);
    expect(stdout).toContain(`${prefix}: proved, 2 of 2 tables proved`);
    expect(stderr).toContain('/proc/page.html');
    expect(await reports()).toHaveLength(1);
  });

  test('refuses what does not go together, and a prefix of which there is nothing', async () => {
    const usage: readonly (readonly [string[], string])[] = [
      [['--from', 'backup'], 'rehearse --from backup takes --backups'],
      [['--from', 'export'], '--from takes backup, pitr, on-demand or archive, not "export"'],
      [['--from', 'archive'], 'rehearse --from archive takes --archive'],
      [['--from', 'backup', '--backups', '.', '--archive', '.'], '--archive goes with --from archive'],
      [['--from', 'backup', '--backups', '.', '--at', '1 hour ago'], '--at goes with --from pitr'],
      [['--from', 'backup', '--backups', '.', '--settle', '1'], '--settle goes with --from pitr and --from on-demand'],
      [['--from', 'pitr', '--max-write-units', '1'], '--max-write-units goes with --from backup'],
      [['--from', 'pitr', '--tables', 'Granules'], '--tables takes names of '],
      [['--from', 'pitr', '--sse', 'AES256'], '--sse goes with --backups s3://BUCKET/PREFIX'],
    ];
    for (const [args, message] of usage) {
      const ended = await cumulusApi(['rehearse', '--prefix', scratch.prefix(), ...args]);
      expect(ended).toMatchObject({ code: 2, stderr: expect.stringContaining(message) });
    }
    const nothing = await cumulusApi(argsOf(scratch.prefix()).slice(0, 7));
    expect(nothing).toMatchObject({ code: 1, stderr: expect.stringMatching(/GranulesTable.* missing in/) });
    expect(existsSync(scratch.path('page.html'))).toBe(false);
  });
});
