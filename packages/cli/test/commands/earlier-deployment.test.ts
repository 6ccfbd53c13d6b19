import { DeleteTableCommand } from '@aws-sdk/client-dynamodb';
import { CreateBucketCommand } from '@aws-sdk/client-s3';
import { createClient } from '@cumulus/dynamodb/aws';
import { createDeployment, RECORD_COUNTS_TABLE, TABLE_NAMES } from '@cumulus/dynamodb/tables';
import { describeUnless, ownMoto, whyNoMoto } from '@cumulus/test-kit';
import { beforeAll, expect, test } from '@jest/globals';
import { cumulusApi, cumulusApiJson } from '../cumulus-api.ts';

describeUnless(await whyNoMoto(), 'a deployment of 1.18, without tables of users and of counts', () => {
  const moto = ownMoto();
  const users = 'old-UsersTable';
  const others = TABLE_NAMES.map((name) => `old-${name}`).filter((table) => table !== users);
  const environment = () => ({ environment: moto.environment });

  beforeAll(async () => {
    const client = createClient({ endpoint: moto.endpoint });
    await createDeployment({ client, prefix: 'old' });
    client.destroy();
    for (const TableName of [users, `old-${RECORD_COUNTS_TABLE.name}`])
      await moto.client.send(new DeleteTableCommand({ TableName }));
    await moto.s3.send(new CreateBucketCommand({ Bucket: 'exports' }));
  });

  test.each([
    ['pitr enable'],
    ['pitr status'],
    ['on-demand create'],
    ['backup --to s3://exports --dry-run'],
    ['tables list'],
    ['tables describe'],
    ['pitr disable --dry-run'],
    ['pitr disable --yes'],
  ])('is served whole by %s --prefix, which says what is missing', async (command) => {
    const args = [...command.split(' '), '--prefix', 'old'];
    const ended = await cumulusApiJson(args, environment());
    const { code } = ended;
    const results = ended.results as readonly { readonly table: string }[];
    expect({ code, failed: results.filter(hasFailed) }).toEqual({ code: 0, failed: [] });
    expect(results.at(-1)).toMatchObject({ table: users, missing: true });
    const tables = results.map(({ table }) => table);
    const protectedOnly = command === 'pitr enable' ? others.filter((table) => tables.includes(table)) : others;
    expect(tables).toEqual([...protectedOnly, users]);
    expect(protectedOnly.length).toBeGreaterThan(6);
  });

  test.each([['on-demand list'], ['on-demand prune --keep 1 --dry-run']])(
    'is served by %s --prefix',
    async (command) => {
      expect(await cumulusApi([...command.split(' '), '--prefix', 'old'], environment())).toMatchObject({
        code: 0,
        stderr: expect.stringMatching(/^(?:AWS identity: .*\n)?$/),
      });
    },
  );

  test('is exported by export --prefix as far as it is protected, which says what is missing', async () => {
    // moto gives each table another window of time.
    await cumulusApi(['pitr', 'disable', '--prefix', 'old', '--yes'], environment());
    await cumulusApi(['pitr', 'enable', '--table', 'old-GranulesTable'], environment());
    const args = ['export', '--prefix', 'old', '--to', 's3://exports', '--dry-run'];
    const { code, results } = await cumulusApiJson(args, environment());
    expect({ code, failed: results.filter(hasFailed) }).toEqual({ code: 0, failed: [] });
    expect(results).toContainEqual(expect.objectContaining({ table: 'old-GranulesTable' }));
    expect(results.at(-1)).toMatchObject({ table: users, missing: true });
  });

  test('is restored by pitr restore --prefix, with an empty table of counts as it is defined', async () => {
    const args = ['pitr', 'restore', '--prefix', 'old', '--to-prefix', 'new', '--latest'];
    const { code, stdout } = await cumulusApi(args, environment());
    expect(code).toBe(0);
    expect(stdout).toContain(`new-UsersTable: not made, since ${users} does not exist`);
    const [, ofCounts = ''] = stdout.split('new-RecordCountsTable: made empty');
    expect(ofCounts).toContain('given: time to live');
    expect(ofCounts).toContain('settings by the definition of Cumulus');
    const made = (await moto.tables()).filter((table) => table.startsWith('new-'));
    expect(made).toEqual([...others, 'old-RecordCountsTable'].map((table) => table.replace('old', 'new')).sort());
  }, 60_000);
});

function hasFailed(result: unknown): boolean {
  return (result as { readonly failure: unknown }).failure !== null;
}
