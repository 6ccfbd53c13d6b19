import { CreateBackupCommand } from '@aws-sdk/client-dynamodb';
import { describeUnless, ownMoto, whyNoMoto } from '@cumulus/test-kit';
import { expect, test } from '@jest/globals';
import { cumulusApi, cumulusApiResult, cumulusApiResults, host, parseRun, resultOf } from '../kit/command.ts';
import { refusedAs } from '../kit/faults/answered.ts';
import type { Fault } from '../kit/faults/proxy.ts';
import { backupsOf, makeTable, type SaidBackup, withAws } from './on-demand-tests.ts';

const create = (...args: string[]): string[] => ['on-demand', 'create', ...args];

/** Tables and backups are moto's; that a backup takes its time, and what is refused, is the proxy's. */
describeUnless(await whyNoMoto(), 'on-demand create', () => {
  const moto = ownMoto();
  let made = 0;

  /** A table that no other test has. */
  async function ownTable(): Promise<string> {
    made += 1;
    const table = `prod-Table${made}`;
    await makeTable(moto.client, table);
    return table;
  }

  test('makes a backup named by its time, waits for it, and describes all of it', async () => {
    const table = await ownTable();
    await withAws(moto, async (aws, environment) => {
      aws.hold();
      const running = await host(create('--table', table, '--json'), { environment });
      await aws.asked('DescribeBackup', 2);
      aws.release();
      const { code, stdout, stderr } = await running.ended;
      expect([code, stderr]).toEqual([0, '']);
      const said = resultOf<SaidBackup>(stdout);
      expect(said).toMatchObject({
        table,
        type: 'USER',
        status: 'AVAILABLE',
        bytes: 123,
        expiresAt: null,
        continued: false,
      });
      expect(said.backupArn).toContain(`:table/${table}/backup/`);
      expect(said.name).toMatch(new RegExp(`^${table}-\\d{8}T\\d{6}Z$`));
      expect(Date.parse(said.createdAt)).toBeGreaterThan(Date.now() - 60_000);
      expect(aws.inputsOf('CreateBackup')).toEqual([{ TableName: table, BackupName: said.name }]);
    });
  });

  test('says it to a person, with the zone of its time', async () => {
    const table = await ownTable();
    const { stdout } = await cumulusApi(create('--table', table, '--name', 'before-upgrade'), {
      environment: moto.environment,
    });
    expect(stdout).toMatch(/: before-upgrade\n {2}USER, AVAILABLE, 123 bytes, created \S+T\S+Z\n {2}arn:aws:dynamodb:/);
  });

  test('begins the backups of several tables at once; a name that is given is each one’s', async () => {
    const tables = [await ownTable(), await ownTable()];
    await withAws(moto, async (aws, environment) => {
      const said = await cumulusApiResults<SaidBackup>(create('--table', ...tables, '--name', 'both'), { environment });
      expect(said.map(({ table, name }) => [table, name])).toEqual(tables.map((table) => [table, 'both']));
      const actions = aws.requests.map(({ action }) => action);
      expect(actions.lastIndexOf('CreateBackup')).toBeLessThan(actions.indexOf('DescribeBackup'));
    });
  });

  test('a dry run checks all, and makes nothing', async () => {
    const table = await ownTable();
    await withAws(moto, async (aws, environment) => {
      const said = await cumulusApiResult(create('--table', table, '--name', 'dry', '--dry-run'), { environment });
      expect(said).toMatchObject({ table, name: 'dry', dryRun: true, continued: false });
      expect(aws.changes).toEqual([]);
    });
  });

  test.each([[[]], [['--name', 'mine']]])(
    'interrupted while it waits, it says how to go on; the same command does, and makes nothing twice: %j',
    async (name) => {
      const table = await ownTable();
      await withAws(moto, async (aws, environment) => {
        aws.hold();
        const running = await host(create('--table', table, ...name), { environment });
        await aws.asked('DescribeBackup', 2);
        await running.kill('SIGINT');
        const { code, stderr } = await running.ended;
        expect(code).toBe(130);
        expect(stderr).toMatch(/on-demand describe --backup arn:\S+\n {2}To go on: the same command again/);
        const second = await host(create('--table', table, ...name), { environment });
        await aws.asked('DescribeBackup', 4);
        aws.release();
        const ended = await second.ended;
        expect(ended.code).toBe(0);
        expect(ended.stdout).toContain(', begun by an earlier run');
        expect(ended.stderr).toContain('is not of the table as it is now');
        expect(aws.inputsOf('CreateBackup')).toHaveLength(1);
      });
    },
  );

  test('of several tables, what an interrupted run ended is not made again while the rest is unfinished', async () => {
    const tables = [await ownTable(), await ownTable()];
    await withAws(moto, async (aws, environment) => {
      aws.hold();
      const begun = await cumulusApiResults<SaidBackup>(create('--table', ...tables, '--no-wait'), { environment });
      expect(begun.map(({ status }) => status)).toEqual(['CREATING', 'CREATING']);
      aws.alter(begun[0]?.name ?? '', { BackupStatus: 'AVAILABLE' });
      const running = await host(create('--table', ...tables, '--json'), { environment });
      await aws.asked('DescribeBackup', 2);
      aws.release();
      const { stdout } = await running.ended;
      expect(parseRun<SaidBackup>(stdout).results.map(({ name }) => name)).toEqual(begun.map(({ name }) => name));
      expect(aws.inputsOf('CreateBackup')).toHaveLength(2);
    });
  });

  test('a name of which there is an old backup is refused, one of the last hour taken for the same run’s', async () => {
    const table = await ownTable();
    await withAws(moto, async (aws, environment) => {
      const args = create('--table', table, '--name', 'nightly');
      const first = await cumulusApiResult<SaidBackup>(args, { environment });
      const again = await cumulusApiResult<SaidBackup>(args, { environment });
      expect(again).toMatchObject({ backupArn: first.backupArn, continued: true });
      aws.alter('nightly', { BackupCreationDateTime: Date.now() / 1000 - 86_400 });
      const { code, stderr } = await cumulusApi(args, { environment });
      expect(code).toBe(1);
      expect(stderr).toContain(`Table ${table} has a backup named nightly already, of `);
      expect(stderr).toContain('Nothing was started');
      expect(aws.inputsOf('CreateBackup')).toHaveLength(1);
    });
  });

  test('a name of which there is a backup of a table that was deleted is not taken for one of the table that is there', async () => {
    const table = await ownTable();
    await withAws(moto, async (aws, environment) => {
      const args = create('--table', table, '--name', 'hourly');
      const first = await cumulusApiResult<SaidBackup>(args, { environment });
      aws.alter('hourly', { BackupCreationDateTime: Date.now() / 1000 - 1_800 });
      const { code, stderr } = await cumulusApi(args, { environment });
      expect(code).toBe(1);
      expect(stderr).toContain(`which is of another table that had its name before: ${first.backupArn}`);
      expect(aws.inputsOf('CreateBackup')).toHaveLength(1);
    });
  });

  test('goes on waiting when the connection is lost (by the proxy)', async () => {
    const table = await ownTable();
    let lost = 0;
    const losing: Fault = async (call, pass) => {
      if (call.action !== 'DescribeBackup' || lost >= 8) return pass();
      lost += 1;
      throw new Error('The connection is lost.');
    };
    await withAws(
      moto,
      async (_, environment) => {
        const said = await cumulusApiResult<SaidBackup>(create('--table', table), { environment });
        expect([said.status, lost]).toEqual(['AVAILABLE', 8]);
      },
      losing,
    );
  });

  test('a request whose answer was lost meets its own backup, and takes it (refused by the proxy)', async () => {
    const table = await ownTable();
    let calls = 0;
    const losing: Fault = async (call, pass) => {
      if (call.action !== 'CreateBackup') return pass();
      calls += 1;
      if (calls === 1) {
        await pass();
        throw new Error('The answer is lost.');
      }
      const body = JSON.stringify({
        __type: 'com.amazonaws.dynamodb.v20120810#BackupInUseException',
        message: 'Busy.',
      });
      return { status: 400, type: 'application/x-amz-json-1.0', body: Buffer.from(body), fault: true };
    };
    await withAws(
      moto,
      async (aws, environment) => {
        aws.hold();
        const running = await host(create('--table', table, '--name', 'lost'), { environment });
        await aws.asked('DescribeBackup', 1);
        aws.release();
        expect((await running.ended).code).toBe(0);
        expect(calls).toBe(2);
      },
      losing,
    );
    expect(await backupsOf(moto.client, table)).toEqual(['lost']);
  });

  test('waits while DynamoDB throttles, and while a new table is not ready (refused by the proxy)', async () => {
    const table = await ownTable();
    let refusals = 0;
    const busy = ['ThrottlingException', 'ContinuousBackupsUnavailableException'].map((error, index) =>
      refusedAs('CreateBackup', error, 'Not now.', () => {
        if (refusals !== index) return false;
        refusals += 1;
        return true;
      }),
    );
    await withAws(
      moto,
      async (_, environment) => {
        const said = await cumulusApiResult<SaidBackup>(create('--table', table), { environment });
        expect([said.status, refusals]).toEqual(['AVAILABLE', 2]);
      },
      ...busy,
    );
  });

  test.each([
    ['CreateBackup', 'AccessDeniedException', /dynamodb:CreateBackup on the table/],
    ['ListBackups', 'AccessDeniedException', /dynamodb:ListBackups on all resources/],
    ['DescribeTable', 'AccessDeniedException', /dynamodb:DescribeTable/],
    ['CreateBackup', 'BackupInUseException', /Ask again when that has ended/],
    ['CreateBackup', 'TableInUseException', /The table is being made, changed or deleted/],
  ])(
    '%s refused as %s: it says what to do, and makes nothing (refused by the proxy)',
    async (action, error, message) => {
      const table = await ownTable();
      await withAws(
        moto,
        async (_, environment) => {
          const { code, stderr } = await cumulusApi(create('--table', table), { environment });
          expect(code).toBe(1);
          expect(stderr).toMatch(message);
          expect(stderr).toContain(action);
        },
        refusedAs(action, error, 'not now'),
      );
      expect(await backupsOf(moto.client, table)).toEqual([]);
    },
  );

  test('without permission to describe it, the backup goes on, and the action is named (refused by the proxy)', async () => {
    const table = await ownTable();
    await withAws(
      moto,
      async (_, environment) => {
        const { code, stderr } = await cumulusApi(create('--table', table), { environment });
        expect(code).toBe(1);
        expect(stderr).toContain('dynamodb:DescribeBackup');
      },
      refusedAs('DescribeBackup', 'AccessDeniedException', 'not authorized'),
    );
    expect(await backupsOf(moto.client, table)).toHaveLength(1);
  });

  test('a backup that fails, and is gone, ends the wait (refused by the proxy)', async () => {
    const table = await ownTable();
    let looks = 0;
    const vanishing = refusedAs('DescribeBackup', 'BackupNotFoundException', 'gone', () => {
      looks += 1;
      return looks > 1;
    });
    await withAws(
      moto,
      async (aws, environment) => {
        aws.hold();
        const { code, stderr } = await cumulusApi(create('--table', table, '--name', 'gone'), { environment });
        expect(code).toBe(1);
        expect(stderr).toContain(`Backup gone of table ${table} is gone: it failed`);
      },
      vanishing,
    );
  });

  test('one of several tables that cannot be backed up does not keep the others from it (refused by the proxy)', async () => {
    const tables = [await ownTable(), await ownTable()];
    const refuse = refusedAs('CreateBackup', 'TableInUseException', 'busy', ({ TableName }) => TableName === tables[0]);
    await withAws(
      moto,
      async (_, environment) => {
        const { code, stdout } = await cumulusApi(create('--table', ...tables, '--json'), { environment });
        expect(code).toBe(1);
        expect(parseRun(stdout).results).toMatchObject([
          { table: tables[0], error: { name: 'RequestFailedError' } },
          { table: tables[1], status: 'AVAILABLE' },
        ]);
      },
      refuse,
    );
  });

  test('a table that is not there is named before anything is made', async () => {
    const table = await ownTable();
    const { code, stderr } = await cumulusApi(create('--table', table, 'no-such-table'), {
      environment: moto.environment,
    });
    expect(code).toBe(1);
    expect(stderr).toContain('Table no-such-table does not exist');
    expect(await backupsOf(moto.client, table)).toEqual([]);
  });

  test('backs up a deployment, by its prefix', async () => {
    await cumulusApiResults(['tables', 'create', '--prefix', 'whole'], { environment: moto.environment });
    const said = await cumulusApiResults<SaidBackup>(create('--prefix', 'whole'), { environment: moto.environment });
    expect(said).toHaveLength(11);
    expect(new Set(said.map(({ name, table }) => name.slice(table.length))).size).toBe(1);
  });

  test('a backup of a name without our stamp that another is making is not waited for', async () => {
    const table = await ownTable();
    await moto.client.send(new CreateBackupCommand({ TableName: table, BackupName: 'theirs' }));
    await withAws(moto, async (aws, environment) => {
      aws.alter('theirs', { BackupStatus: 'CREATING' });
      const said = await cumulusApiResult<SaidBackup>(create('--table', table), { environment });
      expect(said.continued).toBe(false);
    });
  });

  test.each([
    [[]],
    [['--table', 'prod-a', '--prefix', 'prod']],
    [['--table', 'prod-a', '--name', 'a b']],
    [['--table', 'prod-a', '--name']],
  ])('a wrong command line: %j', async (args) => {
    expect((await cumulusApi(create(...args), { environment: moto.environment })).code).toBe(2);
  });
});
