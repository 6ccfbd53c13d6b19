import { DeleteItemCommand, DeleteTableCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { describeUnless, type OwnMoto, ownBucket, ownMoto, putSampleRecords, whyNoMoto } from '@cumulus/test-kit';
import { itemsOf } from '@cumulus/test-kit/tables';
import { describe, expect, test } from '@jest/globals';
import { cumulusApiJson } from '../kit/command.ts';
import { FaultProxy } from '../kit/faults/proxy.ts';
import { whyNoTerraform } from '../terraform/available.ts';
import { Deployment } from '../terraform/deployment.ts';
import { ExportingDynamoDb } from './exporting-dynamodb.ts';
import { OnDemandAws } from './on-demand-aws.ts';
import { makeBackup } from './on-demand-tests.ts';
import { PitrAws } from './pitr-aws.ts';
import { Operator, readRunbook } from './runbook.ts';

/*
 * Runs docs/recovery.md as it stands. moto has tables, recovery, backups and S3; what it leaves out (windows, the time that
 * is asked for, SYSTEM backups, the manifests of exports) is the proxy's, in AWS's documented form. moto recovers a table
 * as it is now, so that each situation's damage is done after that where it has to be seen.
 */

const runbook = await readRunbook();
const nowInSeconds = Math.floor(Date.now() / 1000);
const DAY = 86_400;
const twoHoursAgo = new Date((nowInSeconds - 7200) * 1000).toISOString();

interface Situation {
  readonly operator: Operator;
  readonly onDemand: OnDemandAws;
}

/** A deployment `prod` with the sample records, and an operator whose requests go by the proxy. */
async function begin(moto: OwnMoto): Promise<Situation & { readonly proxy: FaultProxy }> {
  await cumulusApiJson(['tables', 'create', '--prefix', 'prod'], moto);
  await putSampleRecords(moto.client, 'prod', 10);
  const onDemand = new OnDemandAws();
  const pitr = new PitrAws({ earliest: nowInSeconds - 30 * DAY, latest: nowInSeconds - 300 });
  const exporting = new ExportingDynamoDb(moto);
  const proxy = await FaultProxy.start([...pitr.faults, ...onDemand.faults, exporting.fault], moto.endpoint);
  const environment = { ...moto.environment, ...proxy.environment };
  return { operator: await Operator.at(moto.folder, environment), onDemand, proxy };
}

function blocksOf(heading: string): readonly string[] {
  const blocks = runbook.get(heading);
  if (blocks === undefined || blocks.length === 0) throw new Error(`docs/recovery.md has no blocks under ${heading}`);
  return blocks;
}

describeUnless(await whyNoMoto(), 'the runbook', () => {
  const tested = new Set<string>(['Adopt']);

  function situation(
    heading: string,
    run: (blocks: readonly string[], context: Situation & { readonly moto: OwnMoto }) => Promise<void>,
  ): void {
    tested.add(heading);
    describe(heading, () => {
      const moto = ownMoto();
      ownBucket(moto, 'archive-elsewhere');
      test('is as docs/recovery.md says', async () => {
        const { proxy, ...begun } = await begin(moto);
        await run(blocksOf(heading), { ...begun, moto }).finally(() => proxy.stop());
      }, 600_000);
    });
  }

  /** Runs all blocks, with nothing to be put in. */
  async function runAll(blocks: readonly string[], { operator }: Situation): Promise<string> {
    let said = '';
    for (const block of blocks) said += await operator.run(block, { AT: twoHoursAgo });
    return said;
  }

  situation('Is everything protected?', async (blocks, context) => {
    expect(await runAll(blocks, context)).toContain('prod-GranulesTable: protected');
  });

  situation('A script wrote nonsense an hour ago', async (blocks, context) => {
    const { operator, moto } = context;
    const [recover = '', compare = '', ...others] = blocks;
    expect(others).toEqual([]);
    const before = await itemsOf('prod-GranulesTable', moto.client);
    await operator.run(recover, { AT: twoHoursAgo });
    const [first, second] = before.map(({ granuleId }) => granuleId?.S ?? '');
    const TableName = 'prod-GranulesTable';
    await moto.client.send(new DeleteItemCommand({ TableName, Key: { granuleId: { S: first ?? '' } } }));
    await moto.client.send(new PutItemCommand({ TableName, Item: { granuleId: { S: second ?? '' } } }));
    await moto.client.send(new PutItemCommand({ TableName, Item: { granuleId: { S: 'nonsense' } } }));
    expect(await operator.run(compare)).toContain('would get 1 addition, 1 change and 1 deletion');
    const said = await runAll(blocksOf('Copy back'), context);
    expect(said).toContain('compared again: no difference');
    const byId = (items: typeof before) => new Map(items.map((item) => [item['granuleId']?.S, item]));
    expect(byId(await itemsOf(TableName, moto.client))).toEqual(byId(before));
  });
  tested.add('Copy back');

  situation('A table was deleted', async (blocks, { operator, onDemand, moto }) => {
    const [list = '', restore = '', ...others] = blocks;
    expect(others).toEqual([]);
    const { length } = await itemsOf('prod-PdrsTable', moto.client);
    const backup = await makeBackup(moto.client, 'prod-PdrsTable', 'prod-PdrsTable$DeletedTableBackup');
    onDemand.alter('prod-PdrsTable$DeletedTableBackup', {
      BackupType: 'SYSTEM',
      BackupExpiryDateTime: nowInSeconds + 35 * DAY,
    });
    await moto.client.send(new DeleteTableCommand({ TableName: 'prod-PdrsTable' }));
    const listed = await operator.run(list);
    expect(listed).toContain('SYSTEM');
    expect(listed).toContain(backup);
    await operator.run(restore, { BACKUP: backup });
    expect(await itemsOf('prod-PdrsTable', moto.client)).toHaveLength(length);
  });

  situation('A whole deployment at one instant', async (blocks, context) => {
    expect(await runAll(blocks, context)).toContain('prod-recovered-GranulesTable');
  });

  situation('An account was lost', async (blocks, context) => {
    await runAll(blocks, context);
    const { length } = await itemsOf('prod-GranulesTable', context.moto.client);
    expect(await itemsOf('next-GranulesTable', context.moto.client)).toHaveLength(length);
  });

  situation('Moving a deployment to another account or region', async (blocks, { operator, moto }) => {
    const [exporting = '', importing = '', ...others] = blocks;
    expect(others).toEqual([]);
    const [folder] = /s3:\S+\/AWSDynamoDB\/\S+/.exec(await operator.run(exporting)) ?? [];
    await operator.run(importing, { EXPORT: String(folder) });
    const { length } = await itemsOf('prod-GranulesTable', moto.client);
    expect(await itemsOf('next-GranulesTable', moto.client)).toHaveLength(length);
  });

  situation('Keeping seven years of backups', async (blocks, context) => {
    expect(await runAll(blocks, context)).toContain('prod-UsersTable: 0 deleted, 1 kept');
  });

  situation('A yearly rehearsal', async (blocks, context) => {
    expect(await runAll(blocks, context)).toContain('would get 0 additions, 0 changes and 0 deletions');
  });

  test('has no block that is not run here', () => {
    const withBlocks = [...runbook].filter(([, blocks]) => blocks.length > 0).map(([heading]) => heading);
    expect(new Set(withBlocks)).toEqual(tested);
  });
});

describeUnless(await whyNoTerraform(), 'the runbook on adopting a recovered table', () => {
  const moto = ownMoto();

  test('is as docs/recovery.md says', async () => {
    const deployment = await Deployment.on(moto, { prefix: 'prod' });
    await deployment.apply();
    const operator = await Operator.at(deployment.folder, moto.environment);
    const restore = ['pitr', 'restore', '--table', 'prod-GranulesTable', '--to', 'prod-GranulesTable-recovered'];
    await cumulusApiJson([...restore, '--latest'], moto);
    const [check = '', adopt = '', after = '', ...others] = blocksOf('Adopt');
    expect(others).toEqual([]);
    const said = await operator.run(check);
    for (const command of adopt.split('\n')) expect(said).toContain(command);
    await operator.run(adopt);
    await operator.run(after);
    const tables = await deployment.output<Record<string, { name: string }>>('dynamo_tables');
    expect(tables['granules']?.name).toBe('prod-GranulesTable-recovered');
    const streams = await deployment.output<Record<string, string>>('dynamo_stream_arns');
    expect(streams['granules']).toContain('table/prod-GranulesTable-recovered/stream/');
    // What was kept of the table before is still to be had.
    const policy = await deployment.output<string>('recovery_policy');
    for (const table of ['prod-GranulesTable', 'prod-GranulesTable-recovered']) {
      expect(policy).toContain(`:table/${table}/*"`);
    }
  }, 600_000);
});
