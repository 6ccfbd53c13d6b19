import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describeUnless, onDynamoDBLocal, ownBucket, ownFolder, ownMoto, whyNoMoto } from '@cumulus/test-kit';
import { ownTables } from '@cumulus/test-kit/tables';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { cumulusApi, cumulusApiJson } from '../../cumulus-api.ts';
import { makeSmallArchive, type SmallArchive } from './small-archive.ts';

const noMoto = await whyNoMoto();

const timeOf = (second: number): string => new Date(second * 1000).toISOString().replace('.000', '');

onDynamoDBLocal('commands that read an archive', () => {
  const folder = ownFolder();
  const tables = ownTables();
  const table = tables.name('GranulesTable');
  const archive = join(folder, 'archive');
  const ofTable = ['--archive', archive, '--table', table];
  let small: SmallArchive;
  let copies = 0;

  beforeAll(async () => {
    small = await makeSmallArchive(table, archive);
  });
  afterAll(() => small.close());

  /** A copy that is to be damaged. */
  function copied(): string {
    copies += 1;
    const copy = join(folder, `copy-${copies}`);
    cpSync(archive, copy, { recursive: true });
    return copy;
  }

  const namesIn = (directory: string, end: string): readonly string[] =>
    readdirSync(directory).filter((name) => name.endsWith(end));

  /** An archive of another table, whose last segment cannot be read. */
  function withDamagedTable(directory: string): string {
    const other = tables.name('RulesTable');
    const name = namesIn(directory, '000001.changes.gz')[0]?.replace(table, other) ?? '';
    writeFileSync(join(directory, name), 'no segment');
    return other;
  }

  describe('archive list', () => {
    test('says from when to when a table can be restored, by which base, and what that takes', async () => {
      const { code, stdout, stderr } = await cumulusApi(['archive', 'list', ...ofTable]);
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
      expect(stdout).toMatch(
        new RegExp(
          `^${table}: \\S+Z to ${timeOf(small.last)}\n  \\d+\\.\\d s behind\n` +
            `  base ${archive}/${table}\\.\\w+\\.json\\.gz: 3 items, [\\d,]+ bytes, \\S+Z to ${timeOf(small.last)}\n` +
            `  9 changes in \\d+ segments, [\\d,]+ bytes as text, 0 late\n  [\\d,]+ bytes stored, with the bases\n` +
            '9 changes of 1 table, [\\d,]+ bytes\n$',
        ),
      );
      const { result, json } = await cumulusApiJson(['archive', 'list', '--archive', archive]);
      const files = [...namesIn(archive, '.changes.gz'), ...namesIn(archive, 'Z.json.gz')];
      const storedBytes = files.reduce((sum, name) => sum + statSync(join(archive, name)).size, 0);
      expect(result).toMatchObject({
        ...{ table, changes: 9, late: 0, storedBytes, points: [], failure: null, warning: null },
        restorable: [{ to: new Date(small.last * 1000).toISOString(), isOpen: true }],
        bases: [{ items: 3, restorable: { isOpen: true } }],
        gaps: [{ from: null }],
      });
      expect(json.summary).toMatchObject({ tables: 1, changes: 9, storedBytes });
    });

    test('a table whose archive is damaged is a failure of that table alone', async () => {
      const copy = copied();
      const other = withDamagedTable(copy);
      const { code, results, stderr } = await cumulusApiJson(['archive', 'list', '--archive', copy]);
      expect(code).toBe(1);
      expect(stderr).toContain(`cumulus-api: ${copy}/${other}.`);
      expect(results).toMatchObject([
        { table, changes: 9, failure: null },
        { table: other, changes: null, failure: expect.stringContaining('it cannot be unpacked') },
      ]);
    });
  });

  test('a base that is missing is a warning of the list', async () => {
    const copy = copied();
    const [base = ''] = namesIn(copy, 'Z.json.gz');
    rmSync(join(copy, base));
    const { code, stdout, stderr } = await cumulusApi(['archive', 'list', '--archive', copy, '--table', table]);
    expect(code).toBe(0);
    expect(stdout).toContain(`${table}: nothing to restore\n`);
    expect(stderr).toBe(
      `WARNING: ${table}: these files cannot be used. Take them from another copy of the archive:\n` +
        `  ${copy}/${base}: it is missing, and its manifest is there\n`,
    );
  });

  describe('archive verify', () => {
    test('reads every file, and says what it has read', async () => {
      const { code, stdout, stderr } = await cumulusApi(['archive', 'verify', '--archive', archive]);
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
      expect(stdout).toMatch(
        new RegExp(`^${table}: whole\n  9 changes in \\d+ segments, 1 base, [\\d,]+ bytes in \\d+\\.\\d s\n$`),
      );
      const { result } = await cumulusApiJson(['archive', 'verify', ...ofTable]);
      const segments = namesIn(archive, '.changes.gz').length;
      expect(result).toMatchObject({ table, segments, changes: 9, bases: 1, states: 0, problems: [], failure: null });
    });

    test('names each file that is damaged or missing, with what is wrong, and ends with 1', async () => {
      const copy = copied();
      const [segment = ''] = namesIn(copy, '000000002.changes.gz');
      const [base = ''] = namesIn(copy, 'Z.json.gz');
      rmSync(join(copy, segment));
      writeFileSync(join(copy, base), readFileSync(join(copy, base)).subarray(0, -5));
      const { code, stdout, stderr } = await cumulusApi(['archive', 'verify', '--archive', copy]);
      expect(code).toBe(1);
      expect(stdout).toMatch(new RegExp(`^${table}: 2 problems\n`));
      expect(stderr).toContain(`The archive of table ${table} is not as it was written:\n`);
      expect(stderr).toContain(`  ${copy}/${segment}: it is missing\n`);
      expect(stderr).toContain(`  ${copy}/${base}: its manifest is of another file\n`);
      const { result } = await cumulusApiJson(['archive', 'verify', '--archive', copy]);
      expect(result).toMatchObject({
        problems: expect.arrayContaining([{ file: join(copy, segment), problem: 'it is missing' }]),
      });
    });

    test('with --at compares a table as it is now with its state at that time', async () => {
      const verify = ['archive', 'verify', ...ofTable, '--at'];
      const now = await cumulusApi([...verify, timeOf(small.last)]);
      expect({ code: now.code, stderr: now.stderr }).toEqual({ code: 0, stderr: '' });
      expect(now.stdout).toMatch(
        new RegExp(
          `^${table} at ${timeOf(small.last)}: 3 items, in \\d+\\.\\d s\n` +
            `  from base ${archive}/\\S+ and 6 changes after it\n  equal to table ${table}: 3 items\n$`,
        ),
      );
      const before = await cumulusApi([...verify, timeOf(small.first)]);
      expect(before.code).toBe(1);
      for (const line of [
        `  differs from table ${table}: 1 changed, 1 missing, 1 extra; 1 the same\n`,
        ...['    changed: granuleId "granule-1"\n', '    missing: granuleId "granule-2"\n'],
        '    extra: granuleId "granule-4"\n  What was changed in the table since that time differs too.\n',
      ]) {
        expect(before.stdout).toContain(line);
      }
      expect(before.stderr).toContain(`${table} at ${timeOf(small.first)} and table ${table} differ: `);
      const other = await tables.create([], ['granuleId'], 'back');
      const { result } = await cumulusApiJson([...verify, timeOf(small.last), '--with', other]);
      expect(result).toMatchObject({ table, with: other, equal: false, missing: 3, items: 3, tableItems: 0 });
      const noTime = await cumulusApi([...verify, '2001-01-01']);
      expect(noTime.code).toBe(1);
      expect(noTime.stderr).toMatch(
        /does not have the state of table [\s\S]* at 2001-01-01T00:00:00.000Z: the first after it is [\s\S]*\n {2}To see what can be restored: cumulus-api archive list --archive /,
      );
    });

    test('refuses a folder without an archive', async () => {
      const empty = join(folder, 'empty');
      mkdirSync(empty);
      expect(await cumulusApi(['archive', 'verify', '--archive', empty])).toMatchObject({
        code: 1,
        stderr: expect.stringContaining(`${empty} has no archive of any table.`),
      });
      expect(await cumulusApi(['archive', 'list', '--archive', empty])).toMatchObject({
        code: 0,
        stderr: `WARNING: There is no such table in the archive ${empty}.\n`,
      });
    });
  });

  describe('archive show', () => {
    const show = (key: string, ...more: readonly string[]): string[] => [
      'archive',
      'show',
      ...ofTable,
      '--key',
      key,
      ...more,
    ];

    test('shows each change of an item with what it changed, and what the item was before', async () => {
      const { code, stdout, stderr } = await cumulusApi(show('granuleId=granule-1'));
      expect(code).toBe(0);
      const times = small.front.journal.filter(({ key }) => key === 'granule-1').map(({ time }) => timeOf(time));
      expect(stdout).toBe(
        [
          `${times[0]}: INSERT`,
          '  + granuleId: "granule-1"',
          '  + collectionId: "MOD09GQ___006"',
          `${times[1]}: MODIFY`,
          '  + status: "running"',
          `${times[2]}: MODIFY`,
          '  status: "running" → "completed"',
          '  + size: 12345678901234567890',
          '',
        ].join('\n'),
      );
      expect(stderr).toBe(`${table}: 3 changes of granuleId "granule-1"\n`);
      const deleted = await cumulusApi(show('{"granuleId":"granule-2"}', '--typed'));
      expect(deleted.stdout).toMatch(/INSERT\n {2}\+ granuleId: \{"S":"granule-2"\}\n[\s\S]*Z: REMOVE\n$/);
    });

    test('streams all of it as JSON, with plain or typed values and all digits', async () => {
      const { code, results, json } = await cumulusApiJson(show('granuleId=granule-1'));
      expect({ code, summary: json.summary }).toMatchObject({ code: 0, summary: { table, found: true, changes: 3 } });
      expect(results).toMatchObject([
        { kind: 'change', event: 'INSERT', expired: false, item: { granuleId: 'granule-1' } },
        { event: 'MODIFY', changed: [{ path: ['status'], before: null, after: 'running' }] },
        { event: 'MODIFY', changed: [{ path: ['status'], before: 'running', after: 'completed' }, { path: ['size'] }] },
      ]);
      const lines = await cumulusApi(show('granuleId=granule-1', '--json-lines'));
      expect(lines.stdout).toMatch(/"item":\{[^}]*"size":12345678901234567890[,}]/);
      const typed = await cumulusApiJson(show('granuleId=granule-4', '--typed'));
      expect(typed.results).toMatchObject([
        { kind: 'base', item: null },
        { kind: 'change', event: 'INSERT', item: { granuleId: { S: 'granule-4' } } },
      ]);
    });

    test('says that a key was never there, or is none of the table, and ends with 1', async () => {
      expect(await cumulusApi(show('granuleId=none'))).toMatchObject({
        code: 1,
        stderr: expect.stringContaining(`${archive} never had the key granuleId "none" in table ${table}.`),
      });
      expect(await cumulusApi(show('name=granule-1'))).toMatchObject({
        code: 1,
        stderr: expect.stringContaining('The key of the table is granuleId'),
      });
    });

    test('shows nothing of a damaged segment', async () => {
      const copy = copied();
      for (const name of namesIn(copy, '000000002.changes.gz')) writeFileSync(join(copy, name), 'no segment');
      const { code, stderr } = await cumulusApi([
        'archive',
        'show',
        '--archive',
        copy,
        '--table',
        table,
        '--key',
        'granuleId=granule-1',
      ]);
      expect(code).toBe(1);
      expect(stderr).toMatch(/000000002\.changes\.gz: it cannot be unpacked/);
    });
  });

  describe('archive diff', () => {
    const diff = (...more: readonly string[]): string[] => ['archive', 'diff', '--archive', archive, ...more];

    test('says which items two times do not have in common, and ends with 1', async () => {
      const times = ['--from', timeOf(small.first), '--to', timeOf(small.last)];
      const list = join(folder, 'differences.jsonl');
      const { code, stdout, stderr } = await cumulusApi(diff('--table', table, ...times, '--list', list));
      expect(code).toBe(1);
      const what = '1 changed, 1 added, 1 removed';
      const both = `${table} at ${timeOf(small.first)} and at ${timeOf(small.last)}`;
      expect(stdout.replace(/\d+\.\d s/, '0.1 s')).toBe(
        `${both}: ${what}, in 0.1 s\n  changed: granuleId "granule-1" (2 changes)\n` +
          `  added: granuleId "granule-4" (1 change)\n  removed: granuleId "granule-2" (1 change)\n  all keys in ${list}\n`,
      );
      expect(stderr).toBe(`cumulus-api: ${both} differ: ${what}.\n`);
      expect(readFileSync(list, 'utf8').split('\n').sort()).toEqual([
        '',
        '{"kind":"added","key":{"granuleId":{"S":"granule-4"}}}',
        '{"kind":"changed","key":{"granuleId":{"S":"granule-1"}}}',
        '{"kind":"removed","key":{"granuleId":{"S":"granule-2"}}}',
      ]);
      expect(statSync(list).mode & 0o777).toBe(0o600);
      const { results } = await cumulusApiJson(diff('--prefix', tables.prefix, ...times));
      expect(results).toMatchObject([{ table, equal: false, changed: 1, added: 1, removed: 1, list: null }]);
    });

    test('finds a time equal to itself, and names one that is not archived', async () => {
      const at = timeOf(small.last);
      const same = await cumulusApi(diff('--table', table, '--from', at, '--to', at));
      expect(same).toMatchObject({ code: 0, stdout: expect.stringContaining(`and at ${at}: equal, in `), stderr: '' });
      const early = await cumulusApi(diff('--table', table, '--from', '2001-01-01', '--to', at));
      expect(early).toMatchObject({ code: 1, stderr: expect.stringContaining('at 2001-01-01T00:00:00.000Z') });
      expect(await cumulusApi(diff('--from', at, '--to', '2001-01-01'))).toMatchObject({ code: 2 });
    });
  });

  describe('status --archive', () => {
    const prefix = tables.prefix;

    test('says of each table up to when the archive has it, in words, JSON, a page and numbers', async () => {
      const [page, numbers] = [join(folder, 'page.html'), join(folder, 'numbers.prom')];
      const status = ['status', '--prefix', prefix, '--archive', archive];
      const { stdout } = await cumulusApi([
        ...status,
        '--html',
        page,
        '--metrics',
        'prometheus',
        '--metrics-file',
        numbers,
      ]);
      const last = timeOf(small.last);
      expect(stdout).toMatch(new RegExp(`^${table}: .*\n  any second of the archive from \\S+Z until ${last}$`, 'm'));
      expect(readFileSync(page, 'utf8')).toMatch(/<rect class="archived" x=/);
      expect(readFileSync(numbers, 'utf8')).toContain(
        `cumulus_protection_archive_latest_timestamp_seconds{prefix="${prefix}",table="GranulesTable"} ${small.last}\n`,
      );
      const { results, json } = await cumulusApiJson(status);
      const to = new Date(small.last * 1000).toISOString();
      expect(json.summary).toMatchObject({ archive });
      expect(results).toContainEqual(
        expect.objectContaining({
          table,
          archive: {
            known: true,
            value: { restorable: [{ from: expect.any(String), to }], points: [], latest: to, gaps: [], damage: null },
          },
          restorable: [{ by: 'archive', from: expect.any(String), to, proved: null }],
        }),
      );
    });

    test('finds what is missing, damaged or not to be read, by the policy, with the command that mends it', async () => {
      const copy = copied();
      for (const name of namesIn(copy, '.changes.gz')) writeFileSync(join(copy, name), 'no segment');
      const policy = join(folder, 'policy.json');
      writeFileSync(policy, '{"tables":{"*":{"archive":"require"}}}');
      const findingsOf = async (...more: readonly string[]): Promise<readonly object[]> => {
        const { results, json } = await cumulusApiJson(['status', '--prefix', prefix, ...more]);
        const all = [...results, json.summary] as { findings: readonly { code: string }[] }[];
        return all.flatMap(({ findings }) => findings.filter(({ code }) => code.startsWith('ARCHIVE')));
      };
      expect(await findingsOf()).toEqual([]);
      expect(await findingsOf('--archive', copy)).toEqual([
        {
          ...{ code: 'ARCHIVE_DAMAGED', level: 'warning', message: expect.stringContaining('it cannot be unpacked') },
          fix: `cumulus-api archive verify --archive ${copy} --table ${table}`,
        },
      ]);
      const without = copied();
      for (const name of namesIn(without, 'Z.json.gz')) rmSync(join(without, name));
      expect(await findingsOf('--archive', without)).toMatchObject([
        { code: 'ARCHIVE_DAMAGED', message: expect.stringContaining('it is missing, and its manifest is there') },
      ]);
      const empty = join(folder, 'nothing');
      mkdirSync(empty);
      expect(await findingsOf('--archive', empty, '--policy', policy)).toEqual([
        {
          ...{ code: 'ARCHIVE_MISSING', level: 'failure', message: 'The archive has nothing of this table.' },
          fix: `cumulus-api archive follow --table ${table} --to ${empty}`,
        },
      ]);
      expect(await findingsOf('--policy', policy)).toMatchObject([
        { code: 'ARCHIVE_UNKNOWN' },
        { code: 'ARCHIVE_NOT_NAMED', fix: `cumulus-api status --prefix ${prefix} --archive FOLDER` },
      ]);
      expect(await findingsOf('--archive', join(folder, 'none'))).toMatchObject([
        { code: 'ARCHIVE_UNKNOWN', level: 'warning' },
        { code: 'ARCHIVE_UNREADABLE', level: 'warning' },
      ]);
      writeFileSync(policy, '{"tables":{"*":{"archive":{"maxLag":1}}}}');
      const { code, stderr } = await cumulusApi(['status', '--prefix', prefix, '--policy', policy]);
      expect({ code, stderr }).toMatchObject({
        code: 1,
        stderr: expect.stringContaining('there is no field tables.*.archive.maxLag'),
      });
    });
  });

  test.each([
    ['list', []],
    ['verify', []],
    ['show', ['--key', 'granuleId=granule-1']],
    ['diff', ['--from', '2001-01-01', '--to', '2001-01-02']],
  ] as const)('archive %s names a table that is not in the archive, and the one that was meant', async (name, more) => {
    const wrong = table.replace('Granules', 'Granule');
    const { code, stderr } = await cumulusApi(['archive', name, '--archive', archive, '--table', wrong, ...more]);
    expect(code).toBe(1);
    expect(stderr).toContain(`${archive} has no archive of table ${wrong}.\n  Did you mean ${table}?`);
    const none = await cumulusApi(['archive', name, '--archive', join(folder, 'none'), '--table', table, ...more]);
    expect(none).toMatchObject({ code: 1, stderr: expect.stringContaining('no such file or directory') });
  });

  describeUnless(noMoto, 'in S3', () => {
    const bucket = ownBucket(ownMoto());

    test('read the same there', async () => {
      for (const name of readdirSync(archive)) {
        await bucket.put(`prod/${name}`, readFileSync(join(archive, name)));
      }
      const of = ['--archive', bucket.url('prod'), '--table', table];
      const { environment } = bucket;
      const listed = await cumulusApiJson(['archive', 'list', ...of], { environment });
      const onDisk = await cumulusApiJson(['archive', 'list', ...ofTable]);
      expect(listed.result).toMatchObject({
        changes: 9,
        storedBytes: (onDisk.result as { storedBytes: number }).storedBytes,
      });
      const verified = await cumulusApiJson(['archive', 'verify', ...of], { environment });
      expect(verified).toMatchObject({ code: 0, result: { changes: 9, problems: [] } });
      const shown = await cumulusApi(['archive', 'show', ...of, '--key', 'granuleId=granule-1'], { environment });
      expect(shown.stdout).toBe(
        (await cumulusApi(['archive', 'show', ...ofTable, '--key', 'granuleId=granule-1'])).stdout,
      );
      const at = timeOf(small.last);
      const compared = await cumulusApi(['archive', 'verify', ...of, '--at', at], { environment });
      expect(compared).toMatchObject({ code: 0, stdout: expect.stringContaining(`equal to table ${table}`) });
      const differing = ['--from', timeOf(small.first), '--to', at];
      expect(await cumulusApi(['archive', 'diff', ...of, ...differing], { environment })).toMatchObject({
        code: 1,
        stdout: expect.stringContaining('1 changed, 1 added, 1 removed'),
      });
    });
  });

  // The last test, since it goes on with the archive.
  test('name a gap: a warning of list, a line of show, a refusal of diff', async () => {
    const { first, last } = small;
    await small.loseChanges();
    const listed = await cumulusApi(['archive', 'list', ...ofTable]);
    expect(listed.code).toBe(0);
    expect(listed.stderr).toMatch(
      new RegExp(
        `^WARNING: ${table}: changes may be missing, and no second of these times can be restored:\n  from \\S+Z to \\S+Z\n$`,
      ),
    );
    expect(listed.stdout).toMatch(new RegExp(`^${table}: \\S+ to \\S+; \\S+ to \\S+\n`));
    const { results } = await cumulusApiJson(['archive', 'show', ...ofTable, '--key', 'granuleId=granule-1']);
    expect(results.map((entry) => (entry as { kind: string }).kind)).toEqual([
      ...['change', 'change', 'change', 'gap', 'base', 'change'],
    ]);
    expect(results.slice(4)).toMatchObject([
      { item: { status: 'lost' } },
      { changed: [{ path: ['status'], before: 'lost', after: 'failed' }] },
    ]);
    const { stdout } = await cumulusApi(['archive', 'show', ...ofTable, '--key', 'granuleId=granule-1']);
    expect(stdout).toMatch(/: a gap, in which changes may be missing\n(\S+Z to )?\S+Z: in base \S+\n {2}\w+: /);
    const { result } = await cumulusApiJson(['archive', 'list', ...ofTable]);
    const newest = (result as { restorable: { to: string }[] }).restorable.at(-1)?.to ?? '';
    const across = await cumulusApi(['archive', 'diff', ...ofTable, '--from', timeOf(first), '--to', newest]);
    expect(across.code).toBe(1);
    expect(across.stderr).toMatch(
      /does not have all changes of table \S+ between the two times: from \S+ to \S+ some may be missing\./,
    );
    const { results: judged } = await cumulusApiJson(['status', '--prefix', tables.prefix, '--archive', archive]);
    const gap = {
      code: 'ARCHIVE_GAP',
      level: 'warning',
      message: expect.stringContaining('nobody followed the table'),
    };
    expect(judged).toContainEqual(expect.objectContaining({ table, findings: expect.arrayContaining([gap]) }));
    const within = ['--from', timeOf(first), '--to', timeOf(last)];
    expect(await cumulusApi(['archive', 'diff', ...ofTable, ...within])).toMatchObject({
      code: 1,
      stdout: expect.stringContaining('1 added'),
    });
  });
});
