import { DeleteTableCommand, type GlobalSecondaryIndexDescription } from '@aws-sdk/client-dynamodb';
import { describeUnless, ownMoto } from '@cumulus/test-kit';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { cumulusApiResults } from '../kit/command.ts';
import { whyNoTerraform } from './available.ts';
import { addressOf, CONTRACT, MADE } from './contract.ts';
import { Deployment } from './deployment.ts';
import { type Described, describeAll } from './described.ts';
import { changesOf } from './terraform.ts';

const RECOVERY = 'point_in_time_recovery';

describeUnless(await whyNoTerraform(), 'a deployment that the module keeps', () => {
  const moto = ownMoto();
  let deployment: Deployment;

  beforeAll(async () => {
    deployment = await Deployment.on(moto, { prefix: 'prod' });
    await deployment.apply();
  });

  describe('has, as `cumulus-api tables create` makes it,', () => {
    beforeAll(async () => {
      await cumulusApiResults(['tables', 'create', '--prefix', 'command'], moto);
      expect(await moto.tables()).toHaveLength(2 * MADE.length);
    });
    afterAll(async () => {
      for (const name of MADE) await moto.client.send(new DeleteTableCommand({ TableName: `command-${name}` }));
    });

    test.each(MADE)('%s', async (name) => {
      const byModule = await describeAll(moto.client, `prod-${name}`);
      const byCommand = await describeAll(moto.client, `command-${name}`);
      expect(withoutChance(byCommand, 'command')).toEqual(withoutChance(byModule, 'prod'));
    });
  });

  async function withRecovery(): Promise<string[]> {
    const recoveries = await Promise.all(
      CONTRACT.map(async ({ name }) => [name, (await describeAll(moto.client, `prod-${name}`)).recovery] as const),
    );
    return recoveries.filter(([, recovery]) => recovery === 'ENABLED').map(([name]) => name);
  }

  test('gets and loses point-in-time recovery on the tables concerned, and nothing else changes', async () => {
    const names = CONTRACT.filter(({ recovery }) => recovery).map(({ name }) => name);
    const changed = [...names.filter((name) => name !== 'FilesTable'), 'SemaphoresTable'];
    expect(await withRecovery()).toEqual(names);
    await deployment.configure({ prefix: 'prod', enable_point_in_time_tables: changed });

    const plan = await deployment.plan();
    expect(changesOf(plan)).toEqual({
      'module.data_persistence.aws_dynamodb_table.files_table': ['update'],
      'module.data_persistence.aws_dynamodb_table.semaphores_table': ['update'],
    });
    for (const { address, change } of plan.resource_changes ?? []) {
      const { [RECOVERY]: before, ...others } = change.before ?? {};
      const { [RECOVERY]: after, ...othersAfter } = change.after ?? {};
      expect({ address, ...othersAfter }).toEqual({ address, ...others });
      if (address.endsWith('.files_table'))
        expect([before, after]).toEqual([[{ enabled: true }], [{ enabled: false }]]);
      if (address.endsWith('.semaphores_table'))
        expect([before, after]).toEqual([[{ enabled: false }], [{ enabled: true }]]);
    }

    await deployment.apply();
    expect(await withRecovery()).toEqual(changed.sort());
    expect(await deployment.differences()).toBe('');
  });

  test('cannot be destroyed', async () => {
    const { code, stderr } = await deployment.run('destroy', '-auto-approve');
    expect(code).toBe(1);
    for (const table of CONTRACT)
      expect(stderr.replace(/\s+/g, ' ')).toContain(`${addressOf(table)} has lifecycle.prevent_destroy set`);
    expect(await moto.tables()).toHaveLength(MADE.length);
  });

  test('keeps its tables under another prefix', async () => {
    await deployment.configure({ prefix: 'other', enable_point_in_time_tables: await withRecovery() });
    const plan = await deployment.plan();
    expect(changesOf(plan)).toEqual({});
    expect(plan.isEmpty).toBe(true);
  });
});

/** What is said of a table, without what two tables can't have in common. */
function withoutChance({ table, ...rest }: Described, prefix: string): unknown {
  const { TableId, CreationDateTime, LatestStreamLabel, LatestStreamArn, BillingModeSummary, ...reported } = table;
  const attributes = (reported.AttributeDefinitions ?? []).map((each) => [each.AttributeName, each.AttributeType]);
  const kept = {
    ...rest,
    table: {
      ...reported,
      // These come in any order.
      AttributeDefinitions: Object.fromEntries(attributes),
      GlobalSecondaryIndexes: Object.fromEntries((reported.GlobalSecondaryIndexes ?? []).map(inOrder)),
      // The rest is since when.
      billingMode: BillingModeSummary?.BillingMode,
      hasStream: LatestStreamArn !== undefined,
    },
  };
  return JSON.parse(JSON.stringify(kept).replaceAll(`${prefix}-`, 'prefix-'));
}

/** An index by its name, with the attributes that it holds in order. */
function inOrder(index: GlobalSecondaryIndexDescription): [string | undefined, object] {
  const { NonKeyAttributes: held, ...projection } = index.Projection ?? {};
  return [index.IndexName, { ...index, Projection: { ...projection, held: [...(held ?? [])].sort() } }];
}
