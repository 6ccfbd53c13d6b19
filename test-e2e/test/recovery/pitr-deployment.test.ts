import {
  DescribeTableCommand,
  PutItemCommand,
  ScanCommand,
  UpdateContinuousBackupsCommand,
} from '@aws-sdk/client-dynamodb';
import { describeUnless, ownMoto, whyNoMoto } from '@cumulus/test-kit';
import { createTable, stringKeyed } from '@cumulus/test-kit/tables';
import { beforeAll, expect, test } from '@jest/globals';
import { cumulusApi, cumulusApiResults, host, parseRun } from '../kit/command.ts';
import { refusedAs } from '../kit/faults/answered.ts';
import { type FaultProxy, withFaults } from '../kit/faults/proxy.ts';
import { PitrAws, seconds } from './pitr-aws.ts';

const WINDOW = { earliest: seconds('2026-10-19T10:00:00Z'), latest: seconds('2026-11-23T09:55:00Z') };
const AT = '2026-11-20T12:00:00Z';
/** What DynamoDB has of the table that is furthest behind. */
const FURTHEST_BEHIND = '2026-11-23T09:53:20Z';

const PROTECTED = [
  'CollectionsTable',
  'ExecutionsTable',
  'FilesTable',
  'GranulesTable',
  'PdrsTable',
  'ProvidersTable',
  'RulesTable',
  'UsersTable',
];
const OTHERS = ['AccessTokensTable', 'AsyncOperationsTable', 'SemaphoresTable', 'RecordCountsTable'];

interface Made {
  readonly table: string;
  readonly source: string;
  readonly state: string;
  readonly at?: string;
  readonly because?: string;
  readonly continued?: boolean;
}

