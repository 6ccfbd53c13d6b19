import { describeUnless } from '../required.ts';
import { whyNoTerraform } from './available.ts';
import { CONTRACT } from './contract.ts';
import type { Deployment } from './deployment.ts';
import { describeAll } from './described.ts';
import { ownMoto } from './own-moto.ts';

const TAGS = { Owner: 'ops', 'cost:center': 'A 1' };

describeUnless(await whyNoTerraform(), 'the module makes the tables of a deployment', () => {
  const moto = ownMoto();
  let deployment: Deployment;

  beforeAll(async () => {
    deployment = await moto.deployment({ prefix: 'prod', tags: TAGS });
    await deployment.apply();
  });

  it('exactly those of the contract', async () => {
    expect(await moto.tables()).toEqual(CONTRACT.map(({ name }) => `prod-${name}`));
  });

  it.each(CONTRACT)('$name with its key, stream, recovery and tags', async ({ name, attributes, stream, recovery }) => {
    const { table, ...rest } = await describeAll(moto.client, `prod-${name}`);
    expect(table).toMatchObject({
      TableStatus: 'ACTIVE',
      BillingModeSummary: { BillingMode: 'PAY_PER_REQUEST' },
      KeySchema: attributes.map((AttributeName, index) => ({ AttributeName, KeyType: index === 0 ? 'HASH' : 'RANGE' })),
    });
    expect(table.StreamSpecification).toEqual(
      stream ? { StreamEnabled: true, StreamViewType: 'NEW_AND_OLD_IMAGES' } : undefined,
    );
    const indexed = name === 'GranulesTable' ? ['collectionId'] : [];
    const types = (table.AttributeDefinitions ?? []).map((each) => [each.AttributeName, each.AttributeType]);
    expect(Object.fromEntries(types)).toEqual(
      Object.fromEntries([...attributes, ...indexed].map((attribute) => [attribute, 'S'])),
    );
    expect(rest).toEqual({
      timeToLive:
        name === 'AccessTokensTable'
          ? { TimeToLiveStatus: 'ENABLED', AttributeName: 'expirationTime' }
          : { TimeToLiveStatus: 'DISABLED' },
      recovery: recovery ? 'ENABLED' : 'DISABLED',
      tags: TAGS,
    });
  });

  it('with one index, of granules by their collection', async () => {
    const indexes = await Promise.all(
      CONTRACT.map(async ({ name }) => {
        const { table } = await describeAll(moto.client, `prod-${name}`);
        expect(table.LocalSecondaryIndexes ?? []).toEqual([]);
        return (table.GlobalSecondaryIndexes ?? []).map((index) => ({ name, ...index }));
      }),
    );
    expect(indexes.flat()).toMatchObject([
      {
        name: 'GranulesTable',
        IndexName: 'collectionId-granuleId-index',
        KeySchema: [
          { AttributeName: 'collectionId', KeyType: 'HASH' },
          { AttributeName: 'granuleId', KeyType: 'RANGE' },
        ],
        Projection: { ProjectionType: 'ALL' },
      },
    ]);
  });

  it('and tells their names and ARNs', async () => {
    expect(await deployment.output('dynamo_tables')).toEqual(
      Object.fromEntries(
        CONTRACT.map(({ key, name }) => [
          key,
          { name: `prod-${name}`, arn: `arn:aws:dynamodb:us-east-1:123456789012:table/prod-${name}` },
        ]),
      ),
    );
  });

  it('and tells the streams, of the tables that have one', async () => {
    const streams = await Promise.all(
      CONTRACT.filter(({ stream }) => stream).map(async ({ key, name }) => {
        const { table } = await describeAll(moto.client, `prod-${name}`);
        return [key, table.LatestStreamArn];
      }),
    );
    expect(streams).toHaveLength(9);
    expect(await deployment.output('dynamo_stream_arns')).toEqual(Object.fromEntries(streams));
  });

  it('and applied again does nothing', async () => {
    expect(await deployment.differences()).toBe('');
  });
});
