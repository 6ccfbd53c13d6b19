import { scryptSync } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { DescribeTableCommand, GetItemCommand, ScanCommand } from '@aws-sdk/client-dynamodb';
import { client } from '@cumulus/test-kit/tables';
import { describe, expect, test } from '@jest/globals';
import { cumulusApi, cumulusApiJson, type Ended, start } from '../cumulus-api.ts';
import { Scratch } from '../scratch.ts';

const scratch = new Scratch();

const PASSWORD = 'correct horse battery staple';
const ISO_TIME = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);

const users = (...argv: string[]): Promise<Ended> => cumulusApi(['users', ...argv]);
const usersJson = (...argv: string[]): ReturnType<typeof cumulusApiJson> => cumulusApiJson(['users', ...argv]);

/** Runs `users add … --password-stdin`, with and without all that can be said of it. */
async function addWithPassword(argv: readonly string[], input = `${PASSWORD}\n`): Promise<readonly Ended[]> {
  const add = ['users', 'add', '--password-stdin', ...argv];
  return [await cumulusApi(add, { input }), await cumulusApi([...add, '--json', '--verbose'], { input })];
}

function expectNoSecret(...outputs: readonly Ended[]): void {
  for (const { stdout, stderr } of outputs) {
    expect(stdout + stderr).not.toContain(PASSWORD);
    expect(stdout + stderr).not.toContain('scrypt:');
  }
}