/** Windows and instants are the proxy's, in AWS's documented form; tables, items and settings are moto's. */
describeUnless(await whyNoMoto(), 'pitr restore of a deployment', () => {
  const moto = ownMoto();

  beforeAll(async () => {
    await cumulusApiResults(['tables', 'create', '--prefix', 'prod', '--tag', 'Project=cumulus'], {
      environment: moto.environment,
    });
    const user = { userName: { S: 'alice' } };
    await moto.client.send(new PutItemCommand({ TableName: 'prod-UsersTable', Item: user }));
    const semaphore = { key: { S: 'busy' }, semvalue: { N: '1' } };
    await moto.client.send(new PutItemCommand({ TableName: 'prod-SemaphoresTable', Item: semaphore }));
  });

  const command = (to: string, ...when: string[]) => [
    'pitr',
    'restore',
    '--prefix',
    'prod',
    '--to-prefix',
    to,
    ...when,
  ];

  const environmentOf = (proxy: FaultProxy): NodeJS.ProcessEnv => ({ ...moto.environment, ...proxy.environment });

  function withAws<T>(work: (aws: PitrAws, environment: NodeJS.ProcessEnv) => Promise<T>) {
    const aws = new PitrAws(WINDOW);
    aws.setWindow('prod-RulesTable', { earliest: WINDOW.earliest, latest: seconds(FURTHEST_BEHIND) });
    return withFaults(aws.faults, (proxy) => work(aws, environmentOf(proxy)), moto.endpoint);
  }

  async function tablesOf(prefix: string): Promise<readonly string[]> {
    return (await moto.tables()).filter((name) => name.startsWith(`${prefix}-`));
  }

  async function itemsOf(table: string): Promise<number | undefined> {
    return (await moto.client.send(new ScanCommand({ TableName: table }))).Count;
  }

  async function schemaOf(table: string) {
    const { Table } = await moto.client.send(new DescribeTableCommand({ TableName: table }));
    const { KeySchema, GlobalSecondaryIndexes = [], StreamSpecification } = Table ?? {};
    return { KeySchema, indexes: GlobalSecondaryIndexes.map(({ IndexName }) => IndexName), StreamSpecification };
  }

  test('--latest: all protected tables as of the earliest of their latest times, the others empty; interrupted halfway, the same command goes on with the same instant', async () => {
    await withAws(async (aws, environment) => {
      aws.hold('new-FilesTable');
      const running = await host(command('new', '--latest'), { environment });
      await aws.looked('new-FilesTable', 3);
      await running.kill('SIGINT');
      const { code, stderr } = await running.ended;
      expect(code).toBe(130);
      expect(stderr).toContain(`--prefix prod --to-prefix new --at ${FURTHEST_BEHIND}`);
      expect(await tablesOf('new')).toHaveLength(8);
      aws.release('new-FilesTable');
      // Meanwhile the latest times have moved on.
      aws.setWindow('prod-RulesTable', { earliest: WINDOW.earliest + 300, latest: WINDOW.latest + 300 });
      const made = await cumulusApiResults<Made>(command('new', '--latest'), { environment });
      const restored = made.filter(({ state }) => state === 'restored');
      expect(restored.map(({ table }) => table)).toEqual(PROTECTED.map((name) => `new-${name}`));
      for (const { at, continued } of restored) {
        expect([Date.parse(String(at)), continued]).toEqual([Date.parse(FURTHEST_BEHIND), true]);
      }
      const empty = made.filter(({ state }) => state === 'empty');
      expect(empty.map(({ table, because }) => [table, because])).toEqual(
        OTHERS.map((name) => [`new-${name}`, name === 'RecordCountsTable' ? 'counts' : 'unprotected']),
      );
      const sent = aws.inputsOf('RestoreTableToPointInTime');
      expect(sent).toHaveLength(8);
      for (const { RestoreDateTime, UseLatestRestorableTime } of sent) {
        expect([RestoreDateTime, UseLatestRestorableTime]).toEqual([seconds(FURTHEST_BEHIND), undefined]);
      }
    });
    expect(await itemsOf('new-UsersTable')).toBe(1);
    expect(await itemsOf('new-SemaphoresTable')).toBe(0);
    for (const name of [...PROTECTED, ...OTHERS]) {
      expect(await schemaOf(`new-${name}`)).toEqual(await schemaOf(`prod-${name}`));
    }
    expect((await cumulusApi(['pitr', 'status', '--prefix', 'new'], { environment: moto.environment })).code).toBe(0);
  });

  test('--at outside of one table’s window: nothing is started, and that table is named with its window', async () => {
    await withAws(async (aws, environment) => {
      const { code, stderr } = await cumulusApi(command('no', '--at', '2026-11-23T09:54:00Z'), { environment });
      expect(code).toBe(1);
      expect(stderr).toContain(`prod-RulesTable can be restored to 2026-10-19T10:00:00Z until ${FURTHEST_BEHIND}`);
      expect(stderr).not.toContain('prod-UsersTable');
      expect(aws.changes).toEqual([]);
    });
  });

  test('--latest where a table was protected only later than another’s latest: no instant is common to them', async () => {
    await withAws(async (aws, environment) => {
      aws.setWindow('prod-UsersTable', { earliest: WINDOW.latest - 10, latest: WINDOW.latest });
      const { code, stderr } = await cumulusApi(command('no', '--latest'), { environment });
      expect(code).toBe(1);
      expect(stderr).toContain('prod-UsersTable can be restored to 2026-11-23T09:54:50Z until 2026-11-23T09:55:00Z');
      expect(aws.changes).toEqual([]);
    });
  });

  test.each([['UsersTable'], ['SemaphoresTable'], ['RecordCountsTable']])(
    'a target that exists (%s) is refused before anything is started',
    async (name) => {
      const prefix = `has-${name}`;
      await createTable(stringKeyed(`${prefix}-${name}`, ['key']), [], moto.client);
      await withAws(async (aws, environment) => {
        const { code, stderr } = await cumulusApi(command(prefix, '--latest'), { environment });
        expect(code).toBe(1);
        expect(stderr).toContain(`${prefix}-${name} exists already`);
        expect(aws.changes).toEqual([]);
      });
    },
  );

  test('a dry run names all that it would make, and makes nothing', async () => {
    await withAws(async (aws, environment) => {
      const made = await cumulusApiResults<Made>(command('dry', '--at', AT, '--dry-run'), { environment });
      expect(made.map(({ state }) => state)).toEqual(Array.from({ length: 12 }, () => 'planned'));
      expect(aws.changes).toEqual([]);
    });
  });

  test('what cannot be begun keeps nothing else; the same command takes what it made, at the same instant (refused by the proxy)', async () => {
    let isRefused = true;
    const refusals = [
      refusedAs('RestoreTableToPointInTime', 'AccessDeniedException', 'not authorized', (input) => {
        return isRefused && input['SourceTableName'] === 'prod-PdrsTable';
      }),
      refusedAs('CreateTable', 'AccessDeniedException', 'not authorized', ({ TableName }) => {
        return isRefused && TableName === 'rest-SemaphoresTable';
      }),
    ];
    await withAws(async (aws, beyond) => {
      await withFaults(
        refusals,
        async (proxy) => {
          const environment = { ...beyond, ...proxy.environment };
          const first = await cumulusApi([...command('rest', '--latest'), '--json'], { environment });
          expect(first.code).toBe(1);
          expect(
            parseRun<Made>(first.stdout)
              .results.map(({ state }) => state)
              .sort(),
          ).toEqual(
            expect.arrayContaining([
              ...Array.from({ length: 3 }, () => 'empty'),
              ...Array.from({ length: 7 }, () => 'restored'),
            ]),
          );
          expect(first.stderr).toContain('dynamodb:RestoreTableToPointInTime');
          expect(first.stderr).toContain('dynamodb:CreateTable');
          expect(first.stderr).toContain(`--to-prefix rest --at ${FURTHEST_BEHIND}`);
          expect(aws.inputsOf('RestoreTableToPointInTime')).toHaveLength(7);
          expect(aws.inputsOf('CreateTable')).toHaveLength(3);
          isRefused = false;
          const again = await cumulusApi([...command('rest', '--at', FURTHEST_BEHIND), '--json'], { environment });
          expect([again.code, again.stderr]).toEqual([0, '']);
          const restored = parseRun<Made>(again.stdout).results.filter(({ state }) => state === 'restored');
          expect(restored).toHaveLength(8);
          expect(restored.filter(({ continued }) => !continued).map(({ table }) => table)).toEqual(['rest-PdrsTable']);
        },
        beyond['AWS_ENDPOINT_URL_DYNAMODB'],
      );
      expect(aws.inputsOf('RestoreTableToPointInTime')).toHaveLength(8);
      expect(aws.inputsOf('CreateTable')).toHaveLength(4);
    });
    expect(await tablesOf('rest')).toHaveLength(12);
  });

  test('--no-wait begins all, and says how to finish', async () => {
    await withAws(async (aws, environment) => {
      for (const name of PROTECTED) aws.hold(`later-${name}`);
      const made = await cumulusApiResults<Made>(command('later', '--at', AT, '--no-wait'), { environment });
      expect(made.filter(({ state }) => state === 'restoring')).toHaveLength(8);
    });
  });

  test('a prefix without tables is an error; one with tables missing restores the others, and fails by their names', async () => {
    await withAws(async (aws, environment) => {
      const args = ['pitr', 'restore', '--prefix', 'nobody', '--to-prefix', 'no', '--latest'];
      const none = await cumulusApi(args, { environment });
      expect(none.code).toBe(1);
      expect(none.stderr).toContain('nobody-GranulesTable');
      expect(aws.changes).toEqual([]);
    });
    await createTable(stringKeyed('part-UsersTable', ['userName']), [], moto.client);
    await createTable(stringKeyed('part-SemaphoresTable', ['key']), [], moto.client);
    await moto.client.send(
      new UpdateContinuousBackupsCommand({
        TableName: 'part-UsersTable',
        PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
      }),
    );
    await withAws(async (_, environment) => {
      const args = ['pitr', 'restore', '--prefix', 'part', '--to-prefix', 'parts', '--latest'];
      const { code, stderr } = await cumulusApi(args, { environment });
      expect(code).toBe(1);
      expect(stderr).toContain('Table part-GranulesTable does not exist');
      expect(stderr).toContain('on-demand list');
    });
    expect(await tablesOf('parts')).toEqual(
      ['RecordCountsTable', 'SemaphoresTable', 'UsersTable'].map((name) => `parts-${name}`),
    );
  });

  test('a deployment without protection has nothing to restore', async () => {
    for (const name of [...PROTECTED, ...OTHERS]) {
      await createTable(stringKeyed(`bare-${name}`, ['key']), [], moto.client);
    }
    const args = ['pitr', 'restore', '--prefix', 'bare', '--to-prefix', 'no', '--latest'];
    const { code, stderr } = await cumulusApi(args, { environment: moto.environment });
    expect(code).toBe(1);
    expect(stderr).toContain('No table of bare has point-in-time recovery');
  });
});
