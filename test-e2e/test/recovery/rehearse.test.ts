import { setTimeout as sleep } from 'node:timers/promises';
import {
  CreateBackupCommand,
  CreateTableCommand,
  DeleteItemCommand,
  PutItemCommand,
  UpdateContinuousBackupsCommand,
} from '@aws-sdk/client-dynamodb';
import { describeUnless, onDynamoDBLocal, ownFolder, ownMoto, whyNoMoto } from '@cumulus/test-kit';
import { ownTables, stringKeyed, tablesWithPrefix } from '@cumulus/test-kit/tables';
import { beforeAll, expect, test } from '@jest/globals';
import { cumulusApi, host, parseRun } from '../kit/command.ts';
import { answered, refusedAs } from '../kit/faults/answered.ts';
import { type Fault, type FaultProxy, withFaults } from '../kit/faults/proxy.ts';
import { granules } from '../kit/granules.ts';
import { OnDemandAws } from './on-demand-aws.ts';
import { PitrAws } from './pitr-aws.ts';

/** Longer than the times of a stream are apart from those of the writes. */
const APART = 2_500;

interface Row {
  readonly table: string;
  readonly outcome: string;
  readonly failure: string | null;
  readonly warning: string | null;
  readonly proof: Readonly<Record<string, number>> | null;
}

/**
 * Tables, items, streams and backups are moto's. Windows, instants and times of restores are the proxy's, in AWS's documented form:
 * moto restores what the table has at the moment of the request, whatever time is named.
 */