/** Serves a DynamoDB that has every table and may not be written to. */
async function withRefusedWrites<T>(work: (url: string) => Promise<T>): Promise<T> {
  const server = createServer((request, response) => {
    const isRead = request.headers['x-amz-target'] === 'DynamoDB_20120810.DescribeTable';
    const refusal = { __type: 'com.amazon.coral.service#AccessDeniedException', message: 'not authorized' };
    response.writeHead(isRead ? 200 : 400, { 'content-type': 'application/x-amz-json-1.0' });
    const Table = {
      TableName: 'p-UsersTable',
      TableArn: 'arn:aws:dynamodb:us-east-1:123456789012:table/p-UsersTable',
      TableStatus: 'ACTIVE',
      CreationDateTime: 1_700_000_000,
      ItemCount: 0,
      KeySchema: [{ AttributeName: 'userName', KeyType: 'HASH' }],
      AttributeDefinitions: [{ AttributeName: 'userName', AttributeType: 'S' }],
    };
    response.end(JSON.stringify(isRead ? { Table } : refusal));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  try {
    return await work(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

async function namesIn(table: string): Promise<readonly (string | undefined)[]> {
  const { Items = [] } = await client.send(new ScanCommand({ TableName: table, ConsistentRead: true }));
  return Items.map((item) => item['userName']?.S).sort();
}

async function storedPassword(table: string, userName: string): Promise<string | undefined> {
  const { Item } = await client.send(
    new GetItemCommand({ TableName: table, Key: { userName: { S: userName } }, ConsistentRead: true }),
  );
  return Item?.['password']?.S;
}

describe('cumulus-api users', () => {
  test('adds users by name, lists them sorted with their times, and removes them', async () => {
    const prefix = scratch.prefix();
    const table = await scratch.table(prefix, 'UsersTable');
    expect(await users('add', 'carol', 'alice', 'carol', '--prefix', prefix)).toEqual({
      code: 0,
      signal: null,
      stdout: `${table}: carol added\n${table}: alice added\n${table}: 2 of 2 users added\n`,
      stderr: '',
    });
    expect(await users('add', 'bob', '--prefix', prefix, '--expires', '2030-01-31T12:00+02:00')).toMatchObject({
      code: 0,
    });
    const listed = await usersJson('list', '--prefix', prefix);
    expect(listed).toMatchObject({ code: 0, stderr: '' });
    const times = { createdAt: ISO_TIME, updatedAt: ISO_TIME };
    expect(listed.result).toEqual({
      dryRun: false,
      warning: null,
      failure: null,
      error: null,
      command: 'users list',
      table,
      users: [
        { userName: 'alice', ...times, hasPassword: false },
        { userName: 'bob', ...times, expires: '2030-01-31T10:00:00.000Z', hasPassword: false },
        { userName: 'carol', ...times, hasPassword: false },
      ],
    });
    const { stdout } = await users('list', '--prefix', prefix);
    expect(stdout).toMatch(
      new RegExp(`^${table}: 3 users\n  alice: created \\S+Z, updated \\S+Z, without a password\n`),
    );
    expect(await usersJson('remove', 'alice', 'bob', '--prefix', prefix, '--yes')).toMatchObject({
      code: 0,
      stderr: '',
      results: ['alice', 'bob'].map((userName) => ({ command: 'users remove', table, userName, removed: true })),
    });
    expect(await namesIn(table)).toEqual(['carol']);
  });

  test('add names a user that exists and leaves it as it is, adds the others, and fails', async () => {
    const prefix = scratch.prefix();
    const kept = { userName: { S: 'bob' }, password: { S: 'scrypt:kept' }, updatedAt: { N: '5' } };
    const table = await scratch.table(prefix, 'UsersTable', [kept]);
    expect(await users('add', 'alice', 'bob', 'carol', '--prefix', prefix)).toEqual({
      code: 1,
      signal: null,
      stdout: [
        `${table}: alice added`,
        `${table}: bob was there, and left as it is`,
        `${table}: carol added`,
        `${table}: 2 of 3 users added\n`,
      ].join('\n'),
      stderr: 'cumulus-api: The user userName "bob" exists already.\n  It was left as it is.\n',
    });
    const { results } = await usersJson('add', 'dave', 'bob', '--prefix', prefix);
    expect(results).toMatchObject([
      { command: 'users add', table, userName: 'dave', added: true, dryRun: false },
      {
        command: 'users add',
        table,
        userName: 'bob',
        added: false,
        dryRun: false,
        error: { name: 'RecordAlreadyExistsError', message: expect.stringContaining('"bob"') },
      },
    ]);
    const { Items = [] } = await client.send(new ScanCommand({ TableName: table }));
    expect(Items).toContainEqual(kept);
    expect(Items).toHaveLength(4);
  });

  test('remove names a user that is not there, removes the others, and fails', async () => {
    const prefix = scratch.prefix();
    const table = await scratch.table(prefix, 'UsersTable', [{ userName: { S: 'alice' } }, { userName: { S: 'bob' } }]);
    expect(await users('remove', 'alice', 'nobody', 'bob', '--prefix', prefix, '--yes')).toEqual({
      code: 1,
      signal: null,
      stdout: [
        `${table}: alice removed`,
        `${table}: nobody was not there`,
        `${table}: bob removed`,
        `${table}: 2 of 3 users removed\n`,
      ].join('\n'),
      stderr: 'cumulus-api: The user userName "nobody" does not exist.\n',
    });
    expect(await namesIn(table)).toEqual([]);
  });

  test('--dry-run shows the same with the same exit status, and writes nothing', async () => {
    const prefix = scratch.prefix();
    const clear = { userName: { S: 'bob' }, password: { S: PASSWORD } };
    const table = await scratch.table(prefix, 'UsersTable', [clear]);
    const add = await users('add', 'alice', 'bob', '--prefix', prefix, '--dry-run');
    expect(add).toMatchObject({ code: 1, stderr: expect.stringContaining('"bob" exists already') });
    expect(add.stdout).toContain(`${table}: alice would be added\n`);
    expect(add.stdout).toContain(`${table}: 1 of 2 users would be added\n`);
    const remove = await usersJson('remove', 'alice', 'bob', '--prefix', prefix, '--dry-run');
    expect(remove).toMatchObject({
      code: 1,
      results: [
        { userName: 'alice', removed: false, dryRun: true, error: { name: 'RecordDoesNotExistError' } },
        { userName: 'bob', removed: true, dryRun: true },
      ],
    });
    expectNoSecret(add, remove);
    const { Items } = await client.send(new ScanCommand({ TableName: table }));
    expect(Items).toEqual([clear]);
  });

  test('finds the table by the output of Terraform, or by the environment variable that Lambda functions have', async () => {
    const table = await scratch.table(scratch.prefix(), 'UsersTable');
    const file = scratch.path('tables.json');
    writeFileSync(file, JSON.stringify({ users: { name: table, arn: '' }, granules: { name: 'none', arn: '' } }));
    expect(await users('add', 'alice', '--tables', file)).toMatchObject({ code: 0 });
    expect(await cumulusApi(['users', 'add', 'bob'], { environment: { UsersTable: table } })).toMatchObject({
      code: 0,
    });
    expect(await namesIn(table)).toEqual(['alice', 'bob']);
    writeFileSync(file, JSON.stringify({ granules: { name: 'none', arn: '' } }));
    const without = await users('list', '--tables', file);
    expect(without).toMatchObject({ code: 1, stderr: expect.stringContaining(file) });
  });

  test('a table that does not exist is named once, and none is made', async () => {
    const prefix = scratch.prefix();
    const table = `${prefix}-UsersTable`;
    for (const argv of [['add', 'alice', 'bob'], ['list'], ['remove', 'alice', 'bob', '--yes']]) {
      const { code, stdout, stderr } = await users(...argv, '--prefix', prefix);
      expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
      expect(stderr).toMatch(
        new RegExp(`^cumulus-api: Table ${table} does not exist in [^\n]+\n  Nothing was changed.\n[^\n]+\n$`),
      );
    }
    await expect(client.send(new DescribeTableCommand({ TableName: table }))).rejects.toThrow();
  });
});

describe('a password', () => {
  test.each([
    ['a line', `${PASSWORD}\n`],
    ['a line of Windows', `${PASSWORD}\r\n`],
    ['a text without an end of line', PASSWORD],
  ])('comes from standard input as %s, is stored hashed, and is never shown', async (_, input) => {
    const prefix = scratch.prefix();
    const table = await scratch.table(prefix, 'UsersTable');
    const added = await addWithPassword(['alice', '--prefix', prefix], input);
    expect(added.map(({ code }) => code)).toEqual([0, 1]);
    const [, N, r, p, salt = '', hash] =
      /^scrypt:N=(\d+),r=(\d+),p=(\d+):(.+):(.+)$/.exec((await storedPassword(table, 'alice')) ?? '') ?? [];
    const work = { N: Number(N), r: Number(r), p: Number(p), maxmem: 2 ** 27 };
    expect(scryptSync(PASSWORD, Buffer.from(salt, 'base64url'), 32, work).toString('base64url')).toBe(hash);
    const listed = await usersJson('list', '--prefix', prefix, '--verbose');
    expect(listed.result).toMatchObject({ users: [{ userName: 'alice', hasPassword: true }] });
    expectNoSecret(...added, listed, await users('list', '--prefix', prefix));
  });

  test('that an earlier release stored in the clear is not shown, and the row is reported as far as it can be', async () => {
    const prefix = scratch.prefix();
    const earlier = { userName: { S: 'two\u001b[31m' }, password: { S: PASSWORD }, createdAt: { S: 'long ago' } };
    const table = await scratch.table(prefix, 'UsersTable', [earlier]);
    const listed = await users('list', '--prefix', prefix);
    expect(listed).toMatchObject({ code: 0, stderr: '' });
    expect(listed.stdout).toBe(
      `${table}: 1 user\n  "two\\u001b[31m": created at an unknown time, updated at an unknown time, with a password\n`,
    );
    expectNoSecret(listed);
  });

  test('that is none, or more than one line of text, is refused before anything is written', async () => {
    const prefix = scratch.prefix();
    const table = await scratch.table(prefix, 'UsersTable');
    for (const [input, named] of [
      ['', 'no password'],
      ['\n', 'no password'],
      [`${PASSWORD}\n${PASSWORD}\n`, 'one line'],
      [`${PASSWORD}\n\n`, 'one line'],
      [PASSWORD.repeat(1_000), '4096 bytes'],
    ] as const) {
      const refused = await addWithPassword(['alice', '--prefix', prefix], input);
      expect(refused[0]?.stdout).toBe('');
      for (const { code, stderr } of refused) {
        expect(code).toBe(2);
        expect(stderr).toContain(named);
      }
      expectNoSecret(...refused);
    }
    expect(await namesIn(table)).toEqual([]);
  });

  test('is waited for no longer after SIGINT', async () => {
    const add = ['users', 'add', 'alice', '--prefix', 'p', '--password-stdin'];
    const { process, ended } = start(add, {
      environment: { NODE_DEBUG: 'esm' },
      input: PASSWORD,
      inputStaysOpen: true,
    });
    let said = '';
    process.stderr.on('data', function onData(chunk) {
      said += chunk;
      // Signals are listened to from before the work (run.ts) is loaded.
      if (!/chunks\/run-[A-Z\d]+\.js/.test(said)) return;
      process.stderr.off('data', onData);
      process.kill('SIGINT');
    });
    const { code, stderr } = await ended;
    expect(code).toBe(130);
    expect(stderr).toContain('cumulus-api: users add was interrupted.\n');
    expect(stderr).not.toContain(PASSWORD);
  });

  test('is not repeated by a command line that is wrong', async () => {
    const add = ['add', 'alice', '--prefix', 'p'];
    const wrong = [[PASSWORD, '--password-stdin'], [`--password-stdin=${PASSWORD}`], ['--password', PASSWORD]];
    for (const argv of [...wrong, [`--password=${PASSWORD}`], [PASSWORD]]) {
      const refused = await users(...add, ...argv);
      expect(refused).toMatchObject({ code: 2, stdout: '' });
      expectNoSecret(refused);
    }
  });

  test('and its hash are not repeated by a failure, wherever it comes from', async () => {
    const prefix = scratch.prefix();
    await scratch.table(prefix, 'UsersTable');
    // At once: who cannot be reached is asked again for a while.
    const [tooLong, unreachable, refused] = await Promise.all([
      addWithPassword(['a'.repeat(3_000), '--prefix', prefix]),
      addWithPassword(['alice', '--prefix', 'p', '--endpoint-url', 'http://127.0.0.1:1']),
      withRefusedWrites((url) => addWithPassword(['alice', '--prefix', 'p', '--endpoint-url', url])),
    ]);
    expect(tooLong[0]?.stderr).toContain('2048 bytes');
    expect(refused[0]?.stderr).toContain('PutItem');
    for (const ended of [...tooLong, ...unreachable, ...refused]) {
      expect(ended.code).toBe(1);
      expectNoSecret(ended);
    }
  });
});

describe('cumulus-api users import', () => {
  const write = (name: string, content: string): string => {
    const file = scratch.path(name);
    writeFileSync(file, content);
    return file;
  };

  test('adds the users of a file of 1.18, leaves those that exist, and may be repeated', async () => {
    const prefix = scratch.prefix();
    const table = await scratch.table(prefix, 'UsersTable');
    await users('add', 'bob', '--prefix', prefix);
    const file = write('users.json', '["alice", "bob", "carol.x-y_z", "alice"]');
    const added = ([alice, bob, carol]: readonly boolean[], dryRun: boolean) => ({
      results: [
        { userName: 'alice', added: alice, dryRun },
        { userName: 'bob', added: bob, dryRun },
        { userName: 'carol.x-y_z', added: carol, dryRun },
      ],
      summary: { users: 3, added: [alice, bob, carol].filter(Boolean).length, dryRun },
    });
    const dry = await usersJson('import', file, '--prefix', prefix, '--dry-run');
    expect(dry).toMatchObject({ code: 0, json: added([true, false, true], true) });
    expect(await namesIn(table)).toEqual(['bob']);
    expect(await users('import', file, '--prefix', prefix)).toMatchObject({
      code: 0,
      stdout: [
        `${table}: alice added`,
        `${table}: bob was there, and left as it is`,
        `${table}: carol.x-y_z added`,
        `${table}: 2 of 3 users added`,
        '',
      ].join('\n'),
      stderr: '',
    });
    expect(await namesIn(table)).toEqual(['alice', 'bob', 'carol.x-y_z']);
    const again = await usersJson('import', file, '--prefix', prefix);
    expect(again).toMatchObject({ code: 0, json: added([false, false, false], false) });
  });

  test('of an empty list adds nobody', async () => {
    const prefix = scratch.prefix();
    await scratch.table(prefix, 'UsersTable');
    const { code, stdout } = await users('import', write('none.json', '\ufeff[]'), '--prefix', prefix);
    expect({ code, stdout }).toEqual({ code: 0, stdout: expect.stringContaining('0 of 0 users added') });
  });

  test.each([
    '',
    'alice',
    '{"users":["alice"]}',
    'null',
    '["alice", 7]',
    '["alice", ""]',
    '["alice", "two words"]',
    '["alice", "a\u200bb"]',
    '["alice", ["bob"]]',
  ])('writes nothing of a file that is no list of names: %s', async (content) => {
    const prefix = scratch.prefix();
    const table = await scratch.table(prefix, 'UsersTable');
    const { code, json } = await usersJson('import', write('bad.json', content), '--prefix', prefix);
    expect({ code, json }).toMatchObject({ code: 1, json: { error: { code: 'USER_FILE_INVALID' } } });
    expect(await namesIn(table)).toEqual([]);
  });

  test('names a file and a table that do not exist', async () => {
    const prefix = scratch.prefix();
    const missing = await users('import', scratch.path('none'), '--prefix', prefix);
    expect(missing).toMatchObject({ code: 1, stderr: expect.stringContaining('none') });
    const file = write('users.json', '["alice"]');
    const { code, stderr } = await users('import', file, '--prefix', prefix);
    expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringContaining(`${prefix}-UsersTable`) });
  });
});
