import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync, statSync, unlinkSync, writeFileSync } from 'node:fs';
import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { DeleteItemCommand, DeleteTableCommand, waitUntilTableNotExists } from '@aws-sdk/client-dynamodb';
import { describeTable, TABLE_NAMES } from '@cumulus/dynamodb/tables';
import { client } from '@cumulus/test-kit/tables';
import { describe, expect, jest, test } from '@jest/globals';
import { run } from '../../src/run.ts';
import { cumulusApi, cumulusApiJson, resultOf, start } from '../cumulus-api.ts';
import { granule, granules, Scratch, untilInDirectory } from '../scratch.ts';

const scratch = new Scratch();

/** What takes several seconds to back up with the options after it. */
const LARGE_GRANULES = granules(400, { text: { S: 'x'.repeat(8_000) } });
const SLOWLY = ['--max-read-units', '50', '--segments', '4', '--concurrency', '1'];

/** What stays real where a test has the clock of intervals. */
const ALL_BUT_INTERVALS = [
  ...(['Date', 'hrtime', 'nextTick', 'performance', 'queueMicrotask'] as const),
  ...(['setImmediate', 'clearImmediate', 'setTimeout', 'clearTimeout'] as const),
];

/** Leaves what a backup without strong consistency leaves that was interrupted before its first item. */
function leaveInterrupted(file: string, startedAt: string, tableArn: string, tableId: string): void {
  const nothing = { items: 0, bytes: 0, sha256: createHash('sha256').digest('hex'), positions: ['start', 'start'] };
  const checkpoint = { version: 1, startedAt, resumed: 0, ...nothing, tableArn, tableId };
  writeFileSync(`${file}.partial`, '');
  writeFileSync(`${file}.partial.checkpoint.json`, JSON.stringify({ ...checkpoint, consistentRead: false }));
}

