import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { RestoreTableToPointInTimeCommand } from '@aws-sdk/client-dynamodb';
import { describeUnless, ownMoto, putSampleRecords } from '@cumulus/test-kit';
import { itemsOf } from '@cumulus/test-kit/tables';
import { beforeAll, expect, test } from '@jest/globals';
import { cumulusApi, cumulusApiResult, cumulusApiResults, resultOf } from '../kit/command.ts';
import { answered } from '../kit/faults/answered.ts';
import { withFaults } from '../kit/faults/proxy.ts';
import { whyNoTerraform } from './available.ts';
import { withoutCapacity } from './capacity.ts';
import { CONTRACT, MADE } from './contract.ts';
import { Deployment, MODULE } from './deployment.ts';
import type { Plan, Terraform } from './terraform.ts';

interface Adoption {
  readonly address: string;
  readonly fits: boolean;
  readonly replaces: readonly Finding[];
  readonly changesInPlace: readonly Finding[];
  readonly canGive: readonly Finding[];
  readonly commands: readonly string[];
}

interface Finding {
  readonly part: string;
  readonly difference: string;
}

const RECOVERED = 'prod-GranulesTable-recovered';
const ADDRESS = 'module.data_persistence.aws_dynamodb_table.granules_table';

describeUnless(await whyNoTerraform(), 'a recovered table, adopted (real Terraform on moto)', () => {
  const moto = ownMoto();
  let prod: Deployment;

  beforeAll(async () => {
    prod = await Deployment.on(moto, { prefix: 'prod' });
    await prod.apply();
    await putSampleRecords(moto.client, 'prod', 12);
    // moto restores the table as it is now, and leaves the settings out.
    await moto.client.send(
      new RestoreTableToPointInTimeCommand({
        SourceTableName: 'prod-GranulesTable',
        TargetTableName: RECOVERED,
        UseLatestRestorableTime: true,
      }),
    );
  }, 120_000);

  test('comes in the place of the old one by exactly the commands that are printed; nothing is replaced', async () => {
    const args = ['adopt', '--table', RECOVERED, '--for', 'GranulesTable'];
    const reported = await cumulusApiResult<Adoption>(args, moto);
    expect(reported).toMatchObject({ fits: true, address: ADDRESS, replaces: [] });
    expect(reported.commands).toEqual([
      `terraform state rm '${ADDRESS}'`,
      `terraform import '${ADDRESS}' ${RECOVERED}`,
      'terraform plan -out plan',
    ]);
    const { stdout } = await cumulusApi(args, moto);
    for (const command of reported.commands) expect(stdout.split('\n')).toContain(`    ${command}`);

    for (const command of reported.commands) await inShell(prod, command);
    expectNothingLost(await prod.plan());
    await prod.apply();

    const outputs = await prod.output<Record<string, { name: string }>>('dynamo_tables');
    expect(outputs['granules']?.name).toBe(RECOVERED);
    expect(outputs['rules']?.name).toBe('prod-RulesTable');
    expect(JSON.stringify(await prod.output('backup_policy'))).toContain(`table/${RECOVERED}`);
    expect(await moto.tables()).toContain('prod-GranulesTable');
    // moto goes on returning the capacity of a table that is on demand.
    for (const { address, change } of (await prod.plan()).resource_changes ?? []) {
      expect({ address, ...withoutCapacity(change.after) }).toEqual({ address, ...withoutCapacity(change.before) });
    }
    expect(await cumulusApiResult(args, moto)).toMatchObject({ fits: true, changesInPlace: [], canGive: [] });

    const [tables, directory] = [join(moto.folder, 'tables.json'), join(moto.folder, 'backups')];
    await writeFile(tables, await prod.succeed('output', '-json', 'dynamo_tables'));
    const backups = await cumulusApiResults<{ table: string; items: number }>(
      ['backup', '--tables', tables, '--directory', directory],
      moto,
    );
    const { length } = await itemsOf('prod-GranulesTable', moto.client);
    expect(length).toBeGreaterThan(10);
    expect(backups.find(({ table }) => table === RECOVERED)).toMatchObject({ items: length });
    expect(backups.map(({ table }) => table)).not.toContain('prod-GranulesTable');
  }, 180_000);

  test('is refused where Terraform would replace it, and no commands are given', async () => {
    const ended = await cumulusApi(['adopt', '--table', 'prod-FilesTable', '--for', 'GranulesTable', '--json'], moto);
    expect(ended.code).toBe(1);
    const reported = resultOf<Adoption>(ended.stdout);
    expect(reported).toMatchObject({ fits: false, commands: [] });
    expect(reported.replaces).toEqual([
      { part: 'records', difference: 'those of the FilesTable' },
      { part: 'key', difference: 'bucket (HASH, S), key (RANGE, S), where granuleId (HASH, S) is wanted' },
    ]);
    expect(ended.stderr).toContain('cannot be adopted');
    // Of the same key.
    const other = await cumulusApi(['adopt', '--table', 'prod-AsyncOperationsTable', '--for', 'ProvidersTable'], moto);
    expect(other.code).toBe(1);
    expect(other.stderr).toContain('records: those of the AsyncOperationsTable');
  });

  test('is reported with each difference that Terraform, or a command, would correct (answers in the form of AWS)', async () => {
    const described = answered('DescribeTable', ({ Table }) => {
      const { StreamSpecification, LatestStreamArn, ...table } = Table as Record<string, unknown>;
      const [first, second, ...others] = table['GlobalSecondaryIndexes'] as Record<string, unknown>[];
      const indexes = [
        { ...first, IndexName: 'another-index' },
        { ...second, Projection: { ProjectionType: 'ALL' } },
      ];
      return {
        Table: {
          ...table,
          BillingModeSummary: { BillingMode: 'PROVISIONED' },
          GlobalSecondaryIndexes: [...indexes, ...others],
        },
      };
    });
    const timeToLive = answered('DescribeTimeToLive', () => ({
      TimeToLiveDescription: { TimeToLiveStatus: 'ENABLED', AttributeName: 'end' },
    }));
    const unprotected = answered('DescribeContinuousBackups', () => ({
      ContinuousBackupsDescription: {
        ContinuousBackupsStatus: 'ENABLED',
        PointInTimeRecoveryDescription: { PointInTimeRecoveryStatus: 'DISABLED' },
      },
    }));
    await withFaults(
      [described, timeToLive, unprotected],
      async (proxy) => {
        const args = ['adopt', '--table', RECOVERED, '--for', 'GranulesTable'];
        const { changesInPlace, canGive, fits } = await cumulusApiResult<Adoption>(args, proxy);
        expect(fits).toBe(true);
        expect(changesInPlace.map(({ part }) => part)).toEqual([
          'index',
          'index',
          'index',
          'stream',
          'time to live',
          'capacity',
        ]);
        expect(canGive).toEqual([
          {
            part: 'point-in-time recovery',
            difference: 'off, where on is usual',
            enable: true,
            command: `cumulus-api pitr enable --table ${RECOVERED}`,
          },
        ]);
      },
      moto.endpoint,
    );
  });

  test('has to be there, and active', async () => {
    const missing = await cumulusApi(['adopt', '--table', 'prod-None', '--for', 'GranulesTable'], moto);
    expect(missing).toMatchObject({ code: 1, stdout: '' });
    expect(missing.stderr).toContain('prod-None does not exist');
    const creating = answered('DescribeTable', ({ Table }) => ({
      Table: { ...(Table as object), TableStatus: 'CREATING' },
    }));
    await withFaults(
      [creating],
      async (proxy) => {
        const ended = await cumulusApi(['adopt', '--table', RECOVERED, '--for', 'GranulesTable'], proxy);
        expect(ended).toMatchObject({ code: 1, stdout: '' });
        expect(ended.stderr).toContain('is CREATING');
      },
      moto.endpoint,
    );
  });

  test('goes to the address of any table of the module, wherever the module is', async () => {
    const declared = (await readFile(join(MODULE, 'dynamo.tf'), 'utf8')).matchAll(
      /^resource "aws_dynamodb_table" "(\w+)"/gm,
    );
    const names = new Set([...declared].map(([, name]) => name));
    expect(names.size).toBe(MADE.length);
    const module = 'module.cumulus["a b"].module.data';
    for (const name of MADE) {
      const args = ['adopt', '--table', `prod-${name}`, '--for', name, '--module', module];
      const { address } = await cumulusApiResult<Adoption>(args, moto);
      const [, resource = ''] = address.split(`${module}.aws_dynamodb_table.`);
      expect(names).toContain(resource);
      names.delete(resource);
    }
    const args = ['adopt', '--table', 'prod-RulesTable', '--for', 'RulesTable', '--address'];
    expect(await cumulusApiResult([...args, 'aws_dynamodb_table.mine[0]'], moto)).toMatchObject({
      address: 'aws_dynamodb_table.mine[0]',
    });
    for (const wrong of [
      [...args, "x'; rm"],
      [...args.slice(0, 4), 'Rules'],
      [...args, 'aws_dynamodb_table.a', '--module', module],
    ]) {
      expect(await cumulusApi(wrong, moto)).toMatchObject({ code: 2, stdout: '' });
    }
  }, 60_000);

  function expectNothingLost(plan: Plan): void {
    const actions = (plan.resource_changes ?? []).map(({ change }) => change.actions.join());
    expect(actions).toHaveLength(CONTRACT.length + 1);
    for (const action of actions) expect(['no-op', 'update']).toContain(action);
  }
});

/** Runs a printed command as a person would, by a shell in the folder of the root module. */
async function inShell({ folder, environment: env }: Terraform, command: string): Promise<void> {
  const child = spawn('sh', ['-c', command], { cwd: folder, env, stdio: ['ignore', 'ignore', 'pipe'] });
  const [stderr, [code]] = await Promise.all([text(child.stderr), once(child, 'close')]);
  expect({ command, code, stderr }).toEqual({ command, code: 0, stderr: '' });
}
