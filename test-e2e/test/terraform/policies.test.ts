import { join } from 'node:path';
import {
  CreateBackupCommand,
  DeleteBackupCommand,
  DeleteItemCommand,
  DeleteTableCommand,
  DescribeBackupCommand,
  DescribeTableCommand,
  DynamoDBClient,
  ListBackupsCommand,
  RestoreTableFromBackupCommand,
  RestoreTableToPointInTimeCommand,
  ScanCommand,
  UpdateContinuousBackupsCommand,
  UpdateTimeToLiveCommand,
} from '@aws-sdk/client-dynamodb';
import { describeUnless, ownMoto, putSampleRecords } from '@cumulus/test-kit';
import { itemsOf } from '@cumulus/test-kit/tables';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { cumulusApi, cumulusApiResult, cumulusApiResults, parseRun } from '../kit/command.ts';
import { withFaults } from '../kit/faults/proxy.ts';
import { whyNoTerraform } from './available.ts';
import { CONTRACT } from './contract.ts';
import { Deployment } from './deployment.ts';
import { enforced } from './enforced-policy.ts';
import type { Policy } from './policy.ts';

const NAMES = ['backup_policy', 'restore_policy', 'recovery_policy', 'rehearsal_policy', 'status_policy'] as const;

interface Fact {
  readonly known: boolean;
}

/** Of a result of `status`, the facts that permissions are needed for. */
interface StatusResult {
  readonly pointInTime: Fact;
  readonly deletionProtection: Fact;
  readonly onDemand: Fact;
  readonly export: Fact;
}

/** What may stand behind a table's ARN: nothing, a name that a recovery makes of it, or what belongs to either. */
const TABLE = new RegExp(
  `^arn:aws:dynamodb:us-east-1:123456789012:table/prod-(${[...CONTRACT.map(({ name }) => name), 'RecordCountsTable'].join('|')})(\\*|-\\*|/\\*|/index/\\*|/export/\\*)?$`,
);
const COUNTS = 'arn:aws:dynamodb:us-east-1:123456789012:table/prod-RecordCountsTable';
const LIST_ACTIONS = [
  'backup:ListBackupVaults',
  'backup:ListRecoveryPointsByBackupVault',
  'dynamodb:ListBackups',
  'dynamodb:ListExports',
  'dynamodb:ListImports',
  'dynamodb:ListTables',
];
const SCRATCH = 'arn:aws:dynamodb:us-east-1:123456789012:table/prod-rehearsal-*';