describe('cumulus-api backup', () => {
  test('says in plain lines what it wrote, and nothing on standard error', async () => {
    const table = await scratch.table(scratch.prefix(), 'GranulesTable', granules(3));
    const { code, stdout, stderr } = await cumulusApi(['backup', '--table', table, '--directory', scratch.directory]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(
      new RegExp(
        `^${table}: 3 items, \\d+ bytes in \\d+\\.\\d s\n  read from (\\S+Z) to (\\S+Z)\n  to .*/${table}\\.json\n$`,
      ),
    );
  });

  test('says once what keeps several tables from being backed up', async () => {
    const tables = ['one', 'two', 'three'].flatMap((name) => ['--table', `${name}-table`]);
    const { code, stderr, results } = await cumulusApiJson(['backup', ...tables, '--directory', scratch.directory], {
      // DynamoDB Local takes letters and digits only.
      environment: { AWS_ACCESS_KEY_ID: 'not-valid', AWS_PROFILE: undefined },
    });
    expect(code).toBe(1);
    expect(stderr.match(/credentials were refused/g)).toHaveLength(1);
    expect(stderr).toContain('cumulus-api: 2 more failed by the same error as one-table: two-table, three-table\n');
    expect(results).toMatchObject(Array(3).fill({ error: { code: 'CREDENTIALS_REFUSED' } }));
  });

  test('writes one object of JSON with --json', async () => {
    const table = await scratch.table(scratch.prefix(), 'GranulesTable', granules(3));
    const { code, result } = await cumulusApiJson(['backup', '--table', table, '--directory', scratch.directory]);
    expect(code).toBe(0);
    const file = scratch.path(`${table}.json`);
    const bytes = readFileSync(file).length;
    expect(result).toMatchObject({ command: 'backup', table, file, items: 3, bytes, seconds: expect.any(Number) });
  });

  test('is silent with --quiet', async () => {
    const table = await scratch.table(scratch.prefix(), 'GranulesTable', granules(3));
    expect(await cumulusApi(['backup', '--table', table, '--directory', scratch.directory, '--quiet'])).toEqual({
      code: 0,
      signal: null,
      stdout: '',
      stderr: '',
    });
  });

  test('of several tables one that fails does not keep the others from being backed up, and is named', async () => {
    const prefix = scratch.prefix();
    const first = await scratch.table(prefix, 'GranulesTable', granules(3));
    const last = await scratch.table(prefix, 'RulesTable');
    const missing = `${prefix}-PdrsTable`;
    const tables = ['--table', first, missing, '--table', last];
    const { code, stderr, results } = await cumulusApiJson(['backup', ...tables, '--directory', scratch.directory]);
    expect(code).toBe(1);
    expect(stderr).toContain(missing);
    expect(stderr).not.toContain('    at ');
    expect(results).toMatchObject([
      { command: 'backup', table: first, items: 3 },
      {
        command: 'backup',
        table: missing,
        error: { name: 'TableNotFoundError', code: 'TABLE_NOT_FOUND', message: expect.any(String) },
      },
      { command: 'backup', table: last, items: 0 },
    ]);
  });

  test('with --prefix backs up the tables of a deployment; if one is missing it is named and none is read', async () => {
    const prefix = scratch.prefix();
    await cumulusApi(['tables', 'create', '--prefix', prefix]);
    const backup = ['backup', '--prefix', prefix, '--directory', scratch.directory];
    const all = await cumulusApiJson(backup);
    expect(all.code).toBe(0);
    expect(all.results).toMatchObject(TABLE_NAMES.map((name) => ({ table: `${prefix}-${name}`, items: 0 })));

    const other = scratch.prefix();
    await scratch.table(other, 'GranulesTable');
    const failed = await cumulusApiJson(['backup', '--prefix', other, '--directory', scratch.path('other')]);
    expect(failed).toMatchObject({
      code: 1,
      stderr: expect.stringContaining(`${other}-RulesTable`),
      results: [],
      json: { command: 'backup', error: { name: 'TablesMissingError' } },
    });
    expect(readdirSync(scratch.directory)).not.toContain('other');
  });

  test('of a deployment without a table of users backs up the others, and says so in words and JSON', async () => {
    const prefix = scratch.prefix();
    await cumulusApi(['tables', 'create', '--prefix', prefix]);
    const users = `${prefix}-UsersTable`;
    await client.send(new DeleteTableCommand({ TableName: users }));
    await waitUntilTableNotExists({ client, maxWaitTime: 30 }, { TableName: users });
    const others = TABLE_NAMES.filter((name) => name !== 'UsersTable').map((name) => `${prefix}-${name}`);
    const backup = ['backup', '--prefix', prefix, '--directory', scratch.directory];
    const words = await cumulusApi(backup);
    expect(words.code).toBe(0);
    expect(words.stdout).toContain(`${users}: missing, and left out; deployments of 1.17 and 1.18 have none`);
    const missing = { command: 'backup', table: users, missing: true };
    const { code, results } = await cumulusApiJson(backup);
    expect(code).toBe(0);
    expect(results).toMatchObject([...others.map((table) => ({ table, items: 0 })), missing]);
    const dry = await cumulusApiJson([...backup, '--dry-run']);
    expect({ code: dry.code, last: dry.results.at(-1) }).toMatchObject({ code: 0, last: missing });

    const file = scratch.path('tables.json');
    const named = Object.fromEntries([...others, users].map((table) => [table, { name: table }]));
    writeFileSync(file, JSON.stringify({ ...named, users: { name: users } }));
    const ofFile = await cumulusApiJson(['backup', '--tables', file, '--directory', scratch.directory]);
    expect({ code: ofFile.code, last: ofFile.results.at(-1) }).toMatchObject({ code: 0, last: missing });

    unlinkSync(file);
    expect(await cumulusApi(['tables', 'list', '--prefix', prefix])).toMatchObject({ code: 0 });
    const again = ['--prefix', prefix, '--directory', scratch.directory];
    const verified = await cumulusApi(['verify', ...again]);
    expect(verified).toMatchObject({ code: 0, stderr: expect.stringContaining(`no backup for ${users}`) });
    expect((await cumulusApi(['restore', ...again, '--dry-run'])).code).toBe(0);
    // A table that is named has to be there.
    expect((await cumulusApi(['backup', '--table', users, '--directory', scratch.directory])).code).toBe(1);
  });

  test.each([
    ['by itself', (tables: object) => tables],
    ['as one output', (tables: object) => ({ sensitive: false, value: tables })],
    ['among all outputs', (tables: object) => ({ other: { value: 1 }, dynamo_tables: { value: tables } })],
  ])('with --tables backs up the tables that the Terraform output names, %s', async (_form, wrap) => {
    const prefix = scratch.prefix();
    const granulesTable = await scratch.table(prefix, 'GranulesTable', granules(2));
    const rules = await scratch.table(prefix, 'RulesTable');
    const file = scratch.path('outputs.json');
    const outputs = { granules: { name: granulesTable, arn: 'arn:1' }, rules: { name: rules, arn: 'arn:2' } };
    writeFileSync(file, JSON.stringify(wrap(outputs)));
    const { code, results } = await cumulusApiJson(['backup', '--tables', file, '--directory', scratch.directory]);
    expect(code).toBe(0);
    expect(results).toMatchObject([{ table: granulesTable, items: 2 }, { table: rules }]);
  });

  test.each([['{"granules":{"arn":"arn:1"}}'], ['[]'], ['{'], ['{}']])(
    'refuses a --tables file that is no such output: %s',
    async (content) => {
      const file = scratch.path('outputs.json');
      writeFileSync(file, content);
      const { code, stderr } = await cumulusApi(['backup', '--tables', file, '--directory', scratch.directory]);
      expect(code).toBe(1);
      expect(stderr).toContain(file);
      expect(stderr).toContain('terraform output');
    },
  );

  test('warns on standard error and in the JSON of far fewer items than the earlier backup has', async () => {
    const table = await scratch.table(scratch.prefix(), 'GranulesTable', granules(20));
    const backup = ['backup', '--table', table, '--directory', scratch.directory];
    await cumulusApi(backup);
    for (let number = 0; number < 15; number += 1) {
      const { granuleId } = granule(number);
      if (granuleId !== undefined) {
        await client.send(new DeleteItemCommand({ TableName: table, Key: { granuleId } }));
      }
    }
    const { code, stderr, result } = await cumulusApiJson(backup);
    expect(code).toBe(0);
    expect(stderr).toMatch(/^WARNING: .*far fewer than the 20 of/);
    expect(result).toMatchObject({
      items: 5,
      warning: expect.stringContaining('far fewer'),
      farFewerThan: { items: 20 },
    });
  });

  test('shows a line of progress every five seconds where standard error is no terminal', async () => {
    const table = await scratch.table(scratch.prefix(), 'GranulesTable', LARGE_GRANULES);
    jest.useFakeTimers({ doNotFake: ALL_BUT_INTERVALS });
    const io = { stdin: new PassThrough(), stdout: new PassThrough(), stderr: new PassThrough() };
    const linesSoFar = (): readonly string[] => {
      const written = String(io.stderr.read() ?? '');
      return written.split('\n').slice(0, -1);
    };
    try {
      // In this process, so that the test has its clock.
      const ended = run(['backup', '--table', table, '--directory', scratch.directory, ...SLOWLY], io);
      const partial = scratch.path(`${table}.json.partial`);
      while (!existsSync(partial) || statSync(partial).size === 0) await sleep(20);
      await sleep(50);
      // Items have been read; nothing is said before the time.
      jest.advanceTimersByTime(4_999);
      expect(linesSoFar()).toEqual([]);
      const line = new RegExp(`^backing up ${table}: \\d+ items, \\d+\\.\\d MB, .*/s`);
      for (const [milliseconds, lines] of [
        [1, 1],
        [4_999, 0],
        [1, 1],
        [10_000, 2],
      ] as const) {
        jest.advanceTimersByTime(milliseconds);
        expect(linesSoFar()).toEqual(Array.from({ length: lines }, () => expect.stringMatching(line)));
      }
      process.emit('SIGINT', 'SIGINT');
      expect(await ended).toBe(130);
    } finally {
      jest.useRealTimers();
    }
  });

  test.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)('stops on %s with status %i and says how to continue, and then does', async (signal, code) => {
    const table = await scratch.table(scratch.prefix(), 'GranulesTable', LARGE_GRANULES);
    const backup = ['backup', '--table', table, '--directory', scratch.directory, '--json'];
    const { process, ended } = start([...backup, ...SLOWLY]);
    await untilInDirectory(scratch.directory, `${table}.json.partial`);
    process.kill(signal);
    const interrupted = await ended;
    expect(interrupted.code).toBe(code);
    expect(interrupted.stderr).toContain('--resume');
    expect(interrupted.stderr).not.toContain('    at ');
    expect(resultOf(interrupted.stdout)).toMatchObject({ table, error: { name: 'InterruptedError' } });
    expect(await cumulusApiJson([...backup, '--resume'])).toMatchObject({
      code: 0,
      result: { items: LARGE_GRANULES.length, resumed: true },
    });
  });

  test('says with which options an interrupted backup was begun, if those of --resume are others', async () => {
    const table = await scratch.table(scratch.prefix(), 'GranulesTable', granules(3));
    const { arn, id } = await describeTable(client, table);
    leaveInterrupted(scratch.path(`${table}.json`), new Date().toISOString(), arn, id);
    const backup = ['backup', '--table', table, '--directory', scratch.directory, '--resume', '--consistent'];
    const { code, stderr, result } = await cumulusApiJson(backup);
    const advice = '\n  It was started without --consistent.\n  To start again: without --resume.';
    expect(code).toBe(1);
    expect(stderr.endsWith(`${advice}\n`)).toBe(true);
    expect(result).toMatchObject({ error: { name: 'ResumeMismatchError', message: expect.stringContaining(advice) } });
  });

  test('begins an old interrupted backup again with --resume, and says so, and over which time it read', async () => {
    const table = await scratch.table(scratch.prefix(), 'GranulesTable', granules(3));
    const file = scratch.path(`${table}.json`);
    const { arn, id } = await describeTable(client, table);
    const interruptedAt = (startedAt: string): void => leaveInterrupted(file, startedAt, arn, id);
    const resume = ['backup', '--table', table, '--directory', scratch.directory, '--resume'];
    const old = new Date(Date.now() - 25 * 3_600_000).toISOString();
    interruptedAt(old);
    const before = readdirSync(scratch.directory);
    const planned = await cumulusApi([...resume, '--dry-run']);
    expect(planned.stdout).toContain(
      `would be begun again, not continued: it was begun at ${old}, more than 24 hours ago`,
    );
    expect((await cumulusApiJson([...resume, '--dry-run', '--resume-within', '2d'])).result).toMatchObject({
      ...{ dryRun: true, resumes: { startedAt: old, items: 0 } },
    });
    expect(readdirSync(scratch.directory)).toEqual(before);
    const again = await cumulusApiJson(resume);
    expect(again).toMatchObject({
      code: 0,
      stderr: `WARNING: The interrupted backup to ${file} is not continued: it was begun at ${old}, more than 24 hours ago. It begins again from nothing.\n`,
      result: { items: 3, resumed: false, discarded: { startedAt: old, items: 0 }, scan: { resumed: 0 } },
    });
    interruptedAt(old);
    const continued = await cumulusApi([...resume, '--resume-within', '2d']);
    expect(continued).toMatchObject({ code: 0, stderr: '' });
    const read = `read from ${old.slice(0, 19)}Z to `;
    expect(continued.stdout).toContain(read);
    expect(continued.stdout).toContain('Z, resumed once\n');
    expect((await cumulusApi(['verify', file])).stdout).toContain(read);
    expect((await cumulusApiJson(['verify', file])).result).toMatchObject({ scan: { startedAt: old, resumed: 1 } });
  });

  test('makes dated backups, reads them again with --verify, and notes that beside them', async () => {
    const table = await scratch.table(scratch.prefix(), 'GranulesTable', granules(3));
    const backup = ['backup', '--table', table, '--directory', scratch.directory, '--dated', '--verify'];
    const { code, stderr, result } = await cumulusApiJson(backup);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const { file, sha256, bytes } = result as { file: string; sha256: string; bytes: number };
    expect(file).toMatch(new RegExp(`/${table}\\.\\d{8}T\\d{6}Z\\.json$`));
    expect(result).toMatchObject({ items: 3, proved: true, kept: [] });
    const notes = JSON.parse(readFileSync(scratch.path(`${table}.proofs.json`), 'utf8'));
    expect(notes).toEqual({
      ...{ format: 'cumulus-dynamodb-proofs', formatVersion: 1 },
      proofs: [{ sha256, bytes, how: 'file', at: expect.any(String), createdBy: expect.any(String) }],
    });
    expect(statSync(scratch.path(`${table}.proofs.json`)).mode & 0o777).toBe(0o600);
    expect((await cumulusApi(backup)).stdout).toContain('\n  read again: it is as its manifest says\n');
    expect(await cumulusApi([...backup, '--keep', '3'])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('--keep does not go with --dated'),
    });
  });

  test('shows stack and causes of an error with --verbose only', async () => {
    const backup = ['backup', '--table', 'no-such-table', '--directory', scratch.directory];
    expect((await cumulusApi(backup)).stderr).not.toContain('    at ');
    expect((await cumulusApi([...backup, '--verbose'])).stderr).toContain('    at ');
  });

  test('takes the keys of the environment before AWS_PROFILE, as the AWS CLI does, without a warning of the SDK', async () => {
    writeFileSync(scratch.path('config'), '[profile other]\nregion = us-east-1\n');
    const environment = {
      AWS_PROFILE: 'other',
      AWS_CONFIG_FILE: scratch.path('config'),
      AWS_SHARED_CREDENTIALS_FILE: scratch.path('none'),
    };
    const backup = ['backup', '--table', 'no-such-table', '--directory', scratch.directory];
    // The SDK writes its warnings once a process.
    const { code, stderr } = await start(backup, { environment }).ended;
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr: expect.stringMatching(/^cumulus-api: .*no-such-table.*does not exist/),
    });
    const named = await start([...backup, '--profile', 'none'], { environment }).ended;
    expect(named.code).toBe(1);
    expect(named.stderr).toMatch(
      /^cumulus-api: The AWS configuration files have no profile none\. They name: other\.\n/,
    );
  });

  test('goes on when nobody reads its standard output any more', async () => {
    const table = await scratch.table(scratch.prefix(), 'GranulesTable', granules(3));
    const { process, ended } = start(['backup', '--table', table, '--directory', scratch.directory]);
    // It cannot be read to its end.
    ended.catch(() => undefined);
    process.stdout.destroy();
    const [stderr, [code]] = await Promise.all([text(process.stderr), once(process, 'close')]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(readdirSync(scratch.directory)).toContain(`${table}.json`);
  });
});
