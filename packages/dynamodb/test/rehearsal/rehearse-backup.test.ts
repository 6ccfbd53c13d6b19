import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import {
  CreateTableCommand,
  DeleteTableCommand,
  DescribeTimeToLiveCommand,
  LimitExceededException,
  PutItemCommand,
  UpdateTimeToLiveCommand,
} from '@aws-sdk/client-dynamodb';
import { onDynamoDBLocal } from '@cumulus/test-kit';
import { tablesWithPrefix } from '@cumulus/test-kit/tables';
import { afterAll, describe, expect, test } from '@jest/globals';
import { createClient, createStreamsClient } from '../../src/aws/client.ts';
import { backUpTable } from '../../src/backup/back-up/back-up.ts';
import { listCatalogue } from '../../src/backup/catalogue/list-catalogue.ts';
import { planRehearsal, type RehearsalOptions } from '../../src/rehearsal/plan.ts';
import { runRehearsal } from '../../src/rehearsal/run.ts';
import type { TableName } from '../../src/tables/definitions.ts';
import { TABLE_DEFINITIONS } from '../../src/tables/definitions.ts';
import { describeTable } from '../../src/tables/describe.ts';
import { createTableInput, schemaOf } from '../../src/tables/schema.ts';
import { granule, Scratch } from '../scratch.ts';

const scratch = new Scratch();
const streams = createStreamsClient();
afterAll(() => streams.destroy());

type Item = Record<string, { S: string } | { N: string }>;

/** Makes a table of a deployment, with a stream as its definition has it. */
async function deploy(prefix: string, name: TableName, items: readonly Item[]): Promise<string> {
  const definition = TABLE_DEFINITIONS.find((each) => each.name === name);
  if (definition === undefined) throw new Error(name);
  const table = `${prefix}-${name}`;
  await scratch.client.send(new CreateTableCommand(createTableInput(table, schemaOf(definition))));
  for (const Item of items) await scratch.client.send(new PutItemCommand({ TableName: table, Item }));
  return table;
}

const granules = (count: number) => Array.from({ length: count }, (_, number) => granule(number) as Item);
const providers = (count: number): Item[] =>
  Array.from({ length: count }, (_, id) => ({ id: { S: `provider-${id}` } }));

async function backUp(prefix: string, ...names: readonly TableName[]): Promise<void> {
  const { client, directory } = scratch;
  for (const name of names) await backUpTable({ client, table: `${prefix}-${name}`, directory });
}

function options(prefix: string, more: Partial<RehearsalOptions> = {}): RehearsalOptions {
  const { client, directory: backups } = scratch;
  return { client, streams, prefix, from: 'backup', backups, ...more };
}

const rehearse = async (given: RehearsalOptions) => runRehearsal(await planRehearsal(given));

