import {
  type AttributeDefinition,
  CreateTableCommand,
  DeleteTableCommand,
  type DynamoDBClient,
} from '@aws-sdk/client-dynamodb';
import { describeUnless, takeMoto } from '@cumulus/test-kit';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createClient } from '../../src/aws/client.ts';
import { describeTable } from '../../src/tables/describe.ts';
import { TableReplacedError } from '../../src/tables/errors.ts';
import { isSameTable, requireSameTable } from '../../src/tables/same-table.ts';
import { GRANULE_SCHEMA, Scratch } from '../scratch.ts';

const scratch = new Scratch();
const moto = await takeMoto();

describe('isSameTable and requireSameTable', () => {
  test('a table is itself, whatever was written to it, and another one of its name is not', async () => {
    const table = await scratch.table();
    const before = await describeTable(scratch.client, table);
    await scratch.put(table, [{ granuleId: { S: 'a' } }]);
    await requireSameTable(scratch.client, before, 'meanwhile', []);
    await scratch.replaceTable(table);
    const now = await describeTable(scratch.client, table);
    expect(isSameTable(before, now)).toBe(false);
    const check = requireSameTable(scratch.client, before, 'during the test', ['Nothing happened.']);
    await expect(check).rejects.toThrow(
      `Table ${table} was deleted and made again during the test: it was that of ${before.createdAt?.toISOString()} ` +
        `(${before.id}, key granuleId (HASH, S)), and is now that of ${now.createdAt?.toISOString()} (`,
    );
  });

  test('a table that is gone is said to be deleted', async () => {
    const table = await scratch.table();
    const before = await describeTable(scratch.client, table);
    await expect(
      requireSameTable(scratch.client, { ...before, name: `${table}-gone` }, 'meanwhile', []),
    ).rejects.toThrow(/-gone was deleted meanwhile: it was /);
  });

  test('of an equal identity but another key it is another table', async () => {
    const table = await describeTable(scratch.client, await scratch.table());
    const key = { hash: { name: 'granuleId', type: 'N' } } as const;
    expect(isSameTable(table, { ...table, schema: { ...GRANULE_SCHEMA, key } })).toBe(false);
  });
});

describeUnless(
  moto ? undefined : 'no moto_server that runs',
  'on a server that gives tables no identity (moto)',
  () => {
    let client: DynamoDBClient;
    const TableName = 'prod-GranulesTable';
    const AttributeDefinitions: AttributeDefinition[] = [{ AttributeName: 'granuleId', AttributeType: 'S' }];

    beforeAll(() => {
      client = createClient({ endpoint: moto?.endpoint });
    });
    afterAll(async () => {
      client.destroy();
    });

    test('the creation time distinguishes two tables of one name', async () => {
      const create = () =>
        client.send(
          new CreateTableCommand({
            ...{ TableName, AttributeDefinitions, BillingMode: 'PAY_PER_REQUEST' },
            KeySchema: [{ AttributeName: 'granuleId', KeyType: 'HASH' }],
          }),
        );
      await create();
      const before = await describeTable(client, TableName);
      await requireSameTable(client, before, 'meanwhile', []);
      await client.send(new DeleteTableCommand({ TableName }));
      await create();
      await expect(requireSameTable(client, before, 'meanwhile', [])).rejects.toThrow(TableReplacedError);
    });
  },
);
