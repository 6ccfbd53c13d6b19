import { isDeepStrictEqual } from 'node:util';
import { describeUnless, ownMoto } from '@cumulus/test-kit';
import { beforeAll, expect, test } from '@jest/globals';
import { whyNoTerraform } from './available.ts';
import { addressOf, CONTRACT, MADE } from './contract.ts';
import { Deployment } from './deployment.ts';
import { describeAll } from './described.ts';
import { changesOf } from './terraform.ts';

const RECOVERY = 'point_in_time_recovery';

describeUnless(await whyNoTerraform(), 'a deployment that the module keeps', () => {
  const moto = ownMoto();
  let deployment: Deployment;

  beforeAll(async () => {
    deployment = await Deployment.on(moto, { prefix: 'prod' });
    await deployment.apply();
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

  // In four plans a table is on the list or not as its number's binary digits say, and no two have the same ones.
  test.each([1, 2, 4, 8])('has recovery on the tables whose own names are on the list (digit %i)', async (digit) => {
    const listed = CONTRACT.filter((_, index) => ((index + 1) & digit) !== 0);
    await deployment.configure({ prefix: 'prod', enable_point_in_time_tables: listed.map(({ name }) => name) });
    const { resource_changes: changes = [] } = await deployment.plan();
    const enabled = changes.filter(({ change }) => isDeepStrictEqual(change.after?.[RECOVERY], [{ enabled: true }]));
    expect(enabled.map(({ address }) => address).sort()).toEqual(listed.map(addressOf));
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
    expect(changesOf(await deployment.plan())).toEqual({});
    expect(await deployment.differences()).toBe('');
  });
});
