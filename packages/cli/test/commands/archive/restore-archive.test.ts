import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { followTable, listArchive } from '@cumulus/dynamodb/archive';
import { createClient, createStreamsClient } from '@cumulus/dynamodb/aws';
import { onDynamoDBLocal, ownFolder } from '@cumulus/test-kit';
import { itemsOf, ownTables, tablesWithPrefix } from '@cumulus/test-kit/tables';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { cumulusApi, cumulusApiJson } from '../../cumulus-api.ts';
import { makeSmallArchive, type SmallArchive } from './small-archive.ts';

/** Made for this test. */
const RECIPIENT = 'age1zj207wgmdlhuefqhlh4440h07frqg4a2yl2hsk4s7ky48gnr64jqlk970r';
const SECRET = 'AGE-SECRET-KEY-1PNN0FG94R4HMJ368SQWTTTU6R9USDWSDVS29PGSK6DP4HRPTH4YS96RPLH';

const timeOf = (second: number): string => new Date(second * 1000).toISOString().replace('.000', '');

onDynamoDBLocal('archive restore', () => {
  const folder = ownFolder();
  const tables = ownTables();
  const { prefix } = tables;
  const [granules, rules] = [tables.name('GranulesTable'), tables.name('RulesTable')];
  const archive = join(folder, 'archive');
  const from = ['archive', 'restore', '--from', archive];
  let ofGranules: SmallArchive;
  let ofRules: SmallArchive;
  let number = 0;

  const newName = (): string => {
    number += 1;
    return tables.name(`new-${number}`);
  };
  const newFolder = (): string => {
    number += 1;
    return join(folder, `folder-${number}`);
  };
  const keysOf = async (table: string): Promise<readonly unknown[]> =>
    (await itemsOf(table)).map(({ granuleId }) => granuleId?.S).sort();

  beforeAll(async () => {
    ofGranules = await makeSmallArchive(granules, archive);
    const apart = newFolder();
    ofRules = await makeSmallArchive(rules, apart);
    cpSync(apart, archive, { recursive: true });
    // So that the first table has the seconds of the second one too.
    const { endpoint } = ofGranules.front;
    const [client, streams] = [createClient({ endpoint }), createStreamsClient({ endpoint })];
    await followTable({ client, streams, table: granules, archive, settle: 1_000, once: true, pollInterval: 20 });
    for (const each of [client, streams]) each.destroy();
  }, 60_000);
  afterAll(async () => {
    await ofGranules.close();
    await ofRules.close();
  });

  describe('of one table', () => {
    test('creates it as it was at that second, and proves it', async () => {
      const to = newName();
      const at = timeOf(ofGranules.first);
      const { code, result } = await cumulusApiJson([
        ...[...from, '--table', granules, '--to', to, '--create-table', '--at', at],
      ]);
      expect(code).toBe(0);
      expect(result).toMatchObject({
        ...{ table: to, source: granules, at: `${at.slice(0, -1)}.000Z`, file: null, changes: 0 },
        ...{ items: 3, itemsThisRun: 3, itemsBefore: 0, created: true, resumed: false, restoredBefore: null },
        verified: { equal: true, same: 3 },
      });
      expect(await keysOf(to)).toEqual(['granule-1', 'granule-2', 'granule-3']);
    });

    test('takes the latest second, and says so', async () => {
      const to = newName();
      const { code, stdout, stderr } = await cumulusApi([
        ...[...from, '--table', granules, '--to', to, '--create-table', '--latest'],
      ]);
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
      const [summary] = await listArchive(archive, { tables: (name) => name === granules });
      const last = timeOf(Number(summary?.restorable.at(-1)?.to) / 1000);
      expect(stdout).toMatch(
        new RegExp(
          `^${to}: 3 items as of ${last} in \\d+\\.\\d s\n  ${granules}: base ${archive}/\\S+ and 6 changes after it\n` +
            `  the table was made\n(.*\n)*  equal to table ${to}: 3 items\n`,
        ),
      );
      expect(await keysOf(to)).toEqual(['granule-1', 'granule-3', 'granule-4']);
    });

    test('writes nothing into a table with items, such as the live one, unless that is confirmed', async () => {
      const restore = [...from, '--table', granules, '--to', granules, '--at', timeOf(ofGranules.first)];
      const refused = await cumulusApi(restore);
      expect(refused.code).toBe(1);
      expect(refused.stderr).toContain(`Table ${granules} holds items already.`);
      expect(refused.stderr).toContain('--overwrite replaces items of the same key');
      const unconfirmed = await cumulusApi([...restore, '--overwrite']);
      expect(unconfirmed.code).toBe(2);
      expect(unconfirmed.stderr).toContain('--yes');
      expect(await keysOf(granules)).toEqual(['granule-1', 'granule-3', 'granule-4']);
      const to = await tables.create([{ granuleId: { S: 'granule-1' }, old: { BOOL: true } }]);
      const target = [...from, '--table', granules, '--to', to, '--at', timeOf(ofGranules.first)];
      const { code, result } = await cumulusApiJson([...target, '--overwrite', '--yes']);
      expect(code).toBe(0);
      expect(result).toMatchObject({ items: 3, created: false, verified: { equal: true } });
    });

    test('with --dry-run says what would be written, and creates nothing', async () => {
      const to = newName();
      const { code, result, stdout } = await cumulusApiJson([
        ...[...from, '--table', granules, '--to', to, '--create-table', '--at', timeOf(ofGranules.first), '--dry-run'],
      ]);
      expect({ code, created: (result as { created: boolean }).created }).toEqual({ code: 0, created: true });
      expect(stdout).not.toContain('verified":{');
      expect(await tablesWithPrefix(to)).toEqual([]);
    });

    test('names the nearest second, and the command that lists them, where one is not archived', async () => {
      const to = newName();
      const { code, stderr } = await cumulusApi([...from, '--table', granules, '--to', to, '--at', '2001-01-01']);
      expect(code).toBe(1);
      expect(stderr).toContain(`The archive does not have the state of ${granules} at 2001-01-01T00:00:00.000Z.`);
      expect(stderr).toContain('The latest that the table has is ');
      expect(stderr).toContain(`cumulus-api archive list --archive ${archive}`);
      const unknown = await cumulusApi([...from, '--table', `${granules}s`, '--to', to, '--latest']);
      expect(unknown.code).toBe(1);
      expect(unknown.stderr).toContain(`has no archive of table ${granules}s`);
    });

    test('goes on with --resume from its work directory, also after its end, and refuses one of another second', async () => {
      const [to, work] = [newName(), newFolder()];
      const at = (second: number): string[] => ['--at', timeOf(second)];
      const restore = [...from, '--table', granules, '--to', to, '--create-table', '--work-directory', work];
      const first = await cumulusApiJson([...restore, ...at(ofGranules.last), '--resume']);
      expect(first.result).toMatchObject({ items: 3, resumed: false, file: join(work, `${granules}.json`) });
      const again = await cumulusApiJson([...restore, ...at(ofGranules.last), '--resume']);
      expect(again.result).toMatchObject({ restoredBefore: true, itemsThisRun: 0, verified: { equal: true } });
      const other = await cumulusApi([...restore, ...at(ofGranules.first), '--resume']);
      expect(other.code).toBe(1);
      expect(other.stderr).toContain(`is the state at ${timeOf(ofGranules.last).slice(0, -1)}.000Z, not at `);
      expect(await keysOf(to)).toEqual(['granule-1', 'granule-3', 'granule-4']);
      const backup = newFolder();
      cpSync(work, backup, { recursive: true });
      const manifest = join(backup, `${granules}.json.manifest.json`);
      const { fromArchive, ...said } = JSON.parse(readFileSync(manifest, 'utf8'));
      writeFileSync(manifest, JSON.stringify(said));
      const over = await cumulusApi([
        ...[...from, '--table', granules, '--to', newName(), '--create-table', ...at(ofGranules.last)],
        ...['--work-directory', backup],
      ]);
      expect(over.stderr).toContain(`${join(backup, `${granules}.json`)} is not a state of an archive.`);
      expect(readFileSync(manifest, 'utf8')).toBe(JSON.stringify(said));
    });

    test.each([
      ['an altered segment', '.changes.gz', (path: string) => writeFileSync(path, 'no segment')],
      ['a missing segment', '000000002.changes.gz', rmSync],
      ['a missing base', 'Z.json.gz', rmSync],
      ['an altered base', 'Z.json.gz', (path: string) => writeFileSync(path, readFileSync(path).reverse())],
    ] as const)('with %s creates no table', async (_, end, damage) => {
      const copy = newFolder();
      cpSync(archive, copy, { recursive: true });
      const damaged = readdirSync(copy).filter((name) => name.startsWith(`${granules}.`) && name.endsWith(end));
      expect(damaged.length).toBeGreaterThan(0);
      for (const name of damaged) damage(join(copy, name));
      const to = newName();
      const { code, stderr } = await cumulusApi([
        ...['archive', 'restore', '--from', copy, '--table', granules, '--to', to, '--create-table'],
        ...['--at', timeOf(ofGranules.last)],
      ]);
      expect(code).toBe(1);
      expect(stderr).not.toContain('    at ');
      expect(await tablesWithPrefix(to)).toEqual([]);
    });
  });

  describe('of a deployment', () => {
    const newPrefix = `${prefix}-back`;
    const restore = [...from, '--prefix', prefix, '--to-prefix', newPrefix, '--create-table'];

    test('writes nothing if one table lacks the second, and names the latest that all have', async () => {
      const { code, stderr } = await cumulusApi([...restore, '--at', timeOf(ofGranules.first)]);
      expect(code).toBe(1);
      expect(stderr).toContain(`The archive does not have the state of ${rules} at `);
      const summaries = await listArchive(archive);
      const last = Math.min(...summaries.map(({ restorable }) => Number(restorable.at(-1)?.to)));
      expect(stderr).toContain(`The latest that all 2 tables have is ${new Date(last).toISOString()}.`);
      expect(await tablesWithPrefix(newPrefix)).toEqual([]);
    });

    test('creates no table if a segment of the last one is damaged, and leaves no file', async () => {
      const copy = newFolder();
      cpSync(archive, copy, { recursive: true });
      const segments = readdirSync(copy).filter((name) => name.startsWith(`${rules}.`) && name.endsWith('.changes.gz'));
      expect(segments.length).toBeGreaterThan(0);
      for (const name of segments) writeFileSync(join(copy, name), 'no segment');
      const temporary = newFolder();
      mkdirSync(temporary);
      const { code, stdout, stderr } = await cumulusApi(
        [...restore.map((each) => (each === archive ? copy : each)), '--at', timeOf(ofRules.first)],
        { environment: { TMPDIR: temporary } },
      );
      expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
      expect(stderr).toContain(rules);
      expect(await tablesWithPrefix(newPrefix)).toEqual([]);
      expect(readdirSync(temporary)).toEqual([]);
    });

    test('restores all tables at one second, names those that are not archived, and counts the records', async () => {
      const { code, results, stderr } = await cumulusApiJson([...restore, '--at', timeOf(ofRules.first)]);
      expect({ code, stderr }).toEqual({ code: 0, stderr: expect.stringContaining(`${prefix}-AccessTokensTable, `) });
      expect(results).toMatchObject([
        { table: `${newPrefix}-GranulesTable`, source: granules, items: 3, verified: { equal: true } },
        { table: `${newPrefix}-RulesTable`, source: rules, items: 3, verified: { equal: true } },
        { table: `${newPrefix}-RecordCountsTable`, created: true, recounted: ['granule'] },
      ]);
      expect(await keysOf(`${newPrefix}-GranulesTable`)).toEqual(['granule-1', 'granule-3', 'granule-4']);
      expect(await keysOf(`${newPrefix}-RulesTable`)).toEqual(['granule-1', 'granule-2', 'granule-3']);
    });
  });

  test('is rehearsed by rehearse --from archive, which says the archive and the second', async () => {
    const rehearse = ['rehearse', '--prefix', prefix, '--from', 'archive', '--archive', archive];
    const at = timeOf(ofRules.first);
    const { code, results } = await cumulusApiJson([...rehearse, '--tables', 'RulesTable', '--at', at]);
    expect(code).toBe(0);
    expect(results).toMatchObject([
      { table: rules, source: `${archive} at ${at}`, items: 3, outcome: 'proved', proof: { compared: 3, same: 3 } },
    ]);
    expect((await tablesWithPrefix(prefix)).filter((name) => name.includes('rehearsal'))).toEqual([]);
    const early = await cumulusApiJson([...rehearse, '--tables', 'GranulesTable', 'RulesTable', '--at', '2001-01-01']);
    expect(early.code).toBe(1);
    expect(early.results).toMatchObject([{ outcome: 'failed' }, { outcome: 'failed', items: null }]);
    expect((await cumulusApi([...rehearse.slice(0, 5)])).stderr).toContain('takes --archive');
  });

  test('is rehearsed with --identity where it is encrypted, and without one nothing is created', async () => {
    const encrypted = newFolder();
    const { endpoint } = ofRules.front;
    const [client, streams] = [createClient({ endpoint }), createStreamsClient({ endpoint })];
    const options = { client, streams, table: rules, archive: encrypted, settle: 1_000, once: true, pollInterval: 20 };
    const isRestorable = async (): Promise<boolean> => (await listArchive(encrypted))[0]?.restorable.length === 1;
    do await followTable({ ...options, recipients: [RECIPIENT] });
    while (!(await isRestorable()));
    for (const each of [client, streams]) each.destroy();
    const key = join(folder, 'key.txt');
    writeFileSync(key, SECRET, { mode: 0o600 });
    const rehearse = ['rehearse', '--prefix', prefix, '--from', 'archive', '--archive', encrypted];
    const args = [...rehearse, '--tables', 'RulesTable'];
    const { code, results } = await cumulusApiJson([...args, '--identity', key]);
    expect(code).toBe(0);
    expect(results).toMatchObject([{ table: rules, items: 3, outcome: 'proved', proof: { compared: 3, same: 3 } }]);
    const locked = await cumulusApi(args);
    expect(locked.code).toBe(1);
    expect(locked.stdout + locked.stderr).toContain(RECIPIENT);
    expect((await tablesWithPrefix(prefix)).filter((name) => name.includes('rehearsal'))).toEqual([]);
  });

  test('writes backups into files without asking DynamoDB', async () => {
    const directory = newFolder();
    const nowhere = ['--endpoint-url', 'http://127.0.0.1:9'];
    const { code, results } = await cumulusApiJson([
      ...[...from, '--prefix', prefix, '--to-file', directory, '--latest', ...nowhere],
    ]);
    expect(code).toBe(0);
    const file = join(directory, `${granules}.json.gz`);
    expect(results).toMatchObject([
      {
        table: granules,
        source: granules,
        file,
        items: 3,
        changes: 6,
        sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
      },
      { table: rules, items: 3 },
    ]);
    const verified = await cumulusApiJson(['verify', file, ...nowhere]);
    expect(verified.result).toMatchObject({ items: 3, proved: true });
  });
});