describeUnless(await whyNoMoto(), 'cumulus-api rehearse of what AWS restores by itself', () => {
  const moto = ownMoto();
  const stream = { StreamEnabled: true, StreamViewType: 'NEW_AND_OLD_IMAGES' } as const;
  const names = ['CollectionsTable', 'ProvidersTable', 'RulesTable'] as const;
  const keys = { CollectionsTable: 'name', ProvidersTable: 'id', RulesTable: 'name' };
  let prefix: string;
  let deployments = 0;

  /** A deployment of three tables, of which the last has no stream and is not protected. */
  async function deploy(): Promise<void> {
    deployments += 1;
    prefix = `d${deployments}`;
    for (const name of names) {
      const TableName = `${prefix}-${name}`;
      const StreamSpecification = name === 'RulesTable' ? undefined : stream;
      await moto.client.send(new CreateTableCommand({ ...stringKeyed(TableName, [keys[name]]), StreamSpecification }));
      for (const id of ['a', 'b', 'c']) await put(name, id, 'then');
      if (name !== 'RulesTable') await protect(name);
    }
    await sleep(APART);
  }

  async function protect(name: (typeof names)[number]): Promise<void> {
    const PointInTimeRecoverySpecification = { PointInTimeRecoveryEnabled: true };
    const TableName = `${prefix}-${name}`;
    await moto.client.send(new UpdateContinuousBackupsCommand({ TableName, PointInTimeRecoverySpecification }));
  }

  async function put(name: (typeof names)[number], id: string, value: string, table = `${prefix}-${name}`) {
    const Item = { [keys[name]]: { S: id }, value: { S: value } };
    await moto.client.send(new PutItemCommand({ TableName: table, Item }));
  }

  async function remove(name: (typeof names)[number], id: string, table = `${prefix}-${name}`) {
    await moto.client.send(new DeleteItemCommand({ TableName: table, Key: { [keys[name]]: { S: id } } }));
  }

  /** The live tables change: an item is changed, one goes, one comes. */
  async function changeAll(): Promise<void> {
    for (const name of names) {
      await put(name, 'a', 'now');
      await remove(name, 'b');
      await put(name, 'd', 'now');
    }
  }

  const argsOf = (from: string, ...more: string[]): string[] => {
    return ['rehearse', '--prefix', prefix, '--from', from, '--settle', '0', '--concurrency', '1', ...more];
  };

  function environmentOf(proxy: FaultProxy): { environment: NodeJS.ProcessEnv } {
    return { environment: { ...moto.environment, ...proxy.environment } };
  }

  /** Something that happens once, when the last table was restored, before it is compared. */
  function afterRestores(action: string, count: number, happen: (table: string) => Promise<void>): Fault {
    let restores = 0;
    return async (call, pass) => {
      const answer = await pass();
      if (call.action !== action || answer.status !== 200) return answer;
      restores += 1;
      const { TargetTableName } = JSON.parse(call.body.toString('utf8'));
      if (restores === count) await happen(TargetTableName);
      return answer;
    };
  }

  function pitr(work: (proxy: FaultProxy, aws: PitrAws) => Promise<void>, ...faults: Fault[]): Promise<void> {
    const now = Math.floor(Date.now() / 1000);
    const aws = new PitrAws({ earliest: now - 86_400, latest: now });
    return withFaults([...aws.faults, ...faults], (proxy) => work(proxy, aws), moto.endpoint);
  }

  async function rehearse(args: readonly string[], proxy: FaultProxy) {
    const ended = await cumulusApi([...args, '--json'], environmentOf(proxy));
    const { results, summary } = parseRun<Row>(ended.stdout);
    return { ...ended, rows: new Map(results.map((row) => [row.table.replace(`${prefix}-`, ''), row])), summary };
  }

  const liveTables = () => names.map((name) => `${prefix}-${name}`);
  const ownOfMoto = async () => (await moto.tables()).filter((name) => name.startsWith(`${prefix}-`));

  test('--from pitr proves what was restored by the live table and its stream', async () => {
    await deploy();
    await protect('RulesTable');
    await pitr(
      async (proxy) => {
        const tables = ['--tables', 'CollectionsTable', 'ProvidersTable'];
        const { code, rows, summary } = await rehearse(argsOf('pitr', ...tables), proxy);
        expect(code).toBe(0);
        for (const name of ['CollectionsTable', 'ProvidersTable']) expect(rows.get(name)?.outcome).toBe('proved');
        // The first was compared before the changes, the second after them.
        expect(rows.get('ProvidersTable')?.proof).toEqual({
          ...{ compared: 4, same: 1, explained: 3 },
          ...{ changed: 0, missing: 0, extra: 0 },
        });
        expect(summary).toMatchObject({ outcome: 'proved', notRemoved: [], file: null });
      },
      afterRestores('RestoreTableToPointInTime', 2, changeAll),
    );
    expect(await ownOfMoto()).toEqual(liveTables());
  }, 60_000);

  test('--from pitr ends with 1 where an item is lost, 3 where a table without a stream has changed', async () => {
    await deploy();
    await protect('RulesTable');
    await pitr(
      async (proxy) => {
        const { code, rows } = await rehearse(argsOf('pitr', '--tables', 'ProvidersTable'), proxy);
        expect(code).toBe(1);
        expect(rows.get('ProvidersTable')).toMatchObject({ outcome: 'failed', proof: { missing: 1, same: 2 } });
        expect(rows.get('ProvidersTable')?.failure).toMatch(/1 missing, 0 changed, 0 extra; the first of them: /);
      },
      afterRestores('RestoreTableToPointInTime', 1, (table) => remove('ProvidersTable', 'c', table)),
    );
    await pitr(
      async (proxy) => {
        const { code, rows } = await rehearse(argsOf('pitr', '--tables', 'RulesTable'), proxy);
        expect(code).toBe(3);
        const proof = { changed: 1, missing: 1, extra: 1, same: 1, explained: 0 };
        expect(rows.get('RulesTable')).toMatchObject({ outcome: 'restored', proof });
        expect(rows.get('RulesTable')?.warning).toMatch(/the table has no stream of new and old images\.$/);
      },
      afterRestores('RestoreTableToPointInTime', 1, changeAll),
    );
    expect(await ownOfMoto()).toEqual(liveTables());
  }, 60_000);

  test('a table that should be protected, and is not, fails; the scratch tables get no settings', async () => {
    await deploy();
    await pitr(async (proxy, aws) => {
      const { code, rows } = await rehearse(argsOf('pitr'), proxy);
      expect(code).toBe(1);
      expect(rows.get('RulesTable')?.failure).toMatch(/has no point-in-time recovery/);
      expect(rows.get('ProvidersTable')?.outcome).toBe('proved');
      const changes = new Set(aws.changes);
      for (const action of ['UpdateTable', 'UpdateTimeToLive', 'UpdateContinuousBackups', 'TagResource']) {
        expect(changes).not.toContain(action);
      }
    });
  }, 60_000);

  test('--from on-demand proves the newest available backup of each table', async () => {
    await deploy();
    for (const name of names) {
      for (const BackupName of ['older', 'newest']) {
        await moto.client.send(new CreateBackupCommand({ TableName: `${prefix}-${name}`, BackupName }));
      }
    }
    await sleep(APART);
    await changeAll();
    const aws = new OnDemandAws();
    const now = Date.now() / 1000;
    aws.alter('older', { BackupCreationDateTime: now - 3600 });
    aws.alter('newest', { BackupCreationDateTime: Math.floor(now - APART / 1000) });
    await withFaults(
      aws.faults,
      async (proxy) => {
        const { code, rows } = await rehearse(argsOf('on-demand', '--tables', ...names), proxy);
        const proof = { same: 1, changed: 0, missing: 0, extra: 0, explained: 3 };
        for (const name of ['CollectionsTable', 'ProvidersTable']) {
          expect(rows.get(name)).toMatchObject({ outcome: 'proved', proof });
        }
        // It has no stream.
        expect(rows.get('RulesTable')?.outcome).toBe('restored');
        expect(code).toBe(3);
        expect(aws.inputsOf('RestoreTableFromBackup')).toHaveLength(3);
      },
      moto.endpoint,
    );
    expect(await ownOfMoto()).toEqual(liveTables());
  }, 60_000);

  test('--metrics cloudwatch sends whether it failed, and how long it took, also where it could not be done', async () => {
    await deploy();
    const sent: { MetricName: string; Value: number; Dimensions: unknown }[] = [];
    const metrics: Fault = async (call, pass) => {
      if (call.action === 'PutMetricData') sent.push(...JSON.parse(call.body.toString('utf8')).MetricData);
      return pass();
    };
    const run = async (proxy: FaultProxy, ...args: string[]) => {
      const { environment } = environmentOf(proxy);
      sent.splice(0);
      return cumulusApi([...argsOf('pitr', '--metrics', 'cloudwatch', '--tables', ...args)], {
        environment: { ...environment, AWS_ENDPOINT_URL_CLOUDWATCH: proxy.endpoint },
      });
    };
    const of = { Dimensions: [{ Name: 'Prefix', Value: prefix }] };
    await pitr(async (proxy) => {
      expect((await run(proxy, 'ProvidersTable')).code).toBe(0);
      expect(sent).toMatchObject([
        { MetricName: 'RehearsalFailed', Value: 0, ...of },
        { MetricName: 'RehearsalSeconds', Value: expect.any(Number), ...of },
      ]);
      // It is not protected.
      expect((await run(proxy, 'RulesTable')).code).toBe(1);
      expect(sent).toMatchObject([{ MetricName: 'RehearsalFailed', Value: 1 }, { MetricName: 'RehearsalSeconds' }]);
    }, metrics);
    // The journal cannot be made; and it cannot even be planned.
    for (const action of ['CreateTable', 'ListTables']) {
      await pitr(
        async (proxy) => {
          expect((await run(proxy, 'ProvidersTable')).code).toBe(1);
          expect(sent).toMatchObject([{ MetricName: 'RehearsalFailed', Value: 1, ...of }]);
          expect((await run(proxy, 'ProvidersTable', '--dry-run')).code).toBe(action === 'ListTables' ? 1 : 0);
          expect(sent).toEqual([]);
        },
        metrics,
        refusedAs(action, 'AccessDeniedException', `not authorized to perform: dynamodb:${action}`),
      );
    }
  }, 60_000);

  test('interrupted while DynamoDB restores, it says what is left; the next one removes it, when it can', async () => {
    await deploy();
    const args = argsOf('pitr', '--tables', 'ProvidersTable');
    const now = Math.floor(Date.now() / 1000);
    const aws = new PitrAws({ earliest: now - 86_400, latest: now });
    let scratchTable = '';
    const faults = [
      ...aws.faults,
      answered('RestoreTableToPointInTime', (answer, { TargetTableName }) => {
        scratchTable = String(TargetTableName);
        aws.hold(scratchTable);
        return { ...answer };
      }),
    ];
    await withFaults(
      faults,
      async (proxy) => {
        const running = await host(args, environmentOf(proxy));
        while (scratchTable === '') await sleep(50);
        await aws.looked(scratchTable, 2);
        running.kill('SIGINT');
        const { code, stderr } = await running.ended;
        expect(code).toBe(130);
        expect(stderr).toContain(`Still there: ${scratchTable}. DynamoDB is still restoring it`);
        expect(stderr).toContain('The next rehearsal of the prefix removes what is left.');
      },
      moto.endpoint,
    );
    const journal = scratchTable.replace('ProvidersTable', 'Journal');
    expect(await ownOfMoto()).toEqual([...liveTables(), journal, scratchTable].sort());
    const held = new PitrAws({ earliest: now - 86_400, latest: now });
    held.hold(scratchTable);
    const withHold = [
      ...held.faults,
      // Known to this proxy as the one that restores it.
      answered('DescribeTable', ({ Table }) => {
        const table = Table as Readonly<Record<string, unknown>>;
        const RestoreSummary = { ...(table['RestoreSummary'] as object), RestoreInProgress: true };
        return { Table: table['TableName'] === scratchTable ? { ...table, RestoreSummary } : table };
      }),
    ];
    await withFaults(
      withHold,
      async (proxy) => {
        const { code, summary, stderr } = await rehearse(args, proxy);
        expect(code).toBe(1);
        expect(summary).toMatchObject({ outcome: 'proved', notRemoved: [scratchTable, journal] });
        expect(stderr).toContain(
          `Not all scratch tables were removed:\n  ${scratchTable}: DynamoDB is still restoring`,
        );
      },
      moto.endpoint,
    );
    await pitr(async (proxy) => {
      const { code, summary } = await rehearse(args, proxy);
      expect(code).toBe(0);
      expect(summary).toMatchObject({ removedFromEarlier: [scratchTable, journal], notRemoved: [] });
    });
    expect(await ownOfMoto()).toEqual(liveTables());
  }, 60_000);
});

