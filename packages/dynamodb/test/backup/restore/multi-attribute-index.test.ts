import { readFileSync, writeFileSync } from 'node:fs';
import { type CreateTableCommandInput, DescribeTableCommand } from '@aws-sdk/client-dynamodb';
import { onDynamoDBLocal } from '@cumulus/test-kit';
import { createTable, type Item } from '@cumulus/test-kit/tables';
import { expect, test } from '@jest/globals';
import { backUpTable } from '../../../src/backup/back-up/back-up.ts';
import type { BackupManifest } from '../../../src/backup/format/manifest.ts';
import { restoreTable } from '../../../src/backup/restore/restore-table.ts';
import type { TypedItem } from '../../../src/items/typed-item.ts';
import { describeTable } from '../../../src/tables/describe.ts';
import { describeKey } from '../../../src/tables/schema.ts';
import { Scratch } from '../../scratch.ts';

const scratch = new Scratch();
const { client } = scratch;
const request = JSON.parse(
  readFileSync(new URL('../../fixtures/multi-gsi-table.json', import.meta.url), 'utf8'),
) as CreateTableCommandInput;

const order = (id: string, more: TypedItem = {}): TypedItem => ({
  id: { S: id },
  tenant: { S: 'nasa' },
  region: { S: 'us-west-2' },
  at: { N: '20' },
  item: { S: 'granule' },
  ...more,
});

async function backUp(items: readonly TypedItem[]): Promise<{ table: string; file: string; manifest: BackupManifest }> {
  const table = await createTable({ ...request, TableName: scratch.tableName('multi') }, items as readonly Item[]);
  const { file, manifest } = await backUpTable({ client, table, directory: scratch.directory });
  return { table, file, manifest: JSON.parse(readFileSync(manifest, 'utf8')) as BackupManifest };
}

onDynamoDBLocal('an index whose key has two attributes of each kind', () => {
  test('comes back with all four from the manifest', async () => {
    const { table, file, manifest } = await backUp([order('1'), order('2', { at: { N: '3' } })]);
    expect(manifest.table.schema.globalIndexes[0]?.key).toEqual({
      hash: { name: 'tenant', type: 'S' },
      moreHash: [{ name: 'region', type: 'S' }],
      range: { name: 'at', type: 'N' },
      moreRange: [{ name: 'item', type: 'S' }],
    });
    const target = scratch.tableName('multi');
    await restoreTable({ client, file, table: target, createTable: true });
    const indexOf = async (TableName: string) =>
      (await client.send(new DescribeTableCommand({ TableName }))).Table?.GlobalSecondaryIndexes?.[0]?.KeySchema;
    expect(await indexOf(target)).toEqual(request.GlobalSecondaryIndexes?.[0]?.KeySchema);
    expect(await indexOf(target)).toEqual(await indexOf(table));
    const [index] = (await describeTable(client, target)).schema.globalIndexes;
    expect(index && describeKey(index.key)).toBe('tenant (HASH, S), region (HASH, S), at (RANGE, N), item (RANGE, S)');
  });

  test('refuses an item by its last attribute before anything is written', async () => {
    const target = await createTable({ ...request, TableName: scratch.tableName('multi') });
    const plain = scratch.path('other.json');
    writeFileSync(plain, [order('1'), order('2', { item: { N: '1' } })].map((item) => JSON.stringify(item)).join('\n'));
    await expect(restoreTable({ client, file: plain, table: target })).rejects.toThrow(/line 2.* item is of type N/);
  });
});
