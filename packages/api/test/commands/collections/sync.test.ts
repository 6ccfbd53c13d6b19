import { createClient } from '@cumulus/dynamodb/aws';
import { createModels } from '@cumulus/models';
import { describeUnless, ownBucket, ownMoto, whyNoMoto } from '@cumulus/test-kit';
import { builtCommand } from '@cumulus/test-kit/command';
import { ownTables } from '@cumulus/test-kit/tables';
import { beforeAll, expect, test } from '@jest/globals';
import { createTables } from '../../create-tables.ts';

const BUILD = new URL('../../../dist/', import.meta.url);
const { run, runJson } = builtCommand({
  bin: new URL('../bin/cumulus-api.js', BUILD),
  module: new URL('bin/main.js', BUILD),
});

const COLLECTION = {
  granuleId: '^G.*$',
  granuleIdExtraction: '(G.*)\\.hdf',
  sampleFileName: 'G1.hdf',
  files: [],
} as const;

describeUnless(await whyNoMoto(), 'collections sync', () => {
  const moto = ownMoto();
  const bucket = ownBucket(moto, 'sync-system');
  const { prefix } = ownTables();
  const { collections } = createModels({ client: createClient(), tables: prefix });
  const folder = `${prefix}/collections/`;

  const sync = (...more: readonly string[]) =>
    runJson(['collections', 'sync', '--prefix', prefix, '--system-bucket', bucket.name, ...more], {
      environment: bucket.environment,
    });
  const configOf = async (id: string) => JSON.parse((await bucket.read(`${folder}${id}.json`)).content.toString());

  beforeAll(async () => {
    await createTables(prefix);
    for (const name of ['A', 'B', 'C']) await collections.create({ ...COLLECTION, name, version: '1' });
    await collections.create({ ...COLLECTION, name: 'D', version: '1', dataType: 'SHARED' });
    await collections.create({ ...COLLECTION, name: 'E', version: '1', dataType: 'SHARED' });
  });

  test('writes what is missing or not what the table has, and leaves all else', async () => {
    // As release 1.18 wrote it: without the times.
    const { createdAt, updatedAt, ...config } = await collections.get({ name: 'A', version: '1' });
    await bucket.put(`${folder}A___1.json`, JSON.stringify(config));
    await bucket.put(`${folder}B___1.json`, JSON.stringify({ ...config, name: 'B', provider_path: 'old' }));
    await bucket.put(`${folder}SHARED___1.json`, JSON.stringify({ ...config, name: 'other' }));
    await bucket.put(`${folder}GONE___1.json`, '{}');
    const before = await bucket.all(folder);

    const planned = await sync('--dry-run');
    expect(planned).toMatchObject({ code: 0, stderr: expect.stringContaining('GONE___1.json') });
    expect(await bucket.all(folder)).toEqual(before);
    const states = (json: unknown) =>
      Object.fromEntries(
        (json as { collectionId: string | null; state: string }[]).flatMap(({ collectionId, state }) =>
          collectionId === null ? [] : [[collectionId, state]],
        ),
      );
    const [shared] = ['shared'];
    expect(states(planned.results)).toEqual({
      B___1: 'would be written',
      C___1: 'would be written',
      D___1: shared,
      E___1: shared,
    });
    expect(planned.json.summary).toMatchObject({ state: 'ended', planned: 2, unchanged: 1 });

    const asked = await run(['collections', 'sync', '--prefix', prefix, '--system-bucket', bucket.name], {
      environment: bucket.environment,
    });
    expect(asked).toMatchObject({ code: 2, stderr: expect.stringContaining('Replace 1 configuration in S3') });
    expect(await bucket.all(folder)).toEqual(before);
    const done = await sync('--yes');
    expect(done.code).toBe(0);
    expect(states(done.results)).toEqual({ B___1: 'written', C___1: 'written', D___1: shared, E___1: shared });
    for (const name of ['B', 'C'])
      expect(await configOf(`${name}___1`)).toEqual(await collections.get({ name, version: '1' }));
    expect(await configOf('A___1')).toEqual(config);
    expect(await configOf('SHARED___1')).toMatchObject({ name: 'other' });
    expect(await configOf('GONE___1')).toEqual({});

    const again = await sync();
    expect(again.json.summary).toMatchObject({
      ...{ state: 'ended', written: 0, unchanged: 3, shared: 2, withoutCollection: 1, failed: 0 },
    });
  });

  test('says what is wrong before it writes anything', async () => {
    const noBucket = ['collections', 'sync', '--prefix', prefix, '--system-bucket', 'no-such-bucket'];
    const ended = await run(noBucket, { environment: bucket.environment });
    expect(ended).toMatchObject({ code: 1, stderr: expect.stringContaining('no-such-bucket') });
    expect((await run(['collections', 'sync', '--prefix', prefix])).code).toBe(2);
    const noTable = ['collections', 'sync', '--prefix', 'none', '--system-bucket', bucket.name];
    expect(await run(noTable, { environment: bucket.environment })).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('none-CollectionsTable'),
    });
  });
});