onDynamoDBLocal('cumulus-api rehearse where AWS refuses', () => {
  const folder = ownFolder();
  const tables = ownTables();
  const { prefix } = tables;
  const args = ['rehearse', '--prefix', prefix, '--from', 'backup', '--backups', folder, '--tables', 'GranulesTable'];
  let before: readonly string[];
  const isScratch = ({ TableName }: Readonly<Record<string, unknown>>) =>
    /-rehearsal-[\w-]+-GranulesTable$/.test(String(TableName));

  beforeAll(async () => {
    const table = await tables.create(granules(20), ['granuleId'], 'GranulesTable');
    expect((await cumulusApi(['backup', '--table', table, '--directory', folder])).code).toBe(0);
    before = await tablesWithPrefix(prefix);
  });

  test('nothing is created where the journal may not be', async () => {
    const denied = refusedAs(
      'CreateTable',
      'AccessDeniedException',
      'is not authorized to perform: dynamodb:CreateTable',
    );
    await withFaults([denied], async (proxy) => {
      const { code, stderr } = await cumulusApi(args, proxy);
      expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringContaining('dynamodb:CreateTable') });
    });
    expect(await tablesWithPrefix(prefix)).toEqual(before);
  });

  test('a table that may not be deleted is named, and removed by the next rehearsal', async () => {
    const message =
      'User: ci is not authorized to perform: dynamodb:DeleteTable because no identity-based policy allows it';
    const denied = refusedAs('DeleteTable', 'AccessDeniedException', message, isScratch);
    await withFaults([denied], async (proxy) => {
      const { code, stdout, stderr } = await cumulusApi(args, proxy);
      expect(code).toBe(1);
      expect(stdout).toContain(': proved');
      expect(stderr).toMatch(/Not all scratch tables were removed:\n {2}\S+-GranulesTable: .*DeleteTable/);
    });
    expect((await tablesWithPrefix(prefix)).length).toBe(before.length + 2);
    const { code, stdout } = await cumulusApi(args);
    expect({ code, stdout }).toEqual({ code: 0, stdout: expect.stringContaining('removed from earlier rehearsals: ') });
    expect(await tablesWithPrefix(prefix)).toEqual(before);
  });
});
