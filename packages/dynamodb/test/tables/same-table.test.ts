import { CreateTableCommand, DeleteTableCommand } from '@aws-sdk/client-dynamodb';
import { describeUnless, ownMoto, whyNoMoto } from '@cumulus/test-kit';
import { stringKeyed } from '@cumulus/test-kit/tables';
import { describe, expect, test } from '@jest/globals';
import { describeTable } from '../../src/tables/describe.ts';
import { TableReplacedError } from '../../src/tables/errors.ts';
import { isSameTable, requireSameTable } from '../../src/tables/same-table.ts';
import { GRANULE_SCHEMA, Scratch } from '../scratch.ts';

const scratch = new Scratch();

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

describeUnless(await whyNoMoto(), 'isSameTable where the server gives tables no identity (moto)', () => {
  const moto = ownMoto();
  const TableName = 'prod-GranulesTable';

  test('the creation time distinguishes two tables of one name', async () => {
    const { client } = moto;
    const create = () => client.send(new CreateTableCommand(stringKeyed(TableName, ['granuleId'])));
    await create();
    const before = await describeTable(client, TableName);
    await requireSameTable(client, before, 'meanwhile', []);
    await client.send(new DeleteTableCommand({ TableName }));
    await create();
    await expect(requireSameTable(client, before, 'meanwhile', [])).rejects.toThrow(TableReplacedError);
  });
});
