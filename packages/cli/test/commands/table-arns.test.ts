import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DescribeTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { describeWithMoto, ownFolder } from '@cumulus/test-kit';
import { createTable, client as local, ownTables, stringKeyed } from '@cumulus/test-kit/tables';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { cumulusApi, cumulusApiJson } from '../cumulus-api.ts';

const folder = ownFolder();
const arnOf = (name: string, region = 'us-west-2', account = '123456789012'): string =>
  `arn:aws:dynamodb:${region}:${account}:table/${name}`;

await describeWithMoto('tables that are named by their ARNs', (moto) => {
  const environment = (): NodeJS.ProcessEnv => ({ ...moto.environment, AWS_REGION: 'us-east-1' });
  const run = (...args: string[]) => cumulusApi(args, { environment: environment() });
  let west: DynamoDBClient;

  beforeAll(async () => {
    west = new DynamoDBClient({ endpoint: moto.endpoint, region: 'us-west-2' });
    // The same name in another region, which is the environment's.
    await createTable(stringKeyed('T-1', ['granuleId']), [{ granuleId: { S: 'east' } }], moto.client);
    await createTable(
      stringKeyed('T-1', ['granuleId']),
      [{ granuleId: { S: 'west' } }, { granuleId: { S: 'two' } }],
      west,
    );
  });

  test('are those of the ARN’s region, and files have their names', async () => {
    const directory = join(folder, 'a');
    const { result } = await cumulusApiJson(['backup', '--table', arnOf('T-1'), '--directory', directory], {
      environment: environment(),
    });
    expect(result).toMatchObject({ table: 'T-1', items: 2, file: join(directory, 'T-1.json') });
    expect(readdirSync(directory)).toEqual(['T-1.json', 'T-1.json.manifest.json']);
    const verified = ['verify', join(directory, 'T-1.json'), '--table', arnOf('T-1')];
    expect(await run(...verified)).toMatchObject({ code: 0, stderr: '' });
    expect((await run('verify', join(directory, 'T-1.json'), '--table', 'T-1')).code).toBe(1);
    const made = ['restore', join(directory, 'T-1.json'), '--table', arnOf('T-2'), '--create-table'];
    expect(await run(...made)).toMatchObject({ code: 0, stderr: '' });
    const { Table } = await west.send(new DescribeTableCommand({ TableName: 'T-2' }));
    expect(Table?.TableArn).toBe(arnOf('T-2'));
    expect(await run('copy', '--from', arnOf('T-1'), '--to', arnOf('T-2'), '--dry-run')).toMatchObject({ code: 0 });
  });

  test.each([
    ['--region', ['backup', '--table', arnOf('T-1'), '--region', 'us-east-1']],
    ['each other', ['copy', '--from', arnOf('T-1'), '--to', arnOf('T-1', 'us-east-1')]],
  ])('are refused where their region contradicts %s', async (_, args) => {
    const { code, stderr } = await run(...args);
    expect(code).toBe(2);
    expect(stderr).toMatch(/^cumulus-api: arn:aws:dynamodb:\S+ is not in the region us-(?:east-1|west-2) /);
  });

  test('are refused where another account has a table of the name, or would get one', async () => {
    const other = arnOf('T-1', 'us-west-2', '210987654321');
    const directory = join(folder, 'other');
    const { code, stderr } = await run('backup', '--table', other, '--directory', directory);
    expect(code).toBe(1);
    expect(stderr).toBe(
      `cumulus-api: ${other} is not a table in the account and region in use. ` +
        `The table of that name is here ${arnOf('T-1')}.\n  Nothing was read or changed.\n` +
        '  Use credentials of its account, or use the table’s name instead.\n',
    );
    expect(readdirSync(folder)).not.toContain('other');

    const file = join(folder, 'one.json');
    writeFileSync(file, '{"granuleId":{"S":"a"}}\n');
    const made = await run('restore', file, '--table', arnOf('T-9', 'us-west-2', '210987654321'), '--create-table');
    expect(made.stderr).toContain('the credentials are of the account 123456789012.');
    await expect(west.send(new DescribeTableCommand({ TableName: 'T-9' }))).rejects.toThrow('not found');
  });

  test('in a file of tables are compared with it', async () => {
    const file = join(folder, 'tables.json');
    writeFileSync(file, JSON.stringify({ granules: { name: 'T-1', arn: arnOf('T-1') } }));
    const args = ['backup', '--tables', file, '--directory', join(folder, 'file'), '--dry-run'];
    expect(await run(...args, '--region', 'us-west-2')).toMatchObject({ code: 0 });
    const elsewhere = await run(...args);
    expect(elsewhere.code).toBe(1);
    expect(elsewhere.stderr).toContain(`The table of that name is here ${arnOf('T-1', 'us-east-1')}.`);
    writeFileSync(file, JSON.stringify({ granules: { name: arnOf('T-1') } }));
    expect((await run(...args, '--region', 'us-west-2')).stdout).toMatch(/^T-1: about 2 items/);
  });
});

describe('on DynamoDB of this machine', () => {
  const tables = ownTables();

  test('its own ARN names a table, and one of AWS is refused', async () => {
    const table = await tables.create([{ granuleId: { S: 'a' } }]);
    const { Table } = await local.send(new DescribeTableCommand({ TableName: table }));
    const directory = join(folder, 'local');
    const own = await cumulusApi(['backup', '--table', String(Table?.TableArn), '--directory', directory]);
    expect(own).toMatchObject({ code: 0, stderr: '' });
    const other = await cumulusApi(['backup', '--table', arnOf(table, 'us-east-1'), '--directory', directory]);
    expect(other.code).toBe(1);
    expect(other.stderr).toContain(`The table of that name is here ${Table?.TableArn}.`);
    const file = join(directory, `${table}.json`);
    const made = await cumulusApi(['restore', file, '--table', arnOf('T-none', 'us-east-1'), '--create-table']);
    expect(made.code).toBe(1);
    expect(made.stderr).toContain('whose account this is, is not known');
  });
});
