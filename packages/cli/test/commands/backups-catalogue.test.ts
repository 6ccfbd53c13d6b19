import { existsSync, readdirSync, readFileSync, renameSync, unlinkSync, writeFileSync } from 'node:fs';
import { putAll } from '@cumulus/test-kit/tables';
import { describe, expect, test } from '@jest/globals';
import { cumulusApi, cumulusApiJson } from '../cumulus-api.ts';
import { granule, granules, Scratch } from '../scratch.ts';

const scratch = new Scratch();

/** Makes backups of a table, as of noon of some days of November 2026. @returns the table */
async function backUpOn(days: readonly number[], items = 3): Promise<string> {
  const table = await scratch.table(scratch.prefix(), 'GranulesTable', granules(items));
  for (const day of days) {
    const two = String(day).padStart(2, '0');
    // Backups of the same bytes have the same proofs.
    await putAll(table, [granule(1, { day: { N: String(day) } })]);
    await cumulusApi(['backup', '--table', table, '--directory', scratch.directory]);
    const file = scratch.path(`${table}.202611${two}T120000Z.json`);
    renameSync(scratch.path(`${table}.json`), file);
    const manifest = JSON.parse(readFileSync(scratch.path(`${table}.json.manifest.json`), 'utf8'));
    const scan = {
      ...manifest.scan,
      startedAt: `2026-11-${two}T12:00:00.000Z`,
      endedAt: `2026-11-${two}T12:00:30.000Z`,
    };
    writeFileSync(`${file}.manifest.json`, JSON.stringify({ ...manifest, scan }));
    unlinkSync(scratch.path(`${table}.json.manifest.json`));
  }
  return table;
}

/** The days of the backups that are there. */
const days = (): string[] =>
  readdirSync(scratch.directory).flatMap((name) => /\.202611(\d\d)T120000Z\.json$/.exec(name)?.[1] ?? []);

describe('cumulus-api backups list', () => {
  test('lists the backups of each table, the newest first, with what has proved them', async () => {
    const table = await backUpOn([1, 2]);
    const file = scratch.path(`${table}.20261102T120000Z.json`);
    await cumulusApi(['verify', file, '--table', table]);
    writeFileSync(scratch.path('other-RulesTable.json'), '');
    const { code, stdout, stderr } = await cumulusApi([
      'backups',
      'list',
      '--directory',
      scratch.directory,
      '--table',
      table,
    ]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(
      new RegExp(
        `^${table}: 2 backups, \\d+ bytes, 1 proved\n` +
          `  2026-11-02T12:00:00Z, 3 items, \\d+ bytes, dated, compared with ${table} at \\S+Z\n    ${file}\n` +
          `  2026-11-01T12:00:00Z, 3 items, [^]*, not proved\n[^]*\n2 backups of 1 table, \\d+ bytes, 1 proved\n$`,
      ),
    );
    const all = await cumulusApiJson(['backups', 'list', '--directory', scratch.directory]);
    expect(all.results).toMatchObject([
      {
        table: 'other-RulesTable',
        proved: 0,
        backups: [{ kind: 'newest', startedAt: null, items: null, bytes: 0, manifest: 'absent', proofs: [] }],
      },
      { table, proved: 1, backups: [{ file, kind: 'dated', startedAt: '2026-11-02T12:00:00.000Z', items: 3 }, {}] },
    ]);
    expect(all.json).toMatchObject({ summary: { tables: 2, backups: 3, proved: 1 } });
  });

  test('a dated backup that is older than another is passed over without a warning', async () => {
    const table = await backUpOn([1]);
    await cumulusApi(['backup', '--table', table, '--directory', scratch.directory]);
    const prefix = table.replace('-GranulesTable', '');
    const verified = await cumulusApiJson(['verify', '--directory', scratch.directory, '--prefix', prefix]);
    expect(verified.results).toMatchObject([{ file: scratch.path(`${table}.json`), equal: true }]);
    expect(verified.stderr).not.toContain('is older');
  });

  test('notes that cannot be read are a warning, and count as no proof', async () => {
    const table = await backUpOn([1]);
    writeFileSync(scratch.path(`${table}.proofs.json`), '{');
    const { code, stdout, stderr } = await cumulusApi(['backups', 'list', '--directory', scratch.directory]);
    expect(code).toBe(0);
    expect(stdout).toContain(', not proved\n');
    expect(stderr).toMatch(/^WARNING: .*\.proofs\.json is not JSON/);
  });

  test('a folder that is not there is an error, and an empty one a warning', async () => {
    expect(await cumulusApi(['backups', 'list', '--directory', scratch.path('none')])).toMatchObject({ code: 1 });
    expect(await cumulusApi(['backups', 'list', '--directory', scratch.directory])).toMatchObject({
      code: 0,
      stderr: `WARNING: There is no such backup in ${scratch.directory}.\n`,
    });
  });
});

describe('cumulus-api backups show', () => {
  test('shows what the manifest says, and what has proved the file', async () => {
    const table = await backUpOn([1]);
    const file = scratch.path(`${table}.20261101T120000Z.json`);
    await cumulusApi(['verify', file]);
    const { code, stdout } = await cumulusApi(['backups', 'show', file]);
    expect(code).toBe(0);
    for (const part of [
      `${file}: 2026-11-01T12:00:00Z, 3 items`,
      `  of arn:aws:dynamodb:`,
      '  read from 2026-11-01T12:00:00Z to 2026-11-01T12:00:30Z\n',
      /\n {2}by \S+ \S+, in \d+ segments\n/,
      /\n {2}SHA-256 [0-9a-f]{64}, compression none\n/,
      '\n  key granuleId',
      /\n {2}verified at \S+Z, by /,
    ]) {
      expect(stdout).toMatch(part);
    }
    const { result } = await cumulusApiJson(['backups', 'show', file]);
    expect(result).toMatchObject({
      ...{ table, file, kind: 'dated', items: 3, resumed: 0, manifest: 'present', pointersToS3: 0 },
      source: { name: table, schema: { key: { hash: { name: 'granuleId' } } } },
      proofs: [{ how: 'file', table: null }],
    });
  });

  test('refuses what is no data file', async () => {
    const file = scratch.path('T.json.manifest.json');
    writeFileSync(file, '{}');
    expect(await cumulusApi(['backups', 'show', file])).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('is not named as a backup is'),
    });
  });
});

