import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CreateTableCommand, DescribeContinuousBackupsCommand } from '@aws-sdk/client-dynamodb';
import { describeUnless, ownMoto, whyNoMoto } from '@cumulus/test-kit';
import { beforeAll, expect, test } from '@jest/globals';
import { cumulusApi, cumulusApiResults } from '../kit/command.ts';
import { refusedAs } from '../kit/faults/answered.ts';
import { type Fault, withFaults } from '../kit/faults/proxy.ts';
import { PitrAws, seconds } from './pitr-aws.ts';

const WINDOW = { earliest: seconds('2026-10-19T10:00:00Z'), latest: seconds('2026-11-23T09:55:00Z') };

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

interface Status {
  readonly table: string;
  readonly protected: boolean;
  readonly wanted: boolean | null;
}

describeUnless(await whyNoMoto(), 'pitr status, enable and disable', () => {
  const moto = ownMoto();

  beforeAll(async () => {
    await cumulusApiResults(['tables', 'create', '--prefix', 'prod'], { environment: moto.environment });
    await cumulusApiResults(['tables', 'create', '--prefix', 'bare', '--point-in-time', 'none'], {
      environment: moto.environment,
    });
  });

  const run = (...args: string[]) => cumulusApi(['pitr', ...args], { environment: moto.environment });
  const results = <T>(...args: string[]) => cumulusApiResults<T>(['pitr', ...args], { environment: moto.environment });

  async function isProtected(table: string): Promise<boolean> {
    const { ContinuousBackupsDescription: backups } = await moto.client.send(
      new DescribeContinuousBackupsCommand({ TableName: table }),
    );
    return backups?.PointInTimeRecoveryDescription?.PointInTimeRecoveryStatus === 'ENABLED';
  }

  async function through(faults: readonly Fault[], ...args: string[]) {
    return withFaults(
      faults,
      (proxy) => cumulusApi(['pitr', ...args], { environment: { ...moto.environment, ...proxy.environment } }),
      moto.endpoint,
    );
  }

  test('a deployment as the module makes it is as it should be: eight of eleven tables are protected', async () => {
    const statuses = await results<Status>('status', '--prefix', 'prod');
    expect(statuses).toHaveLength(11);
    const names = statuses.filter((status) => status.protected).map(({ table }) => table);
    expect(names).toEqual(PROTECTED.map((name) => `prod-${name}`));
    for (const status of statuses) expect(status.wanted).toBe(status.protected);
  });

  test('the window is shown with its zone and its configured length (its times by answers as AWS documents them)', async () => {
    const { code, stdout } = await through(new PitrAws(WINDOW).faults, 'status', '--table', 'prod-GranulesTable');
    expect(stdout).toBe(
      'prod-GranulesTable: protected, can be restored to 2026-10-19T10:00:00Z until 2026-11-23T09:55:00Z, window of 35 days\n',
    );
    expect(code).toBe(0);
  });

  test('a table that should be protected and is not fails, by name; one beyond Cumulus has nothing to be', async () => {
    const { code, stdout, stderr } = await run('status', '--prefix', 'bare');
    expect(code).toBe(1);
    expect(stdout.match(/not protected, and should be/g)).toHaveLength(8);
    expect(stdout).toContain('bare-SemaphoresTable: not protected, and need not be\n');
    for (const name of PROTECTED) expect(stderr).toContain(`Table bare-${name} should be protected`);
  });

  test('--expect says which tables a deployment chose, in either way of writing it', async () => {
    expect((await run('status', '--prefix', 'bare', '--expect', 'none')).code).toBe(0);
    const chosen = await run('status', '--prefix', 'bare', '--expect', 'GranulesTable,UsersTable');
    expect(chosen.stderr.match(/should be protected/g)).toHaveLength(2);
    const words = await run('status', '--prefix', 'prod', '--expect', 'GranulesTable', 'SemaphoresTable');
    expect(words.code).toBe(1);
    expect(words.stderr.match(/Table \S+ should/g)).toEqual(['Table prod-SemaphoresTable should']);
    const unknown = await run('status', '--prefix', 'bare', '--expect', 'GranuleTable');
    expect(unknown.code).toBe(2);
    expect(unknown.stderr).toContain('"GranuleTable"');
    const file = join(moto.folder, 'without-users.json');
    await writeFile(file, JSON.stringify({ granules: { name: 'prod-GranulesTable' } }));
    for (const tables of [
      ['--table', 'prod-GranulesTable'],
      ['--tables', file],
    ]) {
      const absent = await run('status', ...tables, '--expect', 'GranulesTable', 'UsersTable');
      expect(absent).toMatchObject({ code: 2, stdout: '' });
      expect(absent.stderr).toContain('--expect names UsersTable, and no table of');
    }
  });

  test('a recovered table should be protected as the one whose name it has', async () => {
    const TableName = 'bare-GranulesTable-recovered';
    const definition = { AttributeName: 'granuleId', AttributeType: 'S' } as const;
    await moto.client.send(
      new CreateTableCommand({
        TableName,
        BillingMode: 'PAY_PER_REQUEST',
        KeySchema: [{ AttributeName: 'granuleId', KeyType: 'HASH' }],
        AttributeDefinitions: [definition],
      }),
    );
    const { code, stdout } = await run('status', '--table', TableName);
    expect({ code, stdout }).toEqual({ code: 1, stdout: `${TableName}: not protected, and should be\n` });
  });

  test('missing tables are named, and the command fails', async () => {
    const { code, stderr } = await run('status', '--table', 'prod-GranulesTable', 'gone-UsersTable');
    expect(code).toBe(1);
    expect(stderr).toContain('Table gone-UsersTable does not exist');
  });

  test('a file of Terraform names the tables, whatever they are called', async () => {
    const file = join(moto.folder, 'tables.json');
    const tables = { granules: { name: 'bare-SemaphoresTable' }, async_operations: { name: 'bare-UsersTable' } };
    await writeFile(file, JSON.stringify(tables));
    const { stdout } = await run('status', '--tables', file);
    expect(stdout).toBe(
      'bare-SemaphoresTable: not protected, and should be\nbare-UsersTable: not protected, and need not be\n',
    );
  });

  test('enable protects those of a prefix that should be, once; a dry run none', async () => {
    await cumulusApiResults(['tables', 'create', '--prefix', 'late', '--point-in-time', 'UsersTable'], {
      environment: moto.environment,
    });
    const described = await results<Status>('enable', '--prefix', 'late', '--dry-run');
    expect(described.map(({ table }) => table)).toEqual(PROTECTED.map((name) => `late-${name}`));
    expect(await isProtected('late-GranulesTable')).toBe(false);
    const enabled = await results<{ changed: boolean }>('enable', '--prefix', 'late');
    expect(enabled.filter(({ changed }) => changed)).toHaveLength(7);
    expect((await run('status', '--prefix', 'late')).code).toBe(0);
    expect(await isProtected('late-SemaphoresTable')).toBe(false);
    expect((await run('enable', '--prefix', 'late')).stdout.match(/is protected already/g)).toHaveLength(8);
  });

  test('enable --table protects just those, also while their backups are still being set up (by the proxy)', async () => {
    let refusals = 2;
    const busy = refusedAs('UpdateContinuousBackups', 'ContinuousBackupsUnavailableException', 'Setting up.', () => {
      refusals -= 1;
      return refusals >= 0;
    });
    const { code, stdout } = await through([busy], 'enable', '--table', 'bare-SemaphoresTable');
    expect(stdout).toBe('bare-SemaphoresTable: protected from now on\n');
    expect(code).toBe(0);
    expect(await isProtected('bare-SemaphoresTable')).toBe(true);
  });

  test('without a permission the action is named (refused by the proxy)', async () => {
    const refused = refusedAs('UpdateContinuousBackups', 'AccessDeniedException', 'not authorized');
    const { code, stderr } = await through([refused], 'enable', '--table', 'bare-PdrsTable');
    expect(code).toBe(1);
    expect(stderr).toContain('dynamodb:UpdateContinuousBackups');
    const blind = refusedAs('DescribeContinuousBackups', 'AccessDeniedException', 'not authorized');
    const status = await through([blind], 'status', '--table', 'prod-PdrsTable');
    expect(status.code).toBe(1);
    expect(status.stderr).toContain('dynamodb:DescribeContinuousBackups');
  });

  test('disable does nothing unless it is confirmed; then the history is gone', async () => {
    const asked = await run('disable', '--table', 'prod-RulesTable', 'prod-SemaphoresTable');
    expect(asked.code).toBe(2);
    expect(asked.stderr).toMatch(/prod-RulesTable \(since .*Z\).*history.*--yes/);
    expect(asked.stderr).not.toContain('prod-SemaphoresTable');
    const described = await run('disable', '--table', 'prod-RulesTable', '--dry-run');
    expect(described.stdout).toContain('would no longer be protected');
    expect(await isProtected('prod-RulesTable')).toBe(true);
    const done = await run('disable', '--table', 'prod-RulesTable', 'prod-SemaphoresTable', '--yes');
    expect(done.stdout).toBe(
      'prod-RulesTable: no longer protected, its history is gone\nprod-SemaphoresTable: was not protected\n',
    );
    expect(await isProtected('prod-RulesTable')).toBe(false);
  });
});
