import { setTimeout } from 'node:timers/promises';
import {
  CreateTableCommand,
  DeleteTableCommand,
  DescribeContinuousBackupsCommand,
  DescribeTableCommand,
  DescribeTimeToLiveCommand,
  ListTagsOfResourceCommand,
  PutItemCommand,
  PutResourcePolicyCommand,
  ScanCommand,
  TagResourceCommand,
  UpdateContinuousBackupsCommand,
  UpdateTableCommand,
  UpdateTimeToLiveCommand,
} from '@aws-sdk/client-dynamodb';
import type { SettingsComparison } from '@cumulus/dynamodb/tables';
import { describeUnless, ownMoto, whyNoMoto } from '@cumulus/test-kit';
import { createTable, stringKeyed } from '@cumulus/test-kit/tables';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { cumulusApi, cumulusApiResult, cumulusApiResults, host, resultOf } from '../kit/command.ts';
import { answered, answeredAs, refusedAs } from '../kit/faults/answered.ts';
import { type Fault, type FaultProxy, withFaults } from '../kit/faults/proxy.ts';
import { PitrAws, seconds } from './pitr-aws.ts';

const WINDOW = { earliest: seconds('2026-10-19T10:00:00Z'), latest: seconds('2026-11-23T09:55:00Z') };
const AT = '2026-11-20T12:00:00Z';
const SOURCE = 'prod-GranulesTable';

interface Restored {
  readonly table: string;
  readonly at: string;
  readonly state: string;
  readonly continued: boolean;
  readonly given: readonly string[];
  readonly arn: string;
  readonly streamArn: string;
}

