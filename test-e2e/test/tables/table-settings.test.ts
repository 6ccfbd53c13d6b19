import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  CreateTableCommand,
  type CreateTableCommandInput,
  DescribeContinuousBackupsCommand,
  DescribeTableCommand,
  DynamoDBClient,
  ListTagsOfResourceCommand,
  PutItemCommand,
  PutResourcePolicyCommand,
  UpdateContinuousBackupsCommand,
  UpdateTableCommand,
} from '@aws-sdk/client-dynamodb';
import type { SettingsComparison, UnknownSetting } from '@cumulus/dynamodb/tables';
import { describeUnless, ownMoto, whyNoMoto } from '@cumulus/test-kit';
import { expect, test } from '@jest/globals';
import { cumulusApi, cumulusApiResult, cumulusApiResults } from '../kit/command.ts';
import { refusedAs } from '../kit/faults/answered.ts';
import { type Fault, withFaults } from '../kit/faults/proxy.ts';
import { SettingsAws } from '../kit/settings-aws.ts';

const KEY = 'arn:aws:kms:us-east-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab';
const STREAM = 'arn:aws:kinesis:us-east-1:123456789012:stream/changes';

interface Manifest {
  readonly table: {
    readonly description?: {
      readonly answers: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
      readonly unanswered: Readonly<Record<string, { readonly because: string }>>;
    };
  };
}

interface Said {
  readonly settings?: SettingsComparison;
  readonly notTaken?: readonly { readonly setting: string }[];
  readonly settingsNotKnown?: readonly UnknownSetting[];
  readonly equal?: boolean;
}