describeUnless(await whyNoTerraform(), 'the policies that the module puts out', () => {
  const moto = ownMoto();
  const policies: Partial<Record<string, Policy>> = {};
  let deployment: Deployment;
  let backups: string;
  let granules: number;

  beforeAll(async () => {
    deployment = await Deployment.on(moto, { prefix: 'prod', recovery_buckets: ['exports', 'more.exports'] });
    await deployment.apply();
    for (const name of NAMES) policies[name] = JSON.parse(await deployment.output<string>(name)) as Policy;
    await putSampleRecords(moto.client, 'prod', 10);
    granules = (await itemsOf('prod-GranulesTable', moto.client)).length;
    backups = join(moto.folder, 'backups');
    await cumulusApiResults(['backup', '--prefix', 'prod', '--directory', backups], moto);
  }, 180_000);

  /** Works as somebody who has this policy and no other, with a client and the environment of a command. */
  async function as<T>(
    name: (typeof NAMES)[number],
    work: (holder: { client: DynamoDBClient; environment: NodeJS.ProcessEnv }) => Promise<T>,
  ): Promise<T> {
    const policy = policies[name] as Policy;
    return await withFaults(
      [enforced(policy)],
      async ({ environment }) => {
        const client = new DynamoDBClient({ endpoint: String(environment['AWS_ENDPOINT_URL_DYNAMODB']) });
        return await work({ client, environment }).finally(() => client.destroy());
      },
      moto.endpoint,
    );
  }

  describe.each(NAMES)('%s', (name) => {
    test('permits no action by a wildcard', () => {
      expect(policies[name]?.Version).toBe('2012-10-17');
      for (const { Effect, Action } of policies[name]?.Statement ?? []) {
        expect(Effect).toBe('Allow');
        for (const action of Action) expect(action).toMatch(/^[a-z0-9]+:[A-Za-z]+$/);
      }
    });

    test('is about the tables of the deployment, and what is made of them', () => {
      for (const { Sid, Action, Resource, Condition } of policies[name]?.Statement ?? []) {
        if (Sid === 'List') {
          expect(Resource).toEqual(['*']);
          expect(LIST_ACTIONS).toEqual(expect.arrayContaining([...Action]));
        } else if (Sid === 'SendMetrics')
          expect({ Action, Resource, Condition }).toEqual({
            Action: ['cloudwatch:PutMetricData'],
            Resource: ['*'],
            Condition: { StringEquals: { 'cloudwatch:namespace': 'Cumulus/Protection' } },
          });
        else if (Sid === 'ListBuckets') expect(Resource).toEqual(['arn:aws:s3:::exports', 'arn:aws:s3:::more.exports']);
        else if (Sid === 'UseBuckets' || Sid === 'ExportToBuckets')
          expect(Resource).toEqual(['arn:aws:s3:::exports/*', 'arn:aws:s3:::more.exports/*']);
        else if (Sid === 'UseScratchTables') expect(Resource).toEqual([SCRATCH]);
        else if (Sid === 'KeepReports')
          for (const resource of Resource) {
            expect(resource).toMatch(
              /^arn:aws:s3:::(?:more\.)?exports\/\*\.(?:proofs\.json|proofs\.json\.lock|rehearsal\.json)$/,
            );
          }
        else if (Sid === 'KeepCheckpoints')
          expect(Resource).toEqual([
            'arn:aws:s3:::exports/*.checkpoint.json',
            'arn:aws:s3:::more.exports/*.checkpoint.json',
          ]);
        else if (Sid === 'ReportImports')
          expect(Resource).toEqual(['arn:aws:logs:us-east-1:123456789012:log-group:/aws-dynamodb/*']);
        else if (Sid === 'NoteRecount')
          expect({ Action, Resource }).toEqual({ Action: ['dynamodb:UpdateItem'], Resource: [COUNTS] });
        else for (const resource of Resource) expect(resource).toMatch(TABLE);
      }
    });
  });

  test('without recovery buckets there is nothing of S3 and of logs', async () => {
    await deployment.configure({ prefix: 'prod' });
    await deployment.apply();
    for (const name of NAMES) {
      const { Statement } = JSON.parse(await deployment.output<string>(name)) as Policy;
      expect(
        Statement.flatMap(({ Action }) => Action.filter((action) => !/^(backup|cloudwatch|dynamodb):/.test(action))),
      ).toEqual([]);
    }
  });

  test('backup_policy backs up and verifies all tables, and does not restore', async () => {
    const directory = join(moto.folder, 'by-policy');
    await as('backup_policy', async (holder) => {
      const backup = await cumulusApi(['backup', '--prefix', 'prod', '--directory', directory], holder);
      expect(backup).toMatchObject({ code: 0 });
      expect(backup.stderr).not.toMatch(/AccessDenied|not authorized|permission|dynamodb:/i);
      // All settings are in the manifests.
      expect(backup.stdout).not.toContain('no permission');
      expect(await cumulusApi(['verify', '--directory', directory, '--prefix', 'prod'], holder)).toMatchObject({
        code: 0,
      });

      const file = join(directory, 'prod-GranulesTable.json');
      const restore = await cumulusApi(
        ['restore', file, '--table', 'prod-GranulesTable', '--overwrite', '--yes'],
        holder,
      );
      expect(restore).toMatchObject({ code: 1, stdout: '' });
      expect(restore.stderr).toContain('dynamodb:BatchWriteItem');
      const created = await cumulusApi(
        ['restore', file, '--table', 'prod-GranulesTable-new', '--create-table'],
        holder,
      );
      expect(created).toMatchObject({ code: 1, stdout: '' });
    });
    expect(await moto.tables()).not.toContain('prod-GranulesTable-new');
  });

  test('restore_policy restores into all tables and into new ones, and changes no setting of a table', async () => {
    const file = join(backups, 'prod-GranulesTable.json');
    await as('restore_policy', async (holder) => {
      const all = ['restore', '--directory', backups, '--prefix', 'prod'];
      expect(await cumulusApiResults([...all, '--overwrite', '--yes', '--verify'], holder)).toHaveLength(
        CONTRACT.length,
      );
      const skipped = ['restore', file, '--table', 'prod-GranulesTable', '--skip-existing'];
      expect(await cumulusApiResult(skipped, holder)).toMatchObject({ items: 0, skipped: granules });

      const made = await cumulusApi(['restore', file, '--table', 'prod-GranulesTable-new', '--create-table'], holder);
      expect(made).toMatchObject({ code: 0 });
      expect(made.stderr).not.toMatch(/AccessDenied|not authorized|permission|dynamodb:/i);
      expect(made.stdout).not.toContain('no permission');
      const foreign = await cumulusApi(['restore', file, '--table', 'test-GranulesTable', '--create-table'], holder);
      expect(foreign).toMatchObject({ code: 1, stdout: '' });

      await expectDenied(
        holder.client.send(
          new UpdateContinuousBackupsCommand({
            TableName: 'prod-GranulesTable',
            PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: false },
          }),
        ),
      );
      await expectDenied(
        holder.client.send(
          new UpdateTimeToLiveCommand({
            TableName: 'prod-AccessTokensTable',
            TimeToLiveSpecification: { AttributeName: 'expirationTime', Enabled: false },
          }),
        ),
      );
      await expectDenied(holder.client.send(new DeleteTableCommand({ TableName: 'prod-GranulesTable' })));
      const Key = { granuleId: { S: 'any' } };
      await expectDenied(holder.client.send(new DeleteItemCommand({ TableName: 'prod-GranulesTable', Key })));
    });
    expect(await itemsOf('prod-GranulesTable-new', moto.client)).toHaveLength(granules);
    expect(await moto.tables()).not.toContain('test-GranulesTable');
  });

  test('recovery_policy recovers to new tables beside the old ones, copies back, and deletes no table', async () => {
    await as('recovery_policy', async ({ client, environment }) => {
      const TableName = 'prod-GranulesTable';
      const point = { SourceTableName: TableName, UseLatestRestorableTime: true };
      const recover = (TargetTableName: string): Promise<unknown> =>
        client.send(new RestoreTableToPointInTimeCommand({ ...point, TargetTableName }));
      await recover('prod-GranulesTable-recovered');
      await expectDenied(recover('test-GranulesTable'));

      const { BackupDetails } = await client.send(new CreateBackupCommand({ TableName, BackupName: 'before' }));
      const { BackupArn } = BackupDetails ?? {};
      await client.send(new DescribeBackupCommand({ BackupArn }));
      expect((await client.send(new ListBackupsCommand())).BackupSummaries).toHaveLength(1);
      const TargetTableName = 'prod-GranulesTable-from-backup';
      await client.send(new RestoreTableFromBackupCommand({ BackupArn, TargetTableName }));
      await client.send(new DeleteBackupCommand({ BackupArn }));

      for (const name of ['prod-GranulesTable-recovered', TargetTableName]) {
        await client.send(new DescribeTableCommand({ TableName: name }));
        await client.send(
          new UpdateContinuousBackupsCommand({
            TableName: name,
            PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
          }),
        );
        expect(await itemsOf(name, client)).toHaveLength(granules);
      }
      const [lost] = await itemsOf(TableName, client);
      const Key = { granuleId: lost?.['granuleId'] as never };
      await client.send(new DeleteItemCommand({ TableName, Key }));
      const copy = ['copy', '--from', TargetTableName, '--to', TableName, '--yes'];
      expect(await cumulusApiResult(copy, { environment })).toMatchObject({ additions: 1, changes: 0, deletions: 0 });

      await expectDenied(client.send(new DeleteTableCommand({ TableName })));
      await expectDenied(client.send(new DeleteItemCommand({ TableName: 'test-GranulesTable', Key })));
    });
    expect(await moto.tables()).not.toContain('test-GranulesTable');
  });

  test('rehearsal_policy rehearses all three sources, and can only read the tables of the deployment', async () => {
    const TableName = 'prod-ProvidersTable';
    await moto.client.send(new CreateBackupCommand({ TableName, BackupName: 'to-rehearse' }));
    await as('rehearsal_policy', async (holder) => {
      const common = ['rehearse', '--prefix', 'prod', '--tables', 'ProvidersTable', 'RulesTable'];
      const restored = ['rehearse', '--prefix', 'prod', '--tables', 'ProvidersTable', '--settle', '0', '--from'];
      for (const args of [
        [...common, '--backups', backups],
        [...restored, 'pitr'],
        [...restored, 'on-demand'],
      ]) {
        const { code, stdout, stderr } = await cumulusApi(args, holder);
        expect({ code, stdout }).toEqual({ code: 0, stdout: expect.stringContaining('prod-ProvidersTable: proved') });
        expect(stderr).not.toMatch(/AccessDenied|not authorized|permission|denied|WARNING/i);
      }
      const Key = { id: { S: 'any' } };
      await expectDenied(holder.client.send(new DeleteItemCommand({ TableName, Key })));
      await expectDenied(holder.client.send(new DeleteTableCommand({ TableName })));
      await expectDenied(holder.client.send(new CreateBackupCommand({ TableName, BackupName: 'no' })));
      const point = { SourceTableName: TableName, UseLatestRestorableTime: true };
      for (const TargetTableName of ['prod-ProvidersTable-recovered', 'test-rehearsal-ProvidersTable']) {
        await expectDenied(holder.client.send(new RestoreTableToPointInTimeCommand({ ...point, TargetTableName })));
      }
      const update = { TableName: 'prod-rehearsal-x', TimeToLiveSpecification: { AttributeName: 'a', Enabled: true } };
      await expectDenied(holder.client.send(new UpdateTimeToLiveCommand(update)));
    });
    expect((await moto.tables()).filter((table) => table.includes('rehearsal'))).toEqual([]);
  });

  test('status_policy permits all that status asks, reads no item and changes nothing', async () => {
    await as('status_policy', async (holder) => {
      const status = await cumulusApi(['status', '--prefix', 'prod', '--backups', backups, '--json'], holder);
      const { results } = parseRun<StatusResult>(status.stdout);
      // Also that of the counts.
      expect(results).toHaveLength(CONTRACT.length + 1);
      for (const { pointInTime, deletionProtection, onDemand, export: exported } of results) {
        expect([pointInTime, deletionProtection, onDemand, exported].map(({ known }) => known)).toEqual([
          true,
          true,
          true,
          true,
        ]);
      }
      expect(status.stdout).not.toContain('denied');
      expect(status.stderr).not.toMatch(/AccessDenied|not authorized|permission|denied/i);

      const scan = new ScanCommand({ TableName: 'prod-GranulesTable' });
      await expectDenied(holder.client.send(scan));
      await expectDenied(holder.client.send(new DeleteTableCommand({ TableName: 'prod-GranulesTable' })));
      await expectDenied(holder.client.send(new DescribeTableCommand({ TableName: 'test-GranulesTable' })));
      const backup = new CreateBackupCommand({ TableName: 'prod-GranulesTable', BackupName: 'by-status' });
      await expectDenied(holder.client.send(backup));
    });
  });

  test('without one of its actions, status names what it does not know', async () => {
    const policy = policies['status_policy'] as Policy;
    const Statement = policy.Statement.map((statement) => ({
      ...statement,
      Action: statement.Action.filter((action) => action !== 'dynamodb:DescribeContinuousBackups'),
    }));
    await withFaults(
      [enforced({ ...policy, Statement })],
      async ({ environment }) => {
        const { code, stderr } = await cumulusApi(['status', '--prefix', 'prod', '--backups', backups], {
          environment,
        });
        expect(code).toBe(1);
        expect(stderr).toContain('dynamodb:DescribeContinuousBackups is denied');
      },
      moto.endpoint,
    );
  });
});

async function expectDenied(asked: Promise<unknown>): Promise<void> {
  await expect(asked).rejects.toThrow(expect.objectContaining({ name: 'AccessDeniedException' }));
}
