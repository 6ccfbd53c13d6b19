import { cp, mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { DeleteTableCommand, DescribeContinuousBackupsCommand } from '@aws-sdk/client-dynamodb';
import { ownMoto } from '@cumulus/test-kit';
import { describe, expect, test } from '@jest/globals';
import { withFaults } from '../kit/faults/proxy.ts';
import { SettingsAws } from '../kit/settings-aws.ts';
import { describeWithNewestProvider } from './available.ts';
import { onDemandWithoutCapacity } from './capacity.ts';
import { addressOf, CONTRACT, MADE } from './contract.ts';
import { Deployment, MODULE_FOR_AWS_5, type Settings } from './deployment.ts';
import { ownModuleCopy, runModuleTests } from './module-copy.ts';
import { providerAt } from './provider.ts';
import { testTables } from './table-tests.ts';
import { changesOf, NEWEST_RUNNER, Terraform } from './terraform.ts';

const OLDER = fileURLToPath(new URL('fixtures/older-deployment', import.meta.url));

const SETTINGS: Settings = {
  prefix: 'prod',
  deletion_protection: true,
  recovery_period_in_days: 7,
  table_classes: { FilesTable: 'STANDARD_INFREQUENT_ACCESS' },
  // The provider leaves a limit that is no longer given: -1 lifts it.
  on_demand_limits: { GranulesTable: { read: 2_000, write: 1_000 }, UsersTable: { read: -1, write: -1 } },
};

// A run of Terraform takes this provider four seconds of processor time, whatever it does: so there are few.
await describeWithNewestProvider('with the newest AWS provider', () => {
  describe('the module makes the tables of a deployment', () => testTables(NEWEST_RUNNER));

  describe('the modules', () => {
    const copy = ownModuleCopy();

    test('pass their own tests', async () => {
      const resources = ['tables', 'omitted-indexes'].map((file) => `-filter=tests/${file}.tftest.hcl`);
      for (const said of [
        await runModuleTests(join(copy, 'data-persistence'), NEWEST_RUNNER, ...resources),
        await runModuleTests(join(copy, 'data-persistence-aws5'), NEWEST_RUNNER),
      ]) {
        expect(said).toMatch(/Success! [1-9]\d* passed, 0 failed\./);
      }
    }, 180_000);
  });

  describe('a deployment that an older configuration made with the oldest provider', () => {
    const moto = ownMoto();

    test('is taken over in place by the module for AWS provider 5, with all settings', async () => {
      const aws = new SettingsAws();
      await withFaults(
        [onDemandWithoutCapacity(), ...aws.faults],
        async ({ endpoint }) => {
          const folder = join(moto.folder, 'taken-over');
          await mkdir(folder);
          await cp(OLDER, folder, { recursive: true });
          const older = new Terraform(folder);
          await older.write('provider.tf.json', {
            provider: { aws: providerAt(moto.endpoint, { dynamodb: endpoint, retries: 5 }) },
          });
          await older.init();
          await older.apply();

          for (const file of ['main.tf', 'data-persistence']) await rm(join(folder, file), { recursive: true });
          const deployment = new Deployment(folder, NEWEST_RUNNER);
          await deployment.configure(SETTINGS, MODULE_FOR_AWS_5);
          await deployment.init();
          expect(changesOf(await deployment.plan())).toEqual({
            ...Object.fromEntries(CONTRACT.map((table) => [addressOf(table), ['update']])),
            'module.data_persistence.aws_dynamodb_table.record_counts_table': ['create'],
          });
          await deployment.apply();
          expect(await deployment.differences()).toBe('');
        },
        moto.endpoint,
      );

      for (const name of MADE) {
        const TableName = `prod-${name}`;
        await expect(moto.client.send(new DeleteTableCommand({ TableName }))).rejects.toThrow(
          'DeletionProtectionEnabled',
        );
      }
      for (const { name } of CONTRACT.filter((table) => table.recovery)) {
        const command = new DescribeContinuousBackupsCommand({ TableName: `prod-${name}` });
        const { ContinuousBackupsDescription } = await moto.client.send(command);
        expect(ContinuousBackupsDescription?.PointInTimeRecoveryDescription).toMatchObject({
          PointInTimeRecoveryStatus: 'ENABLED',
          RecoveryPeriodInDays: 7,
        });
      }
      const updates = aws.inputsOf('UpdateTable');
      expect(updates.filter(({ TableClass }) => TableClass)).toEqual([
        expect.objectContaining({ TableName: 'prod-FilesTable', TableClass: 'STANDARD_INFREQUENT_ACCESS' }),
      ]);
      const limited = updates.filter(({ OnDemandThroughput }) => OnDemandThroughput);
      expect(Object.fromEntries(limited.map((input) => [input['TableName'], input['OnDemandThroughput']]))).toEqual({
        'prod-GranulesTable': { MaxReadRequestUnits: 2_000, MaxWriteRequestUnits: 1_000 },
        'prod-UsersTable': { MaxReadRequestUnits: -1, MaxWriteRequestUnits: -1 },
      });
    }, 240_000);
  });
});
