import {
  DeleteTableCommand,
  DescribeContinuousBackupsCommand,
  DescribeTableCommand,
  DescribeTimeToLiveCommand,
  ListTagsOfResourceCommand,
  PutItemCommand,
  ScanCommand,
  TagResourceCommand,
  UpdateContinuousBackupsCommand,
} from '@aws-sdk/client-dynamodb';
import { describeUnless, ownMoto, whyNoMoto } from '@cumulus/test-kit';
import { beforeAll, expect, test } from '@jest/globals';
import { cumulusApi, cumulusApiResult, cumulusApiResults, host } from '../kit/command.ts';
import { refusedAs } from '../kit/faults/answered.ts';
import type { Fault } from '../kit/faults/proxy.ts';
import { makeBackup, makeTable, withAws } from './on-demand-tests.ts';

const SOURCE = 'prod-GranulesTable';

const FEATURES = {
  StreamDescription: { StreamEnabled: true, StreamViewType: 'KEYS_ONLY' },
  TimeToLiveDescription: { TimeToLiveStatus: 'ENABLED', AttributeName: 'expirationTime' },
};

/** Tables, items, settings and backups are moto's; states and a backup's features are the proxy's, as AWS documents them. */
describeUnless(await whyNoMoto(), 'on-demand restore', () => {
  const moto = ownMoto();
  let backup = '';

  beforeAll(async () => {
    await makeTable(moto.client, SOURCE, true);
    await protect(SOURCE);
    const { Table } = await moto.client.send(new DescribeTableCommand({ TableName: SOURCE }));
    const tags = [{ Key: 'Stage', Value: 'prod' }];
    await moto.client.send(new TagResourceCommand({ ResourceArn: Table?.TableArn, Tags: tags }));
    await moto.client.send(new PutItemCommand({ TableName: SOURCE, Item: { granuleId: { S: 'g1' } } }));
    backup = await makeBackup(moto.client, SOURCE, 'before-upgrade');
    await moto.client.send(new PutItemCommand({ TableName: SOURCE, Item: { granuleId: { S: 'g2' } } }));
  });

  async function protect(table: string): Promise<void> {
    const specification = { PointInTimeRecoveryEnabled: true };
    await moto.client.send(
      new UpdateContinuousBackupsCommand({ TableName: table, PointInTimeRecoverySpecification: specification }),
    );
  }

  async function settingsOf(table: string) {
    const TableName = table;
    const { Table } = await moto.client.send(new DescribeTableCommand({ TableName }));
    const { TimeToLiveDescription: ttl } = await moto.client.send(new DescribeTimeToLiveCommand({ TableName }));
    const { ContinuousBackupsDescription: backups } = await moto.client.send(
      new DescribeContinuousBackupsCommand({ TableName }),
    );
    const { Tags } = await moto.client.send(new ListTagsOfResourceCommand({ ResourceArn: Table?.TableArn }));
    return {
      stream: Table?.StreamSpecification?.StreamViewType,
      ttl: ttl?.AttributeName,
      recovery: backups?.PointInTimeRecoveryDescription?.PointInTimeRecoveryStatus,
      tags: Tags?.map(({ Key, Value }) => [Key, Value]) ?? [],
    };
  }

  const restore = (to: string, arn = backup): string[] => ['on-demand', 'restore', '--backup', arn, '--to', to];

  test('makes a table of a backup: stream and time to live as the backup has them, the rest as the source', async () => {
    const to = `${SOURCE}-1`;
    await withAws(moto, async (aws, environment) => {
      aws.setFeatures(FEATURES);
      const said = await cumulusApiResult(restore(to), { environment });
      expect(aws.inputsOf('RestoreTableFromBackup')).toEqual([{ BackupArn: backup, TargetTableName: to }]);
      expect(said).toMatchObject({
        table: to,
        source: SOURCE,
        backupArn: backup,
        name: 'before-upgrade',
        state: 'restored',
        continued: false,
        dryRun: false,
        given: ['stream', 'time to live', 'point-in-time recovery', 'tags'],
      });
    });
    expect(await settingsOf(to)).toEqual({
      stream: 'KEYS_ONLY',
      ttl: 'expirationTime',
      recovery: 'ENABLED',
      tags: [['Stage', 'prod']],
    });
    expect((await moto.client.send(new ScanCommand({ TableName: to }))).Items).toEqual([{ granuleId: { S: 'g1' } }]);
  });

  test('says it to a person, with what did not come over', async () => {
    const { stdout, code } = await cumulusApi(restore(`${SOURCE}-2`), { environment: moto.environment });
    expect(code).toBe(0);
    expect(stdout).toMatch(
      /-2: prod-GranulesTable as of \S+Z, from backup before-upgrade\n {2}given: stream, point-in-time/,
    );
    for (const thing of ['Lambda', 'IAM policies', 'auto scaling', 'CloudWatch alarms', 'resource policies']) {
      expect(stdout).toContain(thing);
    }
  });

  test('a dry run checks all, and makes nothing', async () => {
    await withAws(moto, async (aws, environment) => {
      const said = await cumulusApiResult([...restore(`${SOURCE}-dry`), '--dry-run'], { environment });
      expect(said).toMatchObject({ state: 'planned', dryRun: true, source: SOURCE });
      expect(aws.changes).toEqual([]);
    });
  });

  test('interrupted while it waits, it says how to go on; the same command does, and begins nothing twice', async () => {
    const to = `${SOURCE}-3`;
    await withAws(moto, async (aws, environment) => {
      aws.holdTable(to);
      const running = await host(restore(to), { environment });
      await aws.asked('RestoreTableFromBackup', 1);
      await aws.asked('DescribeTable', aws.inputsOf('DescribeTable').length + 2);
      await running.kill('SIGINT');
      const { code, stderr } = await running.ended;
      expect(code).toBe(130);
      expect(stderr).toContain(`cumulus-api on-demand restore --backup ${backup} --to ${to}`);
      aws.releaseTable(to);
      const said = await cumulusApiResult(restore(to), { environment });
      expect(said).toMatchObject({ state: 'restored', continued: true });
      expect(aws.inputsOf('RestoreTableFromBackup')).toHaveLength(1);
    });
    expect((await settingsOf(to)).recovery).toBe('ENABLED');
  });

  test('--no-wait begins only; the same command finishes', async () => {
    const to = `${SOURCE}-4`;
    await withAws(moto, async (aws, environment) => {
      const begun = await cumulusApiResult([...restore(to), '--no-wait'], { environment });
      expect(begun).toMatchObject({ state: 'restoring', finishBy: `cumulus-api ${restore(to).join(' ')}` });
      expect(aws.changes).toEqual(['RestoreTableFromBackup']);
      expect(await cumulusApiResult(restore(to), { environment })).toMatchObject({
        state: 'restored',
        continued: true,
      });
    });
  });

  test('goes on waiting when the connection is lost (by the proxy)', async () => {
    let lost = 0;
    let hasBegun = false;
    const losing: Fault = async (call, pass) => {
      if (call.action === 'RestoreTableFromBackup') hasBegun = true;
      if (!hasBegun || call.action !== 'DescribeTable' || lost >= 6) return pass();
      lost += 1;
      throw new Error('The connection is lost.');
    };
    await withAws(
      moto,
      async (_, environment) => {
        expect(await cumulusApiResult(restore(`${SOURCE}-5`), { environment })).toMatchObject({ state: 'restored' });
        expect(lost).toBe(6);
      },
      losing,
    );
  });

  test('a request whose answer was lost is not taken for another’s table (by the proxy)', async () => {
    let lost = 0;
    const losing: Fault = async (call, pass) => {
      const answer = await pass();
      if (call.action !== 'RestoreTableFromBackup' || lost > 0) return answer;
      lost += 1;
      throw new Error('The answer is lost.');
    };
    await withAws(
      moto,
      async (_, environment) =>
        expect(await cumulusApiResult(restore(`${SOURCE}-6`), { environment })).toMatchObject({ state: 'restored' }),
      losing,
    );
    expect(lost).toBe(1);
  });

  test('waits while it is throttled (refused by the proxy)', async () => {
    let refusals = 2;
    const busy = refusedAs('RestoreTableFromBackup', 'LimitExceededException', 'Too many.', () => {
      refusals -= 1;
      return refusals >= 0;
    });
    await withAws(
      moto,
      async (_, environment) =>
        expect(await cumulusApiResult(restore(`${SOURCE}-7`), { environment })).toMatchObject({ state: 'restored' }),
      busy,
    );
  });

  test('a backup that is still being made is refused, with what to do', async () => {
    await withAws(moto, async (aws, environment) => {
      aws.hold();
      const { code, stderr } = await cumulusApi(restore(`${SOURCE}-no`), { environment });
      expect(code).toBe(1);
      expect(stderr).toMatch(/Backup before-upgrade of table prod-GranulesTable, .* is still being made \(CREATING\)/);
      expect(stderr).toContain(`on-demand describe --backup ${backup}`);
      expect(aws.changes).toEqual([]);
    });
  });

  test('a target that exists is refused, also one restored from another backup', async () => {
    const other = await makeBackup(moto.client, SOURCE, 'another');
    await cumulusApiResults(restore(`${SOURCE}-8`, other), { environment: moto.environment });
    await withAws(moto, async (aws, environment) => {
      for (const [to, words] of [
        [SOURCE, 'still exists: it is the table that backup before-upgrade is of'],
        [`${SOURCE}-8`, 'exists already, and is no restore of backup before-upgrade'],
      ] as const) {
        const { code, stderr } = await cumulusApi(restore(to), { environment });
        expect(code).toBe(1);
        expect(stderr).toContain(`Table ${to} ${words}`);
      }
      expect(aws.changes).toEqual([]);
    });
  });

  test('a backup that is not there is named', async () => {
    const gone = backup.replace(/[^-]+$/, '00000000');
    const { code, stderr } = await cumulusApi(restore(`${SOURCE}-no`, gone), { environment: moto.environment });
    expect(code).toBe(1);
    expect(stderr).toContain(`Backup ${gone} does not exist`);
  });

  test.each(['DescribeBackup', 'RestoreTableFromBackup', 'ListTagsOfResource', 'DescribeTimeToLive'])(
    'without permission for %s it names the action, and nothing is made (refused by the proxy)',
    async (action) => {
      await withAws(
        moto,
        async (_, environment) => {
          const { code, stderr } = await cumulusApi(restore(`${SOURCE}-no`), { environment });
          expect(code).toBe(1);
          expect(stderr).toContain(`dynamodb:${action}`);
        },
        refusedAs(action, 'AccessDeniedException', 'not authorized'),
      );
      expect(await moto.tables()).not.toContain(`${SOURCE}-no`);
    },
  );

  test('a deleted table comes back under its own name from what DynamoDB kept, interrupted or not', async () => {
    const table = 'gone-PdrsTable';
    await makeTable(moto.client, table);
    const kept = await makeBackup(moto.client, table, `${table}$DeletedTableBackup`);
    await moto.client.send(new DeleteTableCommand({ TableName: table }));
    await withAws(moto, async (aws, environment) => {
      aws.alter(`${table}$DeletedTableBackup`, {
        BackupType: 'SYSTEM',
        BackupExpiryDateTime: Date.now() / 1000 + 86_400,
      });
      aws.setFeatures(FEATURES);
      await cumulusApiResults([...restore(table, kept), '--no-wait'], { environment });
      const { code, stdout } = await cumulusApi(restore(table, kept), { environment });
      expect(code).toBe(0);
      expect(stdout).toContain('given: stream, time to live, point-in-time recovery');
      expect(stdout).toContain('the source is gone: stream and time to live by the backup');
    });
    expect(await settingsOf(table)).toMatchObject({ stream: 'KEYS_ONLY', ttl: 'expirationTime', recovery: 'ENABLED' });
  });

  test('without the backup’s features, a table that is gone gets what its definition says', async () => {
    const table = 'gone-UsersTable';
    await makeTable(moto.client, table);
    const arn = await makeBackup(moto.client, table, 'usual');
    await moto.client.send(new DeleteTableCommand({ TableName: table }));
    const { stdout } = await cumulusApi(restore(`${table}-back`, arn), { environment: moto.environment });
    expect(stdout).toContain('given: stream, point-in-time recovery\n');
    expect(stdout).toContain('the source is gone: settings by the definition of Cumulus');
  });

  test.each([
    [['--to', 'prod-a']],
    [['--backup', 'arn:aws:dynamodb:us-east-1:1:table/prod-a', '--to', 'prod-b']],
    [['--backup', 'arn:aws:dynamodb:us-east-1:1:table/prod-a/backup/1-2']],
  ])('a wrong command line: %j', async (args) => {
    expect((await cumulusApi(['on-demand', 'restore', ...args], { environment: moto.environment })).code).toBe(2);
  });
});
