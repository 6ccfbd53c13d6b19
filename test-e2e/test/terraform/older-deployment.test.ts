import { cp, mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describeUnless, ownMoto, putSampleRecords, sizeOf } from '@cumulus/test-kit';
import { type Item, itemsOf } from '@cumulus/test-kit/tables';
import { expect, test } from '@jest/globals';
import { whyNoTerraform } from './available.ts';
import { withoutCapacity } from './capacity.ts';
import { addressOf, CONTRACT } from './contract.ts';
import { Deployment } from './deployment.ts';
import { describeAll } from './described.ts';
import { providerAt } from './provider.ts';
import { changesOf, Terraform } from './terraform.ts';

const OLDER = fileURLToPath(new URL('fixtures/older-deployment', import.meta.url));

/** How many indexes tables have by now; none had one before. */
const INDEXES: Readonly<Record<string, number>> = { ExecutionsTable: 8, GranulesTable: 8, PdrsTable: 5 };

/** How many records of each table at the most: moto takes a millisecond for each that it reads. */
const PER_TABLE = sizeOf({ usual: 12, whole: 1_187 });

describeUnless(await whyNoTerraform(), 'a deployment that an older configuration made', () => {
  const moto = ownMoto();

  test('is taken over in place, with all its records', async () => {
    const folder = join(moto.folder, 'taken-over');
    await mkdir(folder);
    await cp(OLDER, folder, { recursive: true });
    const older = new Terraform(folder);
    await older.write('provider.tf.json', { provider: { aws: providerAt(moto.endpoint) } });
    await older.init();
    await older.apply();
    const loaded = await putSampleRecords(moto.client, 'prod', PER_TABLE);
    expect(loaded).toBeGreaterThan(8 * 5);
    const before = await everything();

    for (const file of ['main.tf', 'data-persistence']) await rm(join(folder, file), { recursive: true });
    const deployment = await Deployment.in(folder, moto.endpoint, { prefix: 'prod', tags: { Owner: 'ops' } });
    // Each has its tags to get, and that of the counts is new; nothing is deleted or replaced.
    expect(changesOf(await deployment.plan())).toEqual({
      ...Object.fromEntries(CONTRACT.map((table) => [addressOf(table), ['update']])),
      'module.data_persistence.aws_dynamodb_table.record_counts_table': ['create'],
    });
    await deployment.apply();
    // Streams that were turned on in place have their ARNs in the state only after that.
    await deployment.succeed('apply', '-refresh-only', '-auto-approve');
    const streams = await deployment.output<Record<string, string>>('dynamo_stream_arns');
    for (const arn of Object.values(streams)) expect(arn).toMatch(/:table\/prod-\w+Table\/stream\//);

    expect(await everything()).toEqual(before);
    for (const { name, stream, recovery } of CONTRACT) {
      const { table, ...rest } = await describeAll(moto.client, `prod-${name}`);
      expect(table.BillingModeSummary?.BillingMode).toBe('PAY_PER_REQUEST');
      expect(table.StreamSpecification?.StreamEnabled ?? false).toBe(stream);
      expect(table.GlobalSecondaryIndexes?.length ?? 0).toBe(INDEXES[name] ?? 0);
      expect(rest).toMatchObject({
        timeToLive: { TimeToLiveStatus: name === 'AccessTokensTable' ? 'ENABLED' : 'DISABLED' },
        recovery: recovery ? 'ENABLED' : 'DISABLED',
        tags: { Owner: 'ops' },
      });
    }
    for (const { address, change } of (await deployment.plan()).resource_changes ?? []) {
      expect({ address, ...withoutCapacity(change.after) }).toEqual({ address, ...withoutCapacity(change.before) });
    }
  }, 180_000);

  /** The items of all tables. */
  async function everything(): Promise<Record<string, Item[]>> {
    const tables = CONTRACT.map(async ({ name, attributes }) => {
      const items = await itemsOf(`prod-${name}`, moto.client);
      const keyOf = (item: Item): string => attributes.map((attribute) => item[attribute]?.S).join('\n');
      return [name, items.sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1))];
    });
    return Object.fromEntries(await Promise.all(tables));
  }
});
