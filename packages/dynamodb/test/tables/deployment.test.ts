import { DeleteTableCommand, waitUntilTableNotExists } from '@aws-sdk/client-dynamodb';
import { ownTables } from '@cumulus/test-kit/tables';
import { afterAll, describe, expect, test } from '@jest/globals';
import { createClient } from '../../src/aws/client.ts';
import { TABLE_DEFINITIONS, TABLE_NAMES } from '../../src/tables/definitions.ts';
import { createDeployment, describeDeployment, tablesOfDeployment } from '../../src/tables/deployment.ts';
import { TablesMissingError } from '../../src/tables/errors.ts';
import { schemaOf } from '../../src/tables/schema.ts';
import { parseTableName } from '../../src/tables/table-names.ts';

const client = createClient();
const { prefix } = ownTables();
const { prefix: earlier } = ownTables();

afterAll(() => client.destroy());

test('the definitions are those that deployments have', () => {
  const words = ({ hashKey, rangeKey, stream, ttlAttribute, indexes }: (typeof TABLE_DEFINITIONS)[number]) =>
    [hashKey, rangeKey, stream ? 'stream' : '', ttlAttribute, ...indexes.map(({ name }) => name)]
      .filter(Boolean)
      .join(' ');
  expect(Object.fromEntries(TABLE_DEFINITIONS.map((definition) => [definition.name, words(definition)]))).toEqual({
    AccessTokensTable: 'accessToken expirationTime',
    AsyncOperationsTable: 'id stream',
    CollectionsTable: 'name version stream',
    ExecutionsTable:
      'arn stream status-timestamp-index collectionId-timestamp-index type-timestamp-index asyncOperationId-timestamp-index ' +
      'parentArn-timestamp-index status-createdAt-index status-duration-index status-name-index',
    FilesTable: 'bucket key stream',
    GranulesTable:
      'granuleId stream collectionId-granuleId-index status-timestamp-index collectionId-timestamp-index ' +
      'provider-timestamp-index pdrName-timestamp-index execution-timestamp-index status-duration-index status-granuleId-index',
    PdrsTable:
      'pdrName stream status-timestamp-index collectionId-timestamp-index provider-timestamp-index status-duration-index ' +
      'status-pdrName-index',
    ProvidersTable: 'id stream',
    RulesTable: 'name stream',
    SemaphoresTable: 'key',
    UsersTable: 'userName stream',
  });
  const protectedTables = TABLE_DEFINITIONS.filter(({ pointInTimeRecovery }) => pointInTimeRecovery);
  expect(protectedTables.map(({ name }) => name)).toEqual([
    'CollectionsTable',
    'ExecutionsTable',
    'FilesTable',
    'GranulesTable',
    'PdrsTable',
    'ProvidersTable',
    'RulesTable',
    'UsersTable',
  ]);
});

test('a physical name gives prefix and definition', () => {
  expect(parseTableName('my-prod-GranulesTable')).toMatchObject({
    prefix: 'my-prod',
    definition: { name: 'GranulesTable' },
  });
  expect(parseTableName('GranulesTable')).toMatchObject({ prefix: '' });
  expect(parseTableName('prodGranulesTable')).toBeUndefined();
  expect(parseTableName('prod-OtherTable')).toBeUndefined();
});

describe('a deployment', () => {
  test('is refused by the names of the tables that it lacks', async () => {
    await expect(tablesOfDeployment(client, 'no-such-prefix')).rejects.toThrow(TablesMissingError);
    await expect(tablesOfDeployment(client, 'no-such-prefix')).rejects.toThrow(/no-such-prefix-UsersTable missing/);
  });

  test('of an earlier release may lack its table of users, which is said, and no other', async () => {
    await createDeployment({ client, prefix: earlier });
    await client.send(new DeleteTableCommand({ TableName: `${earlier}-UsersTable` }));
    await waitUntilTableNotExists({ client, maxWaitTime: 30 }, { TableName: `${earlier}-UsersTable` });
    const others = TABLE_NAMES.filter((name) => name !== 'UsersTable').map((name) => `${earlier}-${name}`);
    const found = await tablesOfDeployment(client, earlier);
    expect(found).toEqual({ tables: others, missing: [`${earlier}-UsersTable`] });
    await client.send(new DeleteTableCommand({ TableName: `${earlier}-RulesTable` }));
    await waitUntilTableNotExists({ client, maxWaitTime: 30 }, { TableName: `${earlier}-RulesTable` });
    await expect(tablesOfDeployment(client, earlier)).rejects.toThrow(/Tables .*-RulesTable, .*-UsersTable missing/);
  });

  test('is made whole, says what the server could not take, and is left alone by a second time', async () => {
    const created = await createDeployment({ client, prefix, tags: { stack: 'test' } });
    const names = [...TABLE_NAMES, 'RecordCountsTable'];
    expect(created.map(({ table }) => table)).toEqual(names.map((name) => `${prefix}-${name}`));
    expect(created.every((table) => table.created)).toBe(true);
    const unprotected = created.filter(({ notTaken }) =>
      notTaken.some(({ setting }) => setting === 'point-in-time recovery'),
    );
    expect(unprotected.map(({ table }) => parseTableName(table)?.definition.pointInTimeRecovery)).toEqual(
      Array(8).fill(true),
    );
    expect((await createDeployment({ client, prefix })).some((table) => table.created)).toBe(false);
    for (const { definition, description, settings } of await describeDeployment(client, prefix)) {
      const { pointInTimeRecovery: _, ttlAttribute, ...schema } = schemaOf(definition);
      const globalIndexes = [...schema.globalIndexes].sort((a, b) => (a.name < b.name ? -1 : 1));
      expect(description?.schema).toEqual({ ...schema, globalIndexes });
      expect(settings.ttlAttribute).toBe(ttlAttribute);
    }
  });
});
