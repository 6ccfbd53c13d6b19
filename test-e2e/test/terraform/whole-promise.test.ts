import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { sampleRecords } from '@cumulus/local';
import { describeUnless, ownMoto, putSampleRecords, sizeOf } from '@cumulus/test-kit';
import { beforeAll, expect, test } from '@jest/globals';
import { cumulusApiResults } from '../kit/command.ts';
import { whyNoTerraform } from './available.ts';
import { CONTRACT } from './contract.ts';
import { Deployment } from './deployment.ts';

interface Reported {
  readonly table: string;
  readonly items: number;
}

/** How many records of each table at the most: moto takes a millisecond for each that it reads. */
const PER_TABLE = sizeOf({ usual: 12, whole: 1_187 });

describeUnless(await whyNoTerraform(), 'a deployment of the module', () => {
  const moto = ownMoto();
  const counts: Record<string, number> = {};
  let prod: Deployment;

  beforeAll(async () => {
    for await (const { tableName, records } of sampleRecords()) counts[tableName] = Math.min(records.length, PER_TABLE);
    prod = await Deployment.on(moto, { prefix: 'prod' });
    await prod.apply();
    const loaded = await putSampleRecords(moto.client, 'prod', PER_TABLE);
    expect(loaded).toBe(Object.values(counts).reduce((sum, count) => sum + count));
  });

  function expectCounts(reported: readonly Reported[], prefix: string): void {
    expect(Object.fromEntries(reported.map(({ table, items }) => [table, items]))).toEqual(
      Object.fromEntries(CONTRACT.map(({ name }) => [`${prefix}-${name}`, counts[name]])),
    );
  }

  test('is backed up, and restored into another deployment of the module, to the last record', async () => {
    const directory = join(moto.folder, 'backups');
    expectCounts(await cumulusApiResults(['backup', '--prefix', 'prod', '--directory', directory], moto), 'prod');

    const next = await Deployment.on(moto, { prefix: 'next' });
    await next.apply();
    expectCounts(await cumulusApiResults(['restore', '--directory', directory, '--prefix', 'next'], moto), 'next');
    for (const prefix of ['prod', 'next']) {
      const proofs = await cumulusApiResults<object>(['verify', '--directory', directory, '--prefix', prefix], moto);
      expect(proofs).toHaveLength(CONTRACT.length);
    }
    expect(await prod.differences()).toBe('');
    expect(await next.differences()).toBe('');
  }, 180_000);

  test('is backed up by the names that the module puts out', async () => {
    const [tables, directory] = [join(moto.folder, 'tables.json'), join(moto.folder, 'by-output')];
    await writeFile(tables, await prod.succeed('output', '-json', 'dynamo_tables'));
    expectCounts(await cumulusApiResults(['backup', '--tables', tables, '--directory', directory], moto), 'prod');
  });
});