describe('cumulus-api backups forget', () => {
  const forget = (table: string, ...more: string[]): string[] => [
    ...['backups', 'forget', '--directory', scratch.directory, '--table', table],
    ...more,
  ];

  test('asks before it removes a manifest whose data file is not there, and names it', async () => {
    const table = await backUpOn([1, 2]);
    const [moved = ''] = readdirSync(scratch.directory).filter((name) => name.endsWith('Z.json'));
    unlinkSync(scratch.path(moved));
    const manifest = scratch.path(`${moved}.manifest.json`);
    const dryRun = await cumulusApi(forget(table, '--keep-last', '5', '--dry-run'));
    expect(dryRun.stdout).toContain(`would be removed, its backup is not there: ${manifest}`);
    const asked = await cumulusApi(forget(table, '--keep-last', '5'));
    expect(asked).toMatchObject({ code: 2, stderr: expect.stringContaining(`(${manifest}) for good?`) });
    expect(existsSync(manifest)).toBe(true);
    const done = await cumulusApiJson(forget(table, '--keep-last', '5', '--yes'));
    expect(done).toMatchObject({ code: 0, result: { forgotten: 0, kept: 1, leftovers: [manifest] } });
    expect(existsSync(manifest)).toBe(false);
  });

  test('shows what it would do, and why, and then does it', async () => {
    const table = await backUpOn([1, 2, 8, 9, 10]);
    const rules = ['--keep-last', '1', '--keep-weekly', '2', '--keep-within', '1d12h'];
    const dryRun = await cumulusApi(forget(table, ...rules, '--dry-run'));
    expect(dryRun.code).toBe(0);
    const what = (text: string): string[] =>
      [...text.matchAll(/^ {2}(\S.*?): 2026-11-(\d\d)T/gm)].map(([, fate, day]) => `${day} ${fate}`);
    expect(what(dryRun.stdout)).toEqual([
      '10 kept (within 1d12h, last, weekly)',
      '09 kept (within 1d12h)',
      '08 kept (weekly)',
      '02 would be forgotten',
      '01 would be forgotten',
    ]);
    expect(dryRun.stdout).toContain(`${table}: 2 would be forgotten, `);
    expect(days()).toEqual(['01', '02', '08', '09', '10']);
    const done = await cumulusApiJson(forget(table, ...rules, '--yes'));
    expect(done).toMatchObject({
      code: 0,
      stderr: '',
      result: { table, forgotten: 2, kept: 3, unknown: 0, failed: 0, toForget: 0, bytes: expect.any(Number) },
    });
    expect(days()).toEqual(['08', '09', '10']);
    expect(readdirSync(scratch.directory)).toHaveLength(6);
    expect(await cumulusApiJson(forget(table, ...rules, '--yes'))).toMatchObject({ result: { forgotten: 0, kept: 3 } });
  });

  test('does nothing without a terminal to answer at, nor without a rule or a table', async () => {
    const table = await backUpOn([1, 2]);
    for (const [args, said] of [
      [forget(table, '--keep-last', '1'), /Remove 1 backup of .* for good\? There is no terminal to answer at/],
      [forget(table, '--yes'), /takes at least one rule of what to keep/],
      [
        ['backups', 'forget', '--directory', scratch.directory, '--keep-last', '1', '--yes'],
        /takes --table or --prefix/,
      ],
      [forget(table, '--keep-last', '0', '--yes'), /takes a whole number from 1 on, or unlimited, not "0"/],
      [forget(table, '--keep-within', '2w', '--yes'), /takes years, months, days and hours such as 35d/],
      [forget(table, '--prefix', 'p', '--keep-last', '1', '--yes'), /--table and --prefix do not go together/],
    ] as const) {
      expect(await cumulusApi([...args])).toMatchObject({ code: 2, stderr: expect.stringMatching(said) });
    }
    expect(days()).toEqual(['01', '02']);
  });

  test('leaves a backup alone whose time is unknown, and names it', async () => {
    const table = await backUpOn([1, 2, 3]);
    unlinkSync(scratch.path(`${table}.20261101T120000Z.json.manifest.json`));
    const { stdout } = await cumulusApi(forget(table, '--keep-last', '1', '--yes'));
    expect(stdout).toContain(`${table}: 1 forgotten, `);
    expect(stdout).toContain('; 1 kept, 1 left alone, since their times are unknown\n');
    expect(stdout).toContain('  unknown (it has no manifest): unknown time');
    expect(days()).toEqual(['01', '03']);
  });

  test('takes the tables of a prefix, each by itself', async () => {
    const [one, other] = [await backUpOn([1, 2]), await backUpOn([1, 2])];
    const prefix = one.replace('-GranulesTable', '');
    const { results } = await cumulusApiJson([
      ...['backups', 'forget', '--directory', scratch.directory, '--prefix', prefix],
      ...['--keep-last', '1', '--yes'],
    ]);
    expect(results).toMatchObject([{ table: one, forgotten: 1 }]);
    expect(readdirSync(scratch.directory).filter((name) => name.startsWith(other))).toHaveLength(4);
  });
});
