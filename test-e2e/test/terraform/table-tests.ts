import type { TableDescription } from '@aws-sdk/client-dynamodb';
import { ownMoto } from '@cumulus/test-kit';
import { beforeAll, expect, test } from '@jest/globals';
import { CONTRACT, MADE } from './contract.ts';
import { Deployment } from './deployment.ts';
import { describeAll } from './described.ts';
import type { Runner } from './terraform.ts';

const TAGS = { Owner: 'ops', 'cost:center': 'A 1' };

/** That the module, run so, makes the tables of a deployment as they have been since Cumulus 1.16. */
export function testTables(runner: Runner): void {
  const moto = ownMoto();
  let deployment: Deployment;

  beforeAll(async () => {
    deployment = await Deployment.on(moto, { prefix: 'prod', tags: TAGS }, runner);
    await deployment.apply();
  }, 120_000);

  test('those of the contract, and that of the counts', async () => {
    expect(await moto.tables()).toEqual(MADE.map((name) => `prod-${name}`));
  });

  test.each(CONTRACT)(
    '$name with its key, stream, recovery and tags',
    async ({ name, attributes, stream, recovery }) => {
      const { table, ...rest } = await describeAll(moto.client, `prod-${name}`);
      expect(table).toMatchObject({
        TableStatus: 'ACTIVE',
        BillingModeSummary: { BillingMode: 'PAY_PER_REQUEST' },
        KeySchema: attributes.map((AttributeName, index) => ({
          AttributeName,
          KeyType: index === 0 ? 'HASH' : 'RANGE',
        })),
      });
      expect(table.StreamSpecification).toEqual(
        stream ? { StreamEnabled: true, StreamViewType: 'NEW_AND_OLD_IMAGES' } : undefined,
      );
      const types = (table.AttributeDefinitions ?? []).map((each) => [each.AttributeName, each.AttributeType]);
      const ofKey = types.filter(([attribute]) => attributes.includes(attribute ?? ''));
      expect(Object.fromEntries(ofKey)).toEqual(Object.fromEntries(attributes.map((attribute) => [attribute, 'S'])));
      expect(rest).toEqual({
        timeToLive:
          name === 'AccessTokensTable'
            ? { TimeToLiveStatus: 'ENABLED', AttributeName: 'expirationTime' }
            : { TimeToLiveStatus: 'DISABLED' },
        recovery: recovery ? 'ENABLED' : 'DISABLED',
        tags: TAGS,
      });
    },
  );

  test('with the index of granules by their collection, and those by which lists are read', async () => {
    const indexes = await Promise.all(
      CONTRACT.map(async ({ name }) => {
        const { table } = await describeAll(moto.client, `prod-${name}`);
        expect(table.LocalSecondaryIndexes ?? []).toEqual([]);
        return indexesOf(table).map((words) => `${name} ${words}`);
      }),
    );
    expect(indexes.flat().sort()).toEqual([
      'ExecutionsTable asyncOperationId-timestamp-index: asyncOperationId HASH S, timestamp RANGE N, INCLUDE status',
      'ExecutionsTable collectionId-timestamp-index: collectionId HASH S, timestamp RANGE N, INCLUDE status',
      'ExecutionsTable parentArn-timestamp-index: parentArn HASH S, timestamp RANGE N, INCLUDE status',
      'ExecutionsTable status-createdAt-index: status HASH S, createdAt RANGE N, INCLUDE collectionId timestamp type',
      'ExecutionsTable status-duration-index: status HASH S, duration RANGE N, INCLUDE collectionId timestamp type',
      'ExecutionsTable status-name-index: status HASH S, name RANGE S, INCLUDE collectionId timestamp type',
      'ExecutionsTable status-timestamp-index: status HASH S, timestamp RANGE N, KEYS_ONLY',
      'ExecutionsTable type-timestamp-index: type HASH S, timestamp RANGE N, INCLUDE collectionId status',
      'GranulesTable collectionId-granuleId-index: collectionId HASH S, granuleId RANGE S, ALL',
      'GranulesTable collectionId-timestamp-index: collectionId HASH S, timestamp RANGE N, INCLUDE provider status',
      'GranulesTable execution-timestamp-index: execution HASH S, timestamp RANGE N, INCLUDE collectionId status',
      'GranulesTable pdrName-timestamp-index: pdrName HASH S, timestamp RANGE N, INCLUDE collectionId status',
      'GranulesTable provider-timestamp-index: provider HASH S, timestamp RANGE N, INCLUDE status',
      'GranulesTable status-duration-index: status HASH S, duration RANGE N, INCLUDE collectionId provider timestamp',
      'GranulesTable status-granuleId-index: status HASH S, granuleId RANGE S, INCLUDE collectionId provider timestamp',
      'GranulesTable status-timestamp-index: status HASH S, timestamp RANGE N, KEYS_ONLY',
      'PdrsTable collectionId-timestamp-index: collectionId HASH S, timestamp RANGE N, INCLUDE provider status',
      'PdrsTable provider-timestamp-index: provider HASH S, timestamp RANGE N, INCLUDE status',
      'PdrsTable status-duration-index: status HASH S, duration RANGE N, INCLUDE collectionId provider timestamp',
      'PdrsTable status-pdrName-index: status HASH S, pdrName RANGE S, INCLUDE collectionId provider timestamp',
      'PdrsTable status-timestamp-index: status HASH S, timestamp RANGE N, KEYS_ONLY',
    ]);
  });

  test('with the table of counts beside them', async () => {
    const { table, recovery } = await describeAll(moto.client, 'prod-RecordCountsTable');
    expect(table.KeySchema).toEqual([
      { AttributeName: 'recordType', KeyType: 'HASH' },
      { AttributeName: 'group', KeyType: 'RANGE' },
    ]);
    expect(recovery).toBe('DISABLED');
    expect(await deployment.output('record_counts_table')).toEqual({ name: table.TableName, arn: table.TableArn });
  });

  test('and outputs their names and ARNs', async () => {
    expect(await deployment.output('dynamo_tables')).toEqual(
      Object.fromEntries(
        CONTRACT.map(({ key, name }) => [
          key,
          { name: `prod-${name}`, arn: `arn:aws:dynamodb:us-east-1:123456789012:table/prod-${name}` },
        ]),
      ),
    );
  });

  test('and outputs the streams, of the tables that have one', async () => {
    const streams = await Promise.all(
      CONTRACT.filter(({ stream }) => stream).map(async ({ key, name }) => {
        const { table } = await describeAll(moto.client, `prod-${name}`);
        return [key, table.LatestStreamArn];
      }),
    );
    expect(streams).toHaveLength(9);
    expect(await deployment.output('dynamo_stream_arns')).toEqual(Object.fromEntries(streams));
  });

  test('and applied again does nothing', async () => {
    expect(await deployment.differences()).toBe('');
  }, 60_000);
}

/** The indexes of a table in words: `name: key HASH S, key RANGE N, PROJECTION attributes`. */
function indexesOf({ GlobalSecondaryIndexes = [], AttributeDefinitions = [] }: TableDescription): readonly string[] {
  const types = new Map(AttributeDefinitions.map((each) => [each.AttributeName, each.AttributeType]));
  return GlobalSecondaryIndexes.map(({ IndexName, KeySchema = [], Projection }) => {
    const keys = KeySchema.map(
      ({ AttributeName, KeyType }) => `${AttributeName} ${KeyType} ${types.get(AttributeName)}`,
    );
    const held = [Projection?.ProjectionType, ...[...(Projection?.NonKeyAttributes ?? [])].sort()].join(' ');
    return `${IndexName}: ${[...keys, held].join(', ')}`;
  });
}