/** Windows and instants are the proxy's, in AWS's documented form; tables, items and settings are moto's. */
describeUnless(await whyNoMoto(), 'pitr restore of a table', () => {
  const moto = ownMoto();

  beforeAll(async () => {
    const TableName = SOURCE;
    await moto.client.send(
      new CreateTableCommand({
        TableName,
        BillingMode: 'PAY_PER_REQUEST',
        KeySchema: [{ AttributeName: 'granuleId', KeyType: 'HASH' }],
        AttributeDefinitions: [{ AttributeName: 'granuleId', AttributeType: 'S' }],
        StreamSpecification: { StreamEnabled: true, StreamViewType: 'NEW_AND_OLD_IMAGES' },
        Tags: [
          { Key: 'Project', Value: 'cumulus' },
          { Key: 'Stage', Value: 'prod' },
        ],
      }),
    );
    const ttl = { AttributeName: 'expirationTime', Enabled: true };
    await moto.client.send(new UpdateTimeToLiveCommand({ TableName, TimeToLiveSpecification: ttl }));
    await protect(SOURCE);
    await moto.client.send(new PutItemCommand({ TableName, Item: { granuleId: { S: 'g1' } } }));
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
    const { Tags = [] } = await moto.client.send(new ListTagsOfResourceCommand({ ResourceArn: Table?.TableArn }));
    return {
      key: Table?.KeySchema,
      stream: Table?.StreamSpecification,
      ttl,
      recovery: backups?.PointInTimeRecoveryDescription?.PointInTimeRecoveryStatus,
      tags: Tags.sort((a, b) => (String(a.Key) < String(b.Key) ? -1 : 1)),
    };
  }

  const command = (to: string, ...when: string[]) => ['pitr', 'restore', '--table', SOURCE, '--to', to, ...when];

  function environmentOf(proxy: FaultProxy): NodeJS.ProcessEnv {
    return { ...moto.environment, ...proxy.environment };
  }

  /** Does a work with AWS as far as the proxy plays it. */
  function withAws<T>(work: (aws: PitrAws, proxy: FaultProxy) => Promise<T>, ...faults: Fault[]): Promise<T> {
    const aws = new PitrAws(WINDOW);
    return withFaults([...aws.faults, ...faults], (proxy) => work(aws, proxy), moto.endpoint);
  }

  test('makes a table as of a time, with all that its source has now', async () => {
    await withAws(async (aws, proxy) => {
      const environment = environmentOf(proxy);
      const restored = await cumulusApiResult<Restored>(command(`${SOURCE}-1`, '--at', AT), { environment });
      expect(aws.inputsOf('RestoreTableToPointInTime')).toEqual([
        { SourceTableName: SOURCE, TargetTableName: `${SOURCE}-1`, RestoreDateTime: seconds(AT) },
      ]);
      expect(restored).toMatchObject({
        table: `${SOURCE}-1`,
        source: SOURCE,
        at: '2026-11-20T12:00:00.000Z',
        restorable: { earliest: '2026-10-19T10:00:00.000Z', latest: '2026-11-23T09:55:00.000Z' },
        state: 'restored',
        continued: false,
        given: ['stream', 'time to live', 'point-in-time recovery', 'tags'],
        notTaken: [],
      });
      expect(restored.streamArn).toContain(`${restored.arn}/stream/`);
      expect(await settingsOf(`${SOURCE}-1`)).toEqual(await settingsOf(SOURCE));
      const { Count } = await moto.client.send(new ScanCommand({ TableName: `${SOURCE}-1` }));
      expect(Count).toBe(1);
    });
  });

  test('says what it gave, and what did not come over', async () => {
    await withAws(async (_, proxy) => {
      const { stdout, code } = await cumulusApi(command(`${SOURCE}-words`, '--at', AT), {
        environment: environmentOf(proxy),
      });
      expect(stdout).toContain(`${SOURCE}-words: ${SOURCE} as of ${AT}\n  given: stream, time to live, point-in-time`);
      for (const thing of ['Lambda', 'IAM policies', 'auto scaling', 'CloudWatch alarms', 'resource policies']) {
        expect(stdout).toContain(thing);
      }
      expect(code).toBe(0);
    });
  });

  test('gives it deletion protection and the length of the window too, and names what does not come back', async () => {
    const TableName = 'special-table';
    const { TableDescription } = await moto.client.send(
      new CreateTableCommand({
        TableName,
        BillingMode: 'PAY_PER_REQUEST',
        KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
        AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
        DeletionProtectionEnabled: true,
      }),
    );
    const week = { PointInTimeRecoveryEnabled: true, RecoveryPeriodInDays: 7 };
    await moto.client.send(new UpdateContinuousBackupsCommand({ TableName, PointInTimeRecoverySpecification: week }));
    const Policy = '{"Version":"2012-10-17","Statement":[]}';
    await moto.client.send(new PutResourcePolicyCommand({ ResourceArn: TableDescription?.TableArn, Policy }));
    await withAws(async (aws, proxy) => {
      const environment = environmentOf(proxy);
      const to = `${TableName}-1`;
      const args = ['pitr', 'restore', '--table', TableName, '--to', to, '--at', AT];
      const restored = await cumulusApiResult<Restored & { readonly settings: SettingsComparison }>(args, {
        environment,
      });
      expect(restored.given).toEqual(['deletion protection', 'point-in-time recovery']);
      // moto restores with provisioned capacity.
      const others = restored.settings.differences.filter(({ setting }) => setting !== 'BillingMode');
      expect(others).toEqual([{ setting: 'ResourcePolicy', wanted: JSON.parse(Policy) }]);
      expect(aws.inputsOf('UpdateContinuousBackups')).toEqual([
        { TableName: to, PointInTimeRecoverySpecification: week },
      ]);
      const { Table } = await moto.client.send(new DescribeTableCommand({ TableName: to }));
      expect(Table?.DeletionProtectionEnabled).toBe(true);
      const { stdout } = await cumulusApi(args, { environment });
      expect(stdout).toContain('  not as the source has it now:\n');
      expect(stdout).toContain('    resource policy: {"Version":"2012-10-17","Statement":[]}; the table has none\n');
    });
  });

  test('gives it the table class, and the limits of on-demand capacity, those of indexes too', async () => {
    const [TableName, to] = ['limited-table', 'limited-table-1'];
    const attributes = ['id', 'tenant'].map((AttributeName) => ({ AttributeName, AttributeType: 'S' as const }));
    await moto.client.send(
      new CreateTableCommand({
        TableName,
        BillingMode: 'PAY_PER_REQUEST',
        KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
        AttributeDefinitions: attributes,
        GlobalSecondaryIndexes: ['by-tenant', 'unlimited'].map((IndexName) => ({
          IndexName,
          KeySchema: [{ AttributeName: 'tenant', KeyType: 'HASH' }],
          Projection: { ProjectionType: 'KEYS_ONLY' },
        })),
      }),
    );
    const enable = { PointInTimeRecoveryEnabled: true };
    await moto.client.send(new UpdateContinuousBackupsCommand({ TableName, PointInTimeRecoverySpecification: enable }));
    // moto forgets all of these, and restores with provisioned capacity.
    const special = {
      TableClass: 'STANDARD_INFREQUENT_ACCESS',
      OnDemandThroughput: { MaxReadRequestUnits: 50, MaxWriteRequestUnits: 20 },
      GlobalSecondaryIndexUpdates: [
        { Update: { IndexName: 'by-tenant', OnDemandThroughput: { MaxReadRequestUnits: 30 } } },
      ],
    };
    let has: Partial<typeof special> = {};
    const update = answeredAs('UpdateTable', ({ TableName: _, ...input }) => {
      has = { ...has, ...input };
      return { TableDescription: { TableName: to, TableStatus: 'UPDATING' } };
    });
    const describe = answered('DescribeTable', ({ Table }) => {
      const table = Table as { readonly TableName: string; readonly GlobalSecondaryIndexes: { IndexName: string }[] };
      const {
        TableClass,
        OnDemandThroughput,
        GlobalSecondaryIndexUpdates = [],
      } = table.TableName === to ? has : special;
      const GlobalSecondaryIndexes = table.GlobalSecondaryIndexes.map((index) => ({
        ...index,
        ...GlobalSecondaryIndexUpdates.find(({ Update }) => Update.IndexName === index.IndexName)?.Update,
      }));
      const BillingModeSummary = { BillingMode: 'PAY_PER_REQUEST' };
      const TableClassSummary = TableClass === undefined ? undefined : { TableClass };
      return { Table: { ...table, BillingModeSummary, TableClassSummary, OnDemandThroughput, GlobalSecondaryIndexes } };
    });
    await withAws(
      async (aws, proxy) => {
        const environment = environmentOf(proxy);
        const args = ['pitr', 'restore', '--table', TableName, '--to', to, '--at', AT];
        const restored = await cumulusApiResult<Restored>(args, { environment });
        expect(restored.given).toEqual(['table class', 'on-demand limits', 'point-in-time recovery']);
        const { TableClass, ...limits } = special;
        expect(aws.inputsOf('UpdateTable')).toEqual([
          { TableName: to, TableClass },
          { TableName: to, ...limits },
        ]);
        expect(await cumulusApiResult<Restored>(args, { environment })).toMatchObject({ given: [] });
      },
      update,
      describe,
    );
  });

  test('--latest leaves the instant to DynamoDB, and shows which it took', async () => {
    await withAws(async (aws, proxy) => {
      const environment = environmentOf(proxy);
      const restored = await cumulusApiResult<Restored>(command(`${SOURCE}-2`, '--latest'), { environment });
      expect(aws.inputsOf('RestoreTableToPointInTime')).toEqual([
        { SourceTableName: SOURCE, TargetTableName: `${SOURCE}-2`, UseLatestRestorableTime: true },
      ]);
      expect(restored.at).toBe('2026-11-23T09:55:00.000Z');
    });
  });

  test('a time from another zone, or with a fraction, is taken to the second', async () => {
    await withAws(async (aws, proxy) => {
      const environment = environmentOf(proxy);
      await cumulusApiResults<Restored>(command(`${SOURCE}-3`, '--at', '2026-11-20T07:00:00.750-05:00'), {
        environment,
      });
      expect(aws.inputsOf('RestoreTableToPointInTime')[0]?.['RestoreDateTime']).toBe(seconds(AT));
    });
  });

  test('a dry run checks all, and changes nothing', async () => {
    await withAws(async (aws, proxy) => {
      const environment = environmentOf(proxy);
      const planned = await cumulusApiResult<Restored>(command(`${SOURCE}-dry`, '--at', AT, '--dry-run'), {
        environment,
      });
      expect(planned).toMatchObject({ state: 'planned', dryRun: true, at: '2026-11-20T12:00:00.000Z' });
      const outside = await cumulusApi(command(`${SOURCE}-dry`, '--at', '2026-01-01', '--dry-run'), { environment });
      expect(outside.code).toBe(1);
      expect(aws.changes).toEqual([]);
    });
    expect(await moto.tables()).not.toContain(`${SOURCE}-dry`);
  });

  test('a table that was protected minutes ago has no time to be restored to yet, and that is said', async () => {
    await withAws(async (aws, { environment: proxied }) => {
      const environment = { ...moto.environment, ...proxied };
      aws.setWindow(SOURCE, { earliest: WINDOW.latest + 60, latest: WINDOW.latest });
      const { code, stderr } = await cumulusApi(command(`${SOURCE}-new`, '--latest'), { environment });
      expect(code).toBe(1);
      expect(stderr).toMatch(/^cumulus-api: There is no time yet to restore to of \S+ \(protected since \S+Z\)\.\n/);
      expect(stderr).toMatch(/ask again in some minutes\.\n$/);
      expect(aws.changes).toEqual([]);
    });
  });

  describe('refuses, before anything starts,', () => {
    test.each<[string, string[], RegExp[]]>([
      [
        'a time before the window',
        command(`${SOURCE}-no`, '--at', '2026-10-19T09:59:59Z'),
        [/time 2026-10-19T09:59:59Z is outside/, /2026-10-19T10:00:00Z until 2026-11-23T09:55:00Z/, /on-demand list/],
      ],
      [
        'a time after the window',
        command(`${SOURCE}-no`, '--at', '2026-11-23T09:55:01Z'),
        [/time 2026-11-23T09:55:01Z is outside/, /2026-11-23T09:55:00Z/, /--latest/],
      ],
      ['a target that exists', command('other-table', '--at', AT), [/other-table exists already/, /Nothing was/]],
      [
        'a table that is not protected',
        ['pitr', 'restore', '--table', 'other-table', '--to', 'other-table-1', '--latest'],
        [/other-table has no point-in-time recovery/, /pitr enable --table other-table/],
      ],
      [
        'a table that is gone',
        ['pitr', 'restore', '--table', 'gone-table', '--to', 'gone-table-1', '--latest'],
        [/gone-table does not exist/, /SYSTEM backup/, /on-demand restore --backup ARN/],
      ],
    ])('%s', async (_, args, messages) => {
      await moto.client
        .send(
          new CreateTableCommand({
            TableName: 'other-table',
            BillingMode: 'PAY_PER_REQUEST',
            KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
            AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
          }),
        )
        .catch(() => undefined);
      await withAws(async (aws, proxy) => {
        const { code, stderr } = await cumulusApi(args, { environment: environmentOf(proxy) });
        expect(code).toBe(1);
        for (const message of messages) expect(stderr).toMatch(message);
        expect(aws.changes).toEqual([]);
      });
    });

    test.each([
      [['--table', SOURCE, '--to', SOURCE, '--latest']],
      [['--table', SOURCE, '--to', 'a b', '--latest']],
      [['--table', SOURCE, '--to', `${SOURCE}-no`]],
      [['--table', SOURCE, '--to', `${SOURCE}-no`, '--latest', '--at', AT]],
      [['--table', SOURCE, '--to', `${SOURCE}-no`, '--at', 'yesterday']],
      [['--table', SOURCE, '--to-prefix', 'restored', '--latest']],
      [['--prefix', 'prod', '--to-prefix', 'prod', '--latest']],
      [['--prefix', 'prod', '--to-prefix', 'a b', '--latest']],
    ])('a wrong command line: %j', async (args) => {
      expect((await cumulusApi(['pitr', 'restore', ...args], { environment: moto.environment })).code).toBe(2);
    });
  });

  test.each(['RestoreTableToPointInTime', 'ListTagsOfResource', 'DescribeTimeToLive'])(
    'without permission for %s it names the action, and nothing is made (refused by the proxy)',
    async (action) => {
      await withAws(
        async (_, proxy) => {
          const { code, stderr } = await cumulusApi(command(`${SOURCE}-denied`, '--at', AT), {
            environment: environmentOf(proxy),
          });
          expect(code).toBe(1);
          expect(stderr).toContain(`dynamodb:${action}`);
          expect(await moto.tables()).not.toContain(`${SOURCE}-denied`);
        },
        refusedAs(action, 'AccessDeniedException', 'not authorized'),
      );
    },
  );

  test.each(['UpdateTimeToLive', 'UpdateContinuousBackups', 'TagResource', 'UpdateTable'])(
    'without permission for %s the table stays, and the same command gives what it lacks (refused by the proxy)',
    async (action) => {
      const to = `${SOURCE}-${action}`;
      let isRefused = true;
      const refuse = refusedAs(action, 'AccessDeniedException', 'not authorized', () => isRefused);
      await withAws(async (aws, proxy) => {
        const environment = environmentOf(proxy);
        const { code, stderr } = await cumulusApi(command(to, '--latest'), { environment });
        expect(code).toBe(1);
        expect(stderr).toContain(`dynamodb:${action}`);
        expect(stderr).toContain(`${to} holds its items`);
        expect(stderr).toContain(`--to ${to} --at 2026-11-23T09:55:00Z`);
        isRefused = false;
        const restored = await cumulusApiResult<Restored>(command(to, '--latest'), { environment });
        expect(restored).toMatchObject({ state: 'restored', continued: true });
        expect(aws.inputsOf('RestoreTableToPointInTime')).toHaveLength(1);
      }, refuse);
      expect(await settingsOf(to)).toEqual(await settingsOf(SOURCE));
    },
  );

  test('interrupted while it waits, it says how to go on; the same command does, and begins nothing twice', async () => {
    await withAws(async (aws, proxy) => {
      const to = `${SOURCE}-4`;
      aws.hold(to);
      const environment = environmentOf(proxy);
      const running = await host(command(to, '--latest'), { environment });
      await aws.looked(to, 2);
      await running.kill('SIGINT');
      const { code, stderr } = await running.ended;
      expect(code).toBe(130);
      expect(stderr).toContain(`cumulus-api pitr restore --table ${SOURCE} --to ${to} --at 2026-11-23T09:55:00Z`);
      aws.release(to);
      // The window has moved on meanwhile.
      aws.setWindow(SOURCE, { earliest: WINDOW.earliest + 60, latest: WINDOW.latest + 60 });
      const restored = await cumulusApiResult<Restored>(command(to, '--latest'), { environment });
      expect(restored).toMatchObject({ state: 'restored', continued: true, at: '2026-11-23T09:55:00.000Z' });
      expect(aws.inputsOf('RestoreTableToPointInTime')).toHaveLength(1);
      expect(await settingsOf(to)).toEqual(await settingsOf(SOURCE));
    });
  });

  test('--latest goes on with a restore of the last day, and says so; of an older one only while it is under way', async () => {
    await withAws(async (aws, proxy) => {
      const to = `${SOURCE}-11`;
      const environment = environmentOf(proxy);
      await cumulusApiResults(command(to, '--latest', '--no-wait'), { environment });
      aws.setWindow(SOURCE, { earliest: WINDOW.earliest, latest: WINDOW.latest + 86_401 });
      const older = await cumulusApi(command(to, '--latest'), { environment });
      expect(older.code).toBe(1);
      expect(older.stderr).toContain('repeat the command with --at 2026-11-23T09:55:00Z');
      aws.hold(to);
      const running = await host(command(to, '--latest'), { environment });
      await aws.looked(to, aws.looksAt(to) + 3);
      aws.release(to);
      const { code, stderr } = await running.ended;
      expect(code).toBe(0);
      expect(stderr).toContain('not of the latest time now');
      expect(aws.inputsOf('RestoreTableToPointInTime')).toHaveLength(1);
    });
  });

  test('goes on with an unfinished restore when its time was relative to now, and says so', async () => {
    const now = Math.floor(Date.now() / 1000);
    await withAws(async (aws, proxy) => {
      const to = `${SOURCE}-12`;
      const environment = environmentOf(proxy);
      aws.setWindow(SOURCE, { earliest: now - 86_400, latest: now - 300 });
      const ago = command(to, '--at', '2 hours ago');
      const begun = await cumulusApiResult<Restored>([...ago, '--no-wait'], { environment });
      await setTimeout(1100);
      const again = await cumulusApi([...ago, '--json'], { environment });
      expect(resultOf(again.stdout)).toMatchObject({ state: 'restored', continued: true, at: begun.at });
      expect(again.stderr).toMatch(/WARNING: \S+ is not of \S+Z, but of the restore that an earlier run began/);
      expect(again.code).toBe(0);
      const finished = await cumulusApi(ago, { environment });
      expect(finished.code).toBe(1);
      expect(finished.stderr).toContain('repeat the command with --at');
      expect(aws.inputsOf('RestoreTableToPointInTime')).toHaveLength(1);
    });
  });

  test('a source that is deleted meanwhile leaves its definition to take the settings from', async () => {
    await createTable(stringKeyed('doomed-UsersTable', ['userName']), [], moto.client);
    await protect('doomed-UsersTable');
    await withAws(async (_, proxy) => {
      const environment = environmentOf(proxy);
      const args = ['pitr', 'restore', '--table', 'doomed-UsersTable', '--to', 'doomed-UsersTable-1', '--at', AT];
      await cumulusApiResults([...args, '--no-wait'], { environment });
      await moto.client.send(new DeleteTableCommand({ TableName: 'doomed-UsersTable' }));
      const { code, stdout } = await cumulusApi(args, { environment });
      expect(stdout).toContain('given: stream, point-in-time recovery\n');
      expect(stdout).toContain('the source is gone: settings by the definition of Cumulus');
      expect(code).toBe(0);
    });
  });

  test('--no-wait begins only; the same command finishes; then it is finished, and no other state', async () => {
    await withAws(async (aws, proxy) => {
      const to = `${SOURCE}-5`;
      const environment = environmentOf(proxy);
      aws.hold(to);
      const begun = await cumulusApiResult<Restored>(command(to, '--at', AT, '--no-wait'), { environment });
      expect(begun).toMatchObject({ state: 'restoring', finishBy: expect.stringContaining(`--at ${AT}`) });
      expect(aws.changes).toEqual(['RestoreTableToPointInTime']);
      const other = await cumulusApi(command(to, '--at', '2026-11-21T12:00:00Z'), { environment });
      expect(other.code).toBe(1);
      expect(other.stderr).toContain(`as of ${AT}, not 2026-11-21T12:00:00Z`);
      aws.release(to);
      await cumulusApiResults(command(to, '--at', AT), { environment });
      expect(await settingsOf(to)).toEqual(await settingsOf(SOURCE));
      const again = await cumulusApiResult<Restored>(command(to, '--at', AT), { environment });
      expect(again).toMatchObject({ state: 'restored', continued: true, given: [] });
      const latest = await cumulusApi(command(to, '--latest'), { environment });
      expect(latest.code).toBe(1);
      expect(latest.stderr).toContain(`${to} exists already, restored as of ${AT}`);
    });
  });

  test('goes on waiting when the connection is lost, and when the table is not seen at first', async () => {
    const to = `${SOURCE}-6`;
    let lost = 0;
    let unseen = 0;
    let hasBegun = false;
    const losing: Fault = async (call, pass) => {
      if (call.action === 'RestoreTableToPointInTime') hasBegun = true;
      const isOfTarget = hasBegun && call.action === 'DescribeTable' && call.body.includes(to);
      if (isOfTarget && unseen < 1) {
        unseen += 1;
        const body = JSON.stringify({ __type: 'com.amazonaws.dynamodb.v20120810#ResourceNotFoundException' });
        return { status: 400, type: 'application/x-amz-json-1.0', body: Buffer.from(body), fault: true };
      }
      if (isOfTarget && lost < 10) {
        lost += 1;
        throw new Error('The connection is lost.');
      }
      return pass();
    };
    await withAws(async (_, proxy) => {
      const restored = await cumulusApiResult<Restored>(command(to, '--at', AT), { environment: environmentOf(proxy) });
      expect(restored.state).toBe('restored');
      expect([unseen, lost]).toEqual([1, 10]);
    }, losing);
  });

  test('a request whose answer was lost is not taken for another’s table', async () => {
    let lost = 0;
    const losing: Fault = async (call, pass) => {
      const answer = await pass();
      if (call.action !== 'RestoreTableToPointInTime' || lost > 0) return answer;
      lost += 1;
      throw new Error('The answer is lost.');
    };
    const aws = new PitrAws(WINDOW);
    await withFaults(
      [losing, ...aws.faults],
      async (proxy) => {
        const restored = await cumulusApiResult<Restored>(command(`${SOURCE}-7`, '--at', AT), {
          environment: environmentOf(proxy),
        });
        expect(restored.state).toBe('restored');
        expect(aws.inputsOf('RestoreTableToPointInTime')).toHaveLength(2);
      },
      moto.endpoint,
    );
  });

  test('a restore that fails, and whose table is gone, ends the wait', async () => {
    const to = `${SOURCE}-8`;
    let looks = 0;
    const vanishing = refusedAs('DescribeTable', 'ResourceNotFoundException', 'gone', (input) => {
      if (input['TableName'] === to) looks += 1;
      return input['TableName'] === to && looks > 3;
    });
    await withAws(async (aws, proxy) => {
      aws.hold(to);
      const { code, stderr } = await cumulusApi(command(to, '--at', AT), { environment: environmentOf(proxy) });
      expect(code).toBe(1);
      expect(stderr).toContain(`${to} is gone: its restore failed`);
    }, vanishing);
  });

  test('waits while DynamoDB has as many restores under way as it takes (refused by the proxy)', async () => {
    let refusals = 2;
    const busy = refusedAs('RestoreTableToPointInTime', 'LimitExceededException', 'Too many.', () => {
      refusals -= 1;
      return refusals >= 0;
    });
    await withAws(async (_, proxy) => {
      const restored = await cumulusApiResult<Restored>(command(`${SOURCE}-9`, '--at', AT), {
        environment: environmentOf(proxy),
      });
      expect(restored.state).toBe('restored');
    }, busy);
  });

  test('a table that somebody gives settings while it waits keeps them', async () => {
    const to = `${SOURCE}-10`;
    await withAws(async (aws, proxy) => {
      const environment = environmentOf(proxy);
      await cumulusApiResults(command(to, '--at', AT, '--no-wait'), { environment });
      const stream = { StreamEnabled: true, StreamViewType: 'NEW_AND_OLD_IMAGES' } as const;
      await moto.client.send(new UpdateTableCommand({ TableName: to, StreamSpecification: stream }));
      await protect(to);
      const { Table } = await moto.client.send(new DescribeTableCommand({ TableName: to }));
      const tags = [{ Key: 'Project', Value: 'cumulus' }];
      await moto.client.send(new TagResourceCommand({ ResourceArn: Table?.TableArn, Tags: tags }));
      const { given } = await cumulusApiResult<Restored>(command(to, '--at', AT), { environment });
      expect(given).toEqual(['time to live', 'tags']);
      expect(aws.inputsOf('TagResource').map(({ Tags }) => Tags)).toEqual([[{ Key: 'Stage', Value: 'prod' }]]);
    });
    expect(await settingsOf(to)).toEqual(await settingsOf(SOURCE));
  });
});