/** Table class, limits, streaming and insights are the proxy's, in AWS's documented form; the rest is moto's. */
describeUnless(await whyNoMoto(), 'the settings of a table', () => {
  const moto = ownMoto();
  let tables = 0;

  interface Aws {
    readonly aws: SettingsAws;
    readonly client: DynamoDBClient;
    readonly environment: NodeJS.ProcessEnv;
  }

  async function withAws<T>(work: (aws: Aws) => Promise<T>, ...faults: Fault[]): Promise<T> {
    const aws = new SettingsAws();
    return withFaults(
      [...aws.faults, ...faults],
      async (proxy) => {
        const environment = { ...moto.environment, ...proxy.environment };
        const client = new DynamoDBClient({ endpoint: proxy.endpoint });
        return work({ aws, client, environment }).finally(() => client.destroy());
      },
      moto.endpoint,
    );
  }

  async function makeTable(client: DynamoDBClient, more: Partial<CreateTableCommandInput> = {}): Promise<string> {
    tables += 1;
    const TableName = `settings-${tables}`;
    await client.send(
      new CreateTableCommand({
        TableName,
        BillingMode: 'PAY_PER_REQUEST',
        KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
        AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
        ...more,
      }),
    );
    await client.send(new PutItemCommand({ TableName, Item: { id: { S: '1' } } }));
    return TableName;
  }

  /** A table with all that a restore can bring back. */
  async function makeSpecialTable(client: DynamoDBClient): Promise<string> {
    const table = await makeTable(client, {
      TableClass: 'STANDARD_INFREQUENT_ACCESS',
      DeletionProtectionEnabled: true,
      OnDemandThroughput: { MaxReadRequestUnits: 50, MaxWriteRequestUnits: 20 },
      SSESpecification: { Enabled: true, SSEType: 'KMS', KMSMasterKeyId: KEY },
      Tags: [
        { Key: 'Project', Value: 'cumulus' },
        { Key: 'Stage', Value: 'prod' },
      ],
    });
    await client.send(
      new UpdateContinuousBackupsCommand({
        TableName: table,
        PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true, RecoveryPeriodInDays: 7 },
      }),
    );
    return table;
  }

  async function backUp(table: string, environment: NodeJS.ProcessEnv): Promise<{ file: string; manifest: Manifest }> {
    await cumulusApiResults(['backup', '--table', table, '--directory', moto.folder], { environment });
    const file = join(moto.folder, `${table}.json`);
    return { file, manifest: JSON.parse(await readFile(`${file}.manifest.json`, 'utf8')) as Manifest };
  }

  test('are all in the manifest as AWS describes them, what no release knows among them', async () => {
    await withAws(async ({ aws, client, environment }) => {
      const table = await makeSpecialTable(client);
      aws.setFuture(table, { Rewind: { RewindEnabled: true, SinceDateTime: 1_700_000_000.5 } });
      aws.setStreaming(table, STREAM);
      const { manifest } = await backUp(table, environment);
      const { answers, unanswered } = manifest.table.description ?? {};
      expect(unanswered).toEqual({});
      expect(answers).toMatchObject({
        DescribeTable: {
          Table: {
            TableName: table,
            DeletionProtectionEnabled: true,
            TableClassSummary: {
              TableClass: 'STANDARD_INFREQUENT_ACCESS',
              LastUpdateDateTime: '2023-11-14T22:13:20.000Z',
            },
            SSEDescription: { SSEType: 'KMS', KMSMasterKeyArn: KEY },
            OnDemandThroughput: { MaxReadRequestUnits: 50, MaxWriteRequestUnits: 20 },
            Rewind: { RewindEnabled: true, SinceDateTime: '2023-11-14T22:13:20.500Z' },
          },
        },
        DescribeContinuousBackups: {
          ContinuousBackupsDescription: { PointInTimeRecoveryDescription: { RecoveryPeriodInDays: 7 } },
        },
        ListTagsOfResource: { Tags: expect.arrayContaining([{ Key: 'Stage', Value: 'prod' }]) },
        GetResourcePolicy: {},
        DescribeKinesisStreamingDestination: { KinesisDataStreamDestinations: [{ StreamArn: STREAM }] },
      });
    });
  });

  test('come back with a table that a restore makes, as far as they can', async () => {
    await withAws(async ({ client, environment }) => {
      const table = await makeSpecialTable(client);
      const { file } = await backUp(table, environment);
      const target = `${table}-restored`;
      const restore = ['restore', file, '--table', target, '--create-table'];
      const restored = await cumulusApiResult<Said>(restore, { environment });
      expect(restored).toMatchObject({ notTaken: [], settings: { differences: [], notCompared: [] } });
      const { Table } = await client.send(new DescribeTableCommand({ TableName: target }));
      expect(Table).toMatchObject({
        DeletionProtectionEnabled: true,
        TableClassSummary: { TableClass: 'STANDARD_INFREQUENT_ACCESS' },
        OnDemandThroughput: { MaxReadRequestUnits: 50, MaxWriteRequestUnits: 20 },
        SSEDescription: { SSEType: 'KMS', KMSMasterKeyArn: KEY },
      });
      const { ContinuousBackupsDescription } = await client.send(
        new DescribeContinuousBackupsCommand({ TableName: target }),
      );
      expect(ContinuousBackupsDescription?.PointInTimeRecoveryDescription).toMatchObject({
        PointInTimeRecoveryStatus: 'ENABLED',
        RecoveryPeriodInDays: 7,
      });
      const { Tags } = await client.send(new ListTagsOfResourceCommand({ ResourceArn: Table?.TableArn }));
      expect(Tags).toHaveLength(2);
    });
  });

  test('that a restore does not bring back are named by it, and by a dry run before', async () => {
    await withAws(async ({ aws, client, environment }) => {
      const table = await makeTable(client, {
        BillingMode: 'PROVISIONED',
        ProvisionedThroughput: { ReadCapacityUnits: 5, WriteCapacityUnits: 6 },
      });
      const { Table } = await client.send(new DescribeTableCommand({ TableName: table }));
      const statement = { Effect: 'Allow', Principal: '*', Action: 'dynamodb:GetItem', Resource: Table?.TableArn };
      const Policy = JSON.stringify({ Version: '2012-10-17', Statement: [statement] });
      await client.send(new PutResourcePolicyCommand({ ResourceArn: Table?.TableArn, Policy }));
      aws.setStreaming(table, STREAM);
      aws.setInsights(table);
      aws.setFuture(table, {
        Replicas: [{ RegionName: 'us-west-2', ReplicaStatus: 'ACTIVE' }],
        Rewind: { RewindEnabled: true },
      });
      const { file } = await backUp(table, environment);
      const restore = ['restore', file, '--table', `${table}-restored`, '--create-table'];
      const expected = [
        { setting: 'BillingMode', wanted: 'PROVISIONED', found: 'PAY_PER_REQUEST' },
        { setting: 'ContributorInsights', wanted: true },
        { setting: 'KinesisDataStreamDestinations', wanted: [{ StreamArn: STREAM }] },
        { setting: 'ProvisionedThroughput', wanted: { ReadCapacityUnits: 5, WriteCapacityUnits: 6 } },
        { setting: 'Replicas', wanted: [{ RegionName: 'us-west-2' }] },
        { setting: 'ResourcePolicy', wanted: { Version: '2012-10-17', Statement: [statement] } },
        { setting: 'Rewind', wanted: { RewindEnabled: true } },
      ];
      const named = ({ settings }: Said) =>
        [...(settings?.differences ?? [])]
          .filter(({ setting }) => setting !== 'WarmThroughput')
          .sort((a, b) => (a.setting < b.setting ? -1 : 1));
      expect(named(await cumulusApiResult<Said>([...restore, '--dry-run'], { environment }))).toEqual(expected);
      const inWords = await cumulusApi([...restore, '--dry-run'], { environment });
      expect(inWords.stdout).toContain('    billing mode: PROVISIONED; the table has PAY_PER_REQUEST\n');
      expect(inWords.stdout).toContain('    Rewind: {"RewindEnabled":true}; the table has none\n');
      expect(named(await cumulusApiResult<Said>(restore, { environment }))).toEqual(expected);
    });
  });

  test('in which a table and its backup differ are named by verify, whose items are equal', async () => {
    await withAws(async ({ client, environment }) => {
      const table = await makeSpecialTable(client);
      const { file } = await backUp(table, environment);
      const verify = ['verify', file, '--table', table];
      expect(await cumulusApiResult<Said>(verify, { environment })).toMatchObject({
        equal: true,
        settings: { differences: [], notCompared: [] },
      });
      await client.send(new UpdateTableCommand({ TableName: table, DeletionProtectionEnabled: false }));
      const { code, stdout } = await cumulusApi(verify, { environment });
      expect(code).toBe(0);
      expect(stdout).toContain('  settings that differ:\n    deletion protection: on; the table has none\n');
    });
  });

  test('that may not be asked are named in the manifest and in words, and the backup is made', async () => {
    const denied = (action: string) => refusedAs(action, 'AccessDeniedException', 'not authorized');
    await withAws(
      async ({ client, environment }) => {
        const table = await makeTable(client);
        const backup = ['backup', '--table', table, '--directory', moto.folder];
        const { code, stdout } = await cumulusApi(backup, { environment });
        expect(code).toBe(0);
        expect(stdout).toContain(
          '  settings not in the manifest: resource policy, tags (no permission for dynamodb:GetResourcePolicy, dynamodb:ListTagsOfResource)\n',
        );
        const { file, manifest } = await backUp(table, environment);
        expect(manifest.table.description?.unanswered).toMatchObject({
          GetResourcePolicy: { because: 'denied' },
          ListTagsOfResource: { because: 'denied' },
        });
        const restore = ['restore', file, '--table', `${table}-restored`, '--create-table'];
        const { settings } = await cumulusApiResult<Said>(restore, { environment });
        expect(settings?.differences).toEqual([]);
        expect(settings?.notCompared).toContainEqual({
          setting: 'Tags',
          action: 'ListTagsOfResource',
          because: 'denied',
          of: 'wanted',
        });
      },
      denied('ListTagsOfResource'),
      denied('GetResourcePolicy'),
    );
  });

  test('that the server does not know are named in the manifest alone', async () => {
    const table = await makeTable(moto.client);
    const backup = ['backup', '--table', table, '--directory', moto.folder];
    const { code, stdout } = await cumulusApi(backup, { environment: moto.environment });
    expect(code).toBe(0);
    expect(stdout).not.toMatch(/settings (not|that)/);
    const { manifest } = await backUp(table, moto.environment);
    expect(manifest.table.description?.unanswered).toMatchObject({
      DescribeContributorInsights: { because: 'unknown' },
      DescribeKinesisStreamingDestination: { because: 'unknown' },
    });
  });

  test('of a manifest from before there were descriptions are compared as far as it has them', async () => {
    const table = await makeTable(moto.client);
    const { environment } = moto;
    const { file, manifest } = await backUp(table, environment);
    const { description, ...older } = manifest.table;
    await writeFile(`${file}.manifest.json`, JSON.stringify({ ...manifest, table: older }));
    await moto.client.send(
      new UpdateTableCommand({
        TableName: table,
        DeletionProtectionEnabled: true,
        StreamSpecification: { StreamEnabled: true, StreamViewType: 'KEYS_ONLY' },
      }),
    );
    const verified = await cumulusApiResult<Said>(['verify', file, '--table', table], { environment });
    expect(verified.settings).toEqual({
      differences: [{ setting: 'StreamViewType', found: 'KEYS_ONLY' }],
      notCompared: [],
    });
    const restore = ['restore', file, '--table', `${table}-restored`, '--create-table'];
    expect(await cumulusApiResult<Said>(restore, { environment })).toMatchObject({
      settings: { differences: [], notCompared: [] },
    });
  });

  test('have the account’s own key where the table’s is lost, which is named', async () => {
    const lost = refusedAs(
      'CreateTable',
      'ValidationException',
      'One or more parameter values were invalid: KMS validation error: NotFoundException',
      (input) => (input['SSESpecification'] as { KMSMasterKeyId?: string } | undefined)?.KMSMasterKeyId === KEY,
    );
    const table = await makeSpecialTable(moto.client);
    const { file } = await backUp(table, moto.environment);
    await withAws(async ({ aws, environment }) => {
      const restore = ['restore', file, '--table', `${table}-restored`, '--create-table'];
      const { settings } = await cumulusApiResult<Said>(restore, { environment });
      expect(aws.inputsOf('CreateTable').map(({ SSESpecification }) => SSESpecification)).toEqual([
        { Enabled: true, SSEType: 'KMS', KMSMasterKeyId: KEY },
        { Enabled: true, SSEType: 'KMS' },
      ]);
      expect(settings?.differences.map(({ setting }) => setting)).toContain('SSEDescription');
    }, lost);
  });

  test('of an index come back too: its on-demand limits; Contributor Insights of it are named', async () => {
    await withAws(async ({ aws, client, environment }) => {
      const index = {
        IndexName: 'by-tenant',
        KeySchema: [{ AttributeName: 'tenant', KeyType: 'HASH' as const }],
        Projection: { ProjectionType: 'KEYS_ONLY' as const },
      };
      const attributes = ['id', 'tenant'].map((AttributeName) => ({ AttributeName, AttributeType: 'S' as const }));
      const table = await makeTable(client, {
        AttributeDefinitions: attributes,
        GlobalSecondaryIndexes: [index],
      });
      const limits = { MaxReadRequestUnits: 30, MaxWriteRequestUnits: -1 };
      aws.setFuture(table, { GlobalSecondaryIndexes: [{ ...index, OnDemandThroughput: limits }] });
      aws.setInsights(table);
      const { file, manifest } = await backUp(table, environment);
      expect(manifest.table.description?.answers).toMatchObject({
        'DescribeContributorInsights/by-tenant': {
          IndexName: 'by-tenant',
          ContributorInsightsStatus: 'ENABLED',
          LastUpdateDateTime: '2023-11-14T22:13:20.000Z',
        },
      });
      const restore = ['restore', file, '--table', `${table}-restored`, '--create-table'];
      const { settings } = await cumulusApiResult<Said>(restore, { environment });
      expect(aws.inputsOf('CreateTable').at(-1)?.['GlobalSecondaryIndexes']).toEqual([
        { ...index, OnDemandThroughput: { MaxReadRequestUnits: 30 } },
      ]);
      expect(settings?.differences).toContainEqual({
        setting: 'ContributorInsights',
        index: 'by-tenant',
        wanted: true,
      });
    });
  });

  test('beyond the definition of a Cumulus table are shown by tables describe and by adopt', async () => {
    const { environment } = moto;
    await cumulusApiResults(['tables', 'create', '--prefix', 'described', '--tag', 'Stage=prod'], { environment });
    const TableName = 'described-UsersTable';
    await moto.client.send(new UpdateTableCommand({ TableName, DeletionProtectionEnabled: true }));
    const expected = [
      { setting: 'DeletionProtectionEnabled', value: true },
      { setting: 'Tags', value: { Stage: 'prod' } },
    ];
    const described = await cumulusApiResults<{ table: string; otherSettings: unknown }>(
      ['tables', 'describe', '--prefix', 'described'],
      { environment },
    );
    expect(described.find(({ table }) => table === TableName)?.otherSettings).toEqual(expected);
    const inWords = await cumulusApi(['tables', 'describe', '--prefix', 'described'], { environment });
    expect(inWords.stdout).toContain('  deletion protection on, tags {"Stage":"prod"}\n');
    const adopt = ['adopt', '--table', TableName, '--for', 'UsersTable'];
    expect(await cumulusApiResult(adopt, { environment })).toMatchObject({ fits: true, otherSettings: expected });
    expect((await cumulusApi(adopt, { environment })).stdout).toContain(
      '  settings that the module does not have: deletion protection on, tags',
    );
  });
});
