import { DescribeTimeToLiveCommand } from '@aws-sdk/client-dynamodb';
import { expect, test } from '@jest/globals';
import { TableNotFoundError } from '../../../src/aws/errors.ts';
import { giveSettings } from '../../../src/recovery/settings/give-settings.ts';
import { getRecoveredSettings } from '../../../src/recovery/settings/recovered-settings.ts';
import { createTable } from '../../../src/tables/create.ts';
import { describeTable } from '../../../src/tables/describe.ts';
import { GRANULE_SCHEMA, Scratch } from '../../scratch.ts';

const scratch = new Scratch();
const { client } = scratch;

test('the settings of a table that is there are what it has now', async () => {
  const source = scratch.tableName();
  await createTable(client, source, { ...GRANULE_SCHEMA, stream: 'KEYS_ONLY' });
  expect(await getRecoveredSettings(client, source)).toMatchObject({
    stream: 'KEYS_ONLY',
    tags: {},
    knownFrom: 'table',
  });
});

test('those of a table of Cumulus that is gone are by its definition, of another that is gone nothing is known', async () => {
  expect(await getRecoveredSettings(client, scratch.tableName('AccessTokensTable'))).toEqual({
    ttlAttribute: 'expirationTime',
    pointInTimeRecovery: false,
    tags: {},
    knownFrom: 'definition',
  });
  expect(await getRecoveredSettings(client, scratch.tableName('UsersTable'))).toEqual({
    pointInTimeRecovery: true,
    stream: 'NEW_AND_OLD_IMAGES',
    tags: {},
    knownFrom: 'definition',
  });
  expect(await getRecoveredSettings(client, scratch.tableName('other'))).toEqual({ tags: {}, knownFrom: 'nowhere' });
});

test('a table gets what it lacks, once, and what the server does not have is named', async () => {
  const table = scratch.tableName();
  await createTable(client, table, GRANULE_SCHEMA);
  const settings = {
    stream: 'NEW_AND_OLD_IMAGES',
    ttlAttribute: 'expirationTime',
    tags: {},
    knownFrom: 'table',
  } as const;
  expect(await giveSettings(client, table, settings)).toEqual({ given: ['stream', 'time to live'], notTaken: [] });
  expect((await describeTable(client, table)).schema.stream).toBe('NEW_AND_OLD_IMAGES');
  const { TimeToLiveDescription } = await client.send(new DescribeTimeToLiveCommand({ TableName: table }));
  expect(TimeToLiveDescription?.AttributeName).toBe('expirationTime');
  expect(await giveSettings(client, table, settings)).toEqual({ given: [], notTaken: [] });
});

test('a table that is not there gets none', async () => {
  await expect(giveSettings(client, scratch.tableName(), { tags: {}, knownFrom: 'table' })).rejects.toThrow(
    TableNotFoundError,
  );
});
