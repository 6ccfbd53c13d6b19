import { DeleteTableCommand } from '@aws-sdk/client-dynamodb';
import { describeUnless, ownMoto, whyNoMoto } from '@cumulus/test-kit';
import { beforeAll, expect, test } from '@jest/globals';
import { cumulusApi, cumulusApiResult, cumulusApiResults, parseRun } from '../kit/command.ts';
import { refusedAs } from '../kit/faults/answered.ts';
import { withAwsBackup } from './aws-backup-server.ts';
import { makeBackup, makeTable, type SaidBackup, withAws } from './on-demand-tests.ts';

const SYSTEM = 'prod-PdrsTable$DeletedTableBackup';

/** Backups are moto's; their times, their types and the pages of a list are the proxy's, in AWS's documented form. */
describeUnless(await whyNoMoto(), 'on-demand list and describe', () => {
  const moto = ownMoto();
  let arn = '';

  beforeAll(async () => {
    for (const table of ['prod-GranulesTable', 'prod-PdrsTable', 'other-table']) await makeTable(moto.client, table);
    for (const name of ['one', 'two', 'three']) arn = await makeBackup(moto.client, 'prod-GranulesTable', name);
    await makeBackup(moto.client, 'prod-PdrsTable', SYSTEM);
    await makeBackup(moto.client, 'other-table', 'other');
    await moto.client.send(new DeleteTableCommand({ TableName: 'prod-PdrsTable' }));
  });

  const times: Readonly<Record<string, string>> = {
    one: '2026-03-01T00:00:00Z',
    two: '2026-01-01T00:00:00Z',
    three: '2026-02-01T00:00:00Z',
    other: '2025-01-01T00:00:00Z',
  };

  /** The names that the command lists; and the requests that it sent. */
  async function listed(...args: string[]) {
    return withAws(moto, async (aws, environment) => {
      aws.setPageSize(2);
      for (const [name, time] of Object.entries(times)) aws.alter(name, { BackupCreationDateTime: seconds(time) });
      aws.alter(SYSTEM, {
        BackupType: 'SYSTEM',
        BackupCreationDateTime: seconds('2026-04-01T00:00:00Z'),
        BackupExpiryDateTime: seconds('2026-05-06T00:00:00Z'),
      });
      const backups = await cumulusApiResults<SaidBackup>(['on-demand', 'list', ...args], { environment });
      return { backups, names: backups.map(({ name }) => name), requests: aws.inputsOf('ListBackups') };
    });
  }

  test('lists all pages, newest first, with what DynamoDB keeps of a deleted table', async () => {
    const { backups, names, requests } = await listed();
    expect(names).toEqual([SYSTEM, 'one', 'three', 'two', 'other']);
    expect(requests.map(({ BackupType }) => BackupType)).toEqual(['ALL', 'ALL', 'ALL', 'AWS_BACKUP']);
    expect(backups[0]).toMatchObject({
      command: 'on-demand list',
      table: 'prod-PdrsTable',
      backupArn: expect.stringContaining(':table/prod-PdrsTable/backup/'),
      name: SYSTEM,
      type: 'SYSTEM',
      status: 'AVAILABLE',
      bytes: 123,
      createdAt: '2026-04-01T00:00:00.000Z',
      expiresAt: '2026-05-06T00:00:00.000Z',
      vault: null,
    });
  });

  test('lists those of tables, of a deployment of which a table is gone, or of a type', async () => {
    const ofTable = await listed('--table', 'other-table');
    expect(ofTable.names).toEqual(['other']);
    expect(ofTable.requests[0]).toMatchObject({ TableName: 'other-table' });
    expect((await listed('--prefix', 'prod')).names).toEqual([SYSTEM, 'one', 'three', 'two']);
    const ofSystem = await listed('--type', 'system');
    expect(ofSystem.names).toEqual([SYSTEM]);
    expect(ofSystem.requests[0]).toEqual({ BackupType: 'SYSTEM' });
    expect((await listed('--type', 'user', '--prefix', 'prod')).names).toEqual(['one', 'three', 'two']);
  });

  test('says so if there is none', async () => {
    const { code, stdout, stderr } = await cumulusApi(['on-demand', 'list', '--table', 'no-such-table', '--json'], {
      environment: moto.environment,
    });
    expect([code, parseRun(stdout).results]).toEqual([0, []]);
    expect(stderr).toContain('There is no such backup');
  });

  test('goes on when it is throttled, and names the action that is not permitted (refused by the proxy)', async () => {
    let refusals = 2;
    const throttle = refusedAs('ListBackups', 'ThrottlingException', 'Slower.', () => {
      refusals -= 1;
      return refusals >= 0;
    });
    await withAws(
      moto,
      async (_, environment) => expect(await cumulusApiResults(['on-demand', 'list'], { environment })).toHaveLength(5),
      throttle,
    );
    await withAws(
      moto,
      async (_, environment) => {
        const { code, stderr } = await cumulusApi(['on-demand', 'list'], { environment });
        expect(code).toBe(1);
        expect(stderr).toContain('dynamodb:ListBackups on all resources');
      },
      refusedAs('ListBackups', 'AccessDeniedException', 'not authorized'),
    );
  });

  const POINT = 'arn:aws:backup:us-east-1:123456789012:recovery-point:1ebf7f5c-1a2b-4c3d-8e4f-5a6b7c8d9e0f';
  const tableArn = (name: string): string => `arn:aws:dynamodb:us-east-1:123456789012:table/${name}`;
  /** Two vaults; what lies in them is in two pages. */
  const vaults = {
    Default: ['2026-03-15', '2026-02-15', '2025-06-01'].map((day, index) => ({
      RecoveryPointArn: `${POINT.slice(0, -1)}${index}`,
      ResourceArn: tableArn(index < 2 ? 'prod-GranulesTable' : 'other-table'),
      Status: index === 1 ? 'PARTIAL' : 'COMPLETED',
      CreationDate: seconds(`${day}T00:00:00Z`),
      BackupSizeInBytes: 2048,
      CalculatedLifecycle: { DeleteAt: seconds('2027-03-15T00:00:00Z') },
    })),
    'Two words': [
      {
        RecoveryPointArn: `${POINT}-gone`,
        ResourceArn: tableArn('prod-RulesTable'),
        CreationDate: seconds('2025-05-01T00:00:00Z'),
      },
    ],
  };

  test('lists those of AWS Backup, out of all vaults, also of tables that are gone (AWS Backup in its documented form)', async () => {
    await withAwsBackup(vaults, async ({ environment: ofAwsBackup, asked }) => {
      const list = (...args: string[]) =>
        withAws(moto, async (aws, ofMoto) => {
          aws.alter('two', { BackupType: 'AWS_BACKUP' });
          const environment = { ...ofMoto, ...ofAwsBackup };
          return cumulusApiResults<SaidBackup & { vault: string | null }>(['on-demand', 'list', ...args], {
            environment,
          });
        });
      const ofPrefix = await list('--type', 'aws-backup', '--prefix', 'prod');
      expect(ofPrefix.map(({ name, vault }) => [name, vault])).toEqual([
        ['two', null],
        [`${POINT.slice(-36, -1)}0`, 'Default'],
        [`${POINT.slice(-36, -1)}1`, 'Default'],
        [`${POINT.slice(-36)}-gone`, 'Two words'],
      ]);
      expect(ofPrefix[1]).toMatchObject({
        command: 'on-demand list',
        table: 'prod-GranulesTable',
        backupArn: `${POINT.slice(0, -1)}0`,
        name: `${POINT.slice(-36, -1)}0`,
        type: 'AWS_BACKUP',
        status: 'AVAILABLE',
        bytes: 2048,
        createdAt: '2026-03-15T00:00:00.000Z',
        expiresAt: '2027-03-15T00:00:00.000Z',
        vault: 'Default',
      });
      expect(ofPrefix[2]?.status).toBe('PARTIAL');
      expect(asked).toContain('/backup-vaults/Default/recovery-points?nextToken=2&resourceType=DynamoDB');
      expect((await list('--table', 'other-table')).map(({ type }) => type)).toEqual(['USER', 'AWS_BACKUP']);
      const before = asked.length;
      expect((await list('--type', 'user')).every(({ type }) => type === 'USER')).toBe(true);
      expect(asked).toHaveLength(before);
    });
  });

  test('warns where AWS Backup refuses, and fails where only its backups were asked for', async () => {
    const refused = { status: 403, type: 'AccessDeniedException', message: 'not authorized' };
    await withAwsBackup({ Default: refused }, async ({ environment: ofAwsBackup }) => {
      const environment = { ...moto.environment, ...ofAwsBackup };
      const all = await cumulusApi(['on-demand', 'list'], { environment });
      expect(all.code).toBe(0);
      expect(all.stdout).toContain('prod-GranulesTable: one');
      expect(all.stderr).toContain('The backups of AWS Backup are not all listed.');
      const only = await cumulusApi(['on-demand', 'list', '--type', 'aws-backup'], { environment });
      expect(only).toMatchObject({ code: 1, stdout: '' });
      expect(only.stderr).toContain('backup:ListRecoveryPointsByBackupVault on the vault Default');
    });
  });

  test('asks the real AWS Backup for nothing where DynamoDB is not AWS’s', async () => {
    const environment = { ...moto.environment, AWS_ENDPOINT_URL: '', AWS_ENDPOINT_URL_DYNAMODB: moto.endpoint };
    const { code, stderr } = await cumulusApi(['on-demand', 'list'], { environment });
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  });

  test.each([['describe'], ['restore', '--to', 'prod-GranulesTable-restored'], ['delete', '--yes']])(
    'says of a backup of AWS Backup that only AWS Backup can %s it',
    async (command, ...options) => {
      const args = ['on-demand', command, '--backup', POINT, ...options];
      const { code, stderr } = await cumulusApi(args, { environment: moto.environment });
      expect(code).toBe(2);
      expect(stderr).toContain('one of AWS Backup, which alone restores and deletes it: aws backup start-restore-job');
    },
  );

  test('deletes nothing that AWS Backup made, and says how AWS Backup does', async () => {
    await withAws(moto, async (aws, environment) => {
      aws.alter('three', { BackupType: 'AWS_BACKUP' });
      const { code, stderr } = await cumulusApi(['on-demand', 'delete', '--backup', arn, '--yes'], { environment });
      expect(code).toBe(1);
      expect(stderr).toContain('was made by AWS Backup, which alone can delete it');
      expect(stderr).toContain('aws backup delete-recovery-point');
      expect(aws.changes).toEqual([]);
    });
  });

  test('describes a backup with its table, as that was then (features in AWS’s documented form)', async () => {
    await withAws(moto, async (aws, environment) => {
      aws.setFeatures({
        GlobalSecondaryIndexes: [
          { IndexName: 'status-timestamp-index', KeySchema: [{ AttributeName: 'status', KeyType: 'HASH' }] },
        ],
        StreamDescription: { StreamEnabled: true, StreamViewType: 'NEW_AND_OLD_IMAGES' },
        TimeToLiveDescription: { TimeToLiveStatus: 'ENABLED', AttributeName: 'expirationTime' },
      });
      const args = ['on-demand', 'describe', '--backup', arn];
      const said = await cumulusApiResult(args, { environment });
      expect(said).toMatchObject({
        table: 'prod-GranulesTable',
        backupArn: arn,
        name: 'three',
        source: {
          items: 0,
          bytes: 0,
          billingMode: 'PAY_PER_REQUEST',
          key: { hash: 'granuleId' },
          features: { stream: 'NEW_AND_OLD_IMAGES', ttlAttribute: 'expirationTime' },
        },
      });
      const { stdout } = await cumulusApi(args, { environment });
      expect(stdout).toContain('of a table of about 0 items, 0 bytes, PAY_PER_REQUEST');
      expect(stdout).toContain('index status-timestamp-index: status (HASH)');
      expect(stdout).toContain('stream NEW_AND_OLD_IMAGES, time to live expirationTime');
    });
  });

  test('says that a backup is not there, and what the server does not return', async () => {
    const gone = arn.replace(/[^-]+$/, '00000000');
    const { code, stderr } = await cumulusApi(['on-demand', 'describe', '--backup', gone], {
      environment: moto.environment,
    });
    expect(code).toBe(1);
    expect(stderr).toContain(`Backup ${gone} does not exist in us-east-1`);
    expect(stderr).toContain('cumulus-api on-demand list --table prod-GranulesTable');
    const { stdout } = await cumulusApi(['on-demand', 'describe', '--backup', arn], { environment: moto.environment });
    expect(stdout).toContain('the server does not return them');
  });

  test.each([
    [['describe']],
    [['describe', '--backup', 'three']],
    [['list', '--type', 'mine']],
    [['list', '--table', 'prod-a', '--prefix', 'prod']],
    [[]],
  ])('a wrong command line: %j', async (args) => {
    expect((await cumulusApi(['on-demand', ...args], { environment: moto.environment })).code).toBe(2);
  });
});

function seconds(time: string): number {
  return Date.parse(time) / 1000;
}