onDynamoDBLocal('a rehearsal of backup files', () => {
  test('proves each table by value, removes what it made, and changes nothing else', async () => {
    const prefix = scratch.prefix();
    const table = await deploy(prefix, 'GranulesTable', granules(120));
    await deploy(prefix, 'ProvidersTable', providers(3));
    await backUp(prefix, 'GranulesTable', 'ProvidersTable');
    // What is written after a backup does not matter to it.
    await scratch.client.send(new PutItemCommand({ TableName: table, Item: granule(999) as Item }));
    const before = await tablesWithPrefix(prefix);
    const { report, leftovers } = await rehearse(options(prefix, { tables: ['GranulesTable', 'ProvidersTable'] }));
    expect(report).toMatchObject({ outcome: 'proved', from: 'backup', prefix, notRemoved: [], removedFromEarlier: [] });
    expect(leftovers).toEqual([]);
    const proof = { changed: 0, missing: 0, extra: 0, explained: 0 };
    expect(report.tables).toMatchObject([
      { table, outcome: 'proved', items: 120, proof: { compared: 120, same: 120, ...proof }, failure: null },
      { table: `${prefix}-ProvidersTable`, items: 3, proof: { compared: 3, same: 3, ...proof } },
    ]);
    expect([...report.removed].sort()).toEqual(
      ['GranulesTable', 'Journal', 'ProvidersTable'].map((name) => `${report.scratchPrefix}-${name}`),
    );
    expect(report.wholeDeployment.estimatedSeconds).toBeGreaterThan(0);
    expect(await tablesWithPrefix(prefix)).toEqual(before);
    const [catalogue] = await listCatalogue(scratch.directory);
    expect(catalogue?.backups[0]?.proofs).toMatchObject([{ how: 'rehearsal' }]);
    expect((await readdir(scratch.directory)).filter((name) => /checkpoint|lock|partial/.test(name))).toEqual([]);
  });

  test('makes tables with the indexes of the deployment, and without stream and time to live', async () => {
    const prefix = scratch.prefix();
    const table = await deploy(prefix, 'AccessTokensTable', [{ accessToken: { S: 'old' } }]);
    await deploy(prefix, 'GranulesTable', granules(2));
    const TimeToLiveSpecification = { AttributeName: 'expirationTime', Enabled: true };
    await scratch.client.send(new UpdateTimeToLiveCommand({ TableName: table, TimeToLiveSpecification }));
    await backUp(prefix, 'AccessTokensTable', 'GranulesTable');
    for (const name of ['AccessTokensTable', 'GranulesTable'] as const) {
      let made: unknown;
      let scratchTable = '';
      const client = scratch.clientBefore('DeleteTableCommand', 1, async () => {
        const { schema } = await describeTable(scratch.client, scratchTable);
        const { TimeToLiveDescription: timeToLive } = await scratch.client.send(
          new DescribeTimeToLiveCommand({ TableName: scratchTable }),
        );
        made = { schema, timeToLive };
      });
      const planned = await planRehearsal(options(prefix, { client, tables: [name] }));
      scratchTable = planned.tables[0]?.scratchTable ?? '';
      expect((await runRehearsal(planned)).report.outcome).toBe('proved');
      const { schema } = await describeTable(scratch.client, `${prefix}-${name}`);
      expect(made).toMatchObject({
        schema: { ...schema, stream: undefined },
        timeToLive: { TimeToLiveStatus: 'DISABLED' },
      });
    }
  });

  test('fails, by name, for a backup that is damaged, one that was altered with its hash, and none; the others are proved', async () => {
    const prefix = scratch.prefix();
    for (const name of ['PdrsTable', 'ProvidersTable', 'RulesTable', 'GranulesTable'] as const) {
      await deploy(prefix, name, name === 'ProvidersTable' ? providers(3) : []);
    }
    for (const name of ['GranulesTable', 'PdrsTable'] as const) {
      const items = name === 'GranulesTable' ? granules(30) : [{ pdrName: { S: 'P1' } }, { pdrName: { S: 'P2' } }];
      for (const Item of items as Item[]) {
        await scratch.client.send(new PutItemCommand({ TableName: `${prefix}-${name}`, Item }));
      }
    }
    await backUp(prefix, 'GranulesTable', 'ProvidersTable', 'PdrsTable');
    const granulesFile = scratch.path(`${prefix}-GranulesTable.json`);
    writeFileSync(granulesFile, readFileSync(granulesFile, 'utf8').replace('granule-000007', 'granule-900007'));
    const pdrsFile = scratch.path(`${prefix}-PdrsTable.json`);
    const altered = readFileSync(pdrsFile, 'utf8').split('\n').slice(1).join('\n');
    writeFileSync(pdrsFile, altered);
    const manifest = JSON.parse(readFileSync(`${pdrsFile}.manifest.json`, 'utf8'));
    const sha256 = createHash('sha256').update(altered).digest('hex');
    const file = { ...manifest.file, bytes: Buffer.byteLength(altered), sha256 };
    writeFileSync(`${pdrsFile}.manifest.json`, JSON.stringify({ ...manifest, file }));
    const before = await tablesWithPrefix(prefix);
    const tables = ['GranulesTable', 'PdrsTable', 'ProvidersTable', 'RulesTable'] as const;
    const { report } = await rehearse(options(prefix, { tables }));
    expect(report.outcome).toBe('failed');
    expect(report.tables.map(({ outcome }) => outcome)).toEqual(['failed', 'failed', 'proved', 'failed']);
    expect(report.tables[0]?.failure).toMatch(/SHA-256/);
    expect(report.tables[1]?.failure).toMatch(/items/);
    expect(report.tables[3]?.failure).toBe(`There is no backup of ${prefix}-RulesTable in ${scratch.directory}.`);
    expect(report.wholeDeployment.estimatedSeconds).toBeNull();
    expect(await tablesWithPrefix(prefix)).toEqual(before);
  });

  test('rehearses tables of which only the backup is left, and cannot prove a file without a manifest', async () => {
    const prefix = scratch.prefix();
    const table = await deploy(prefix, 'ProvidersTable', providers(3));
    await backUp(prefix, 'ProvidersTable');
    await scratch.client.send(new DeleteTableCommand({ TableName: table }));
    expect((await rehearse(options(prefix, { tables: ['ProvidersTable'] }))).report.outcome).toBe('proved');
    writeFileSync(scratch.path(`${prefix}-RulesTable.json`), '{"name":{"S":"daily"}}\n');
    const { report } = await rehearse(options(prefix, { tables: ['ProvidersTable', 'RulesTable'] }));
    expect(report.outcome).toBe('restored');
    expect(report.tables[1]).toMatchObject({ outcome: 'restored', items: 1, failure: null, sourceTime: '' });
    expect(report.tables[1]?.warning).toMatch(/has no manifest/);
    expect(await tablesWithPrefix(prefix)).toEqual([]);
  });

  test('a table that an account has no room for fails by name; the journal and the other tables go', async () => {
    const prefix = scratch.prefix();
    await deploy(prefix, 'GranulesTable', granules(3));
    await deploy(prefix, 'ProvidersTable', providers(3));
    await backUp(prefix, 'GranulesTable', 'ProvidersTable');
    const before = await tablesWithPrefix(prefix);
    const client = createClient();
    client.middlewareStack.add(
      (next) => (args) => {
        const { TableName = '', BillingMode } = args.input as { TableName?: string; BillingMode?: string };
        // What creates a table.
        if (BillingMode === undefined || !TableName.endsWith('-GranulesTable')) return next(args);
        const message = 'Subscriber limit exceeded: There is a limit of 2500 tables per subscriber';
        throw new LimitExceededException({ message, $metadata: { httpStatusCode: 400 } });
      },
      { step: 'initialize' },
    );
    const { report } = await rehearse(options(prefix, { client, tables: ['GranulesTable', 'ProvidersTable'] }));
    expect(report.tables.map(({ outcome }) => outcome)).toEqual(['failed', 'proved']);
    expect(report.tables[0]?.failure).toMatch(/CreateTable on table \S+-GranulesTable/);
    expect(report.notRemoved).toEqual([]);
    expect(await tablesWithPrefix(prefix)).toEqual(before);
    client.destroy();
  });

  test('plans without creating anything: names, sources, sizes and write units', async () => {
    const prefix = scratch.prefix();
    await deploy(prefix, 'GranulesTable', granules(120));
    await deploy(prefix, 'ProvidersTable', providers(3));
    await backUp(prefix, 'GranulesTable', 'ProvidersTable');
    const before = await tablesWithPrefix(prefix);
    const { tables, others, leftOut } = await planRehearsal(options(prefix, { tables: ['GranulesTable'] }));
    expect(tables).toMatchObject([
      {
        table: `${prefix}-GranulesTable`,
        items: 120,
        problem: null,
        source: scratch.path(`${prefix}-GranulesTable.json`),
      },
    ]);
    const indexes = TABLE_DEFINITIONS.find(({ name }) => name === 'GranulesTable')?.indexes.length ?? 0;
    expect(tables[0]?.writeUnits).toBe(120 * (1 + indexes));
    expect(others).toEqual([{ table: `${prefix}-ProvidersTable`, bytes: expect.any(Number) }]);
    expect(leftOut).toEqual([]);
    expect(await tablesWithPrefix(prefix)).toEqual(before);
  });
});

describe('a plan of a rehearsal', () => {
  test('names a prefix of which there is nothing, one that is too long, and one of a rehearsal', async () => {
    const prefix = scratch.prefix();
    await expect(planRehearsal(options(prefix))).rejects.toMatchObject({ code: 'TABLES_MISSING' });
    await expect(planRehearsal(options('p'.repeat(187)))).rejects.toThrow(/a prefix has 186/);
    const { scratchPrefix } = await planRehearsal(options(prefix, { tables: ['RulesTable'] })).catch(() => ({
      scratchPrefix: `${prefix}-rehearsal-20261129T203200Z-${'0'.repeat(20)}`,
    }));
    await expect(planRehearsal(options(scratchPrefix))).rejects.toMatchObject({ code: 'PREFIX_NOT_REHEARSABLE' });
  });
});
