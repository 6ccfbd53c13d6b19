import type { GlobalSecondaryIndexDescription } from '@aws-sdk/client-dynamodb';
import { describeUnless, ownMoto } from '@cumulus/test-kit';
import { beforeAll, expect, test } from '@jest/globals';
import { cumulusApiJson } from '../kit/command.ts';
import { whyNoTerraform } from './available.ts';
import { MADE } from './contract.ts';
import { Deployment } from './deployment.ts';
import { type Described, describeAll } from './described.ts';

describeUnless(await whyNoTerraform(), 'what the module makes is what `cumulus-api tables create` makes', () => {
  const moto = ownMoto();

  beforeAll(async () => {
    const deployment = await Deployment.on(moto, { prefix: 'module' });
    await deployment.apply();
    await cumulusApiJson(['tables', 'create', '--prefix', 'command'], moto);
    expect(await moto.tables()).toHaveLength(2 * MADE.length);
  });

  test.each(MADE)('%s', async (name) => {
    const byModule = await describeAll(moto.client, `module-${name}`);
    const byCommand = await describeAll(moto.client, `command-${name}`);
    expect(withoutChance(byCommand, 'command')).toEqual(withoutChance(byModule, 'module'));
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
