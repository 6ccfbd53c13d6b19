import { createClient } from '@cumulus/dynamodb/aws';
import { toAttributes } from '@cumulus/dynamodb/items';
import { createModels } from '@cumulus/models';
import { describeUnless, ownBucket, ownMoto, whyNoMoto } from '@cumulus/test-kit';
import { builtCommand } from '@cumulus/test-kit/command';
import { ownTables, putAll } from '@cumulus/test-kit/tables';
import { beforeAll, expect, test } from '@jest/globals';
import { createTables } from '../../create-tables.ts';

const BUILD = new URL('../../../dist/', import.meta.url);
const { run, runJson, host } = builtCommand({
  bin: new URL('../bin/cumulus-api.js', BUILD),
  module: new URL('bin/main.js', BUILD),
});

describeUnless(await whyNoMoto(), 'granules', () => {
  const moto = ownMoto();
  const bucket = ownBucket(moto, 'granules-system');
  const { prefix } = ownTables();
  const client = createClient();
  const { granules, asyncOperations } = createModels({ client, tables: prefix });
  const deployment = ['--prefix', prefix, '--system-bucket', bucket.name];
  const environment = () => ({ environment: bucket.environment });

  beforeAll(() => createTables(prefix));

  const put = (granuleId: string, fields: object = {}) =>
    granules.createFrom({ granuleId, collectionId: 'C___1', status: 'completed', execution: 'e', ...fields });

  test('delete says how many there are, and deletes them when it is to', async () => {
    for (const id of ['D1', 'D2', 'D3']) await put(id, { status: id === 'D3' ? 'completed' : 'failed' });
    const failed = ['granules', 'delete', '--filter', 'status=failed', ...deployment];
    const planned = await runJson([...failed, '--dry-run'], environment());
    expect(planned).toMatchObject({ code: 0, result: { state: 'planned', granules: 2, absent: [] } });
    expect(await run(failed, environment())).toMatchObject({ code: 2, stderr: expect.stringContaining('--yes') });
    expect(await granules.exists({ granuleId: 'D1' })).toBe(true);
    const done = await runJson([...failed, '--yes'], environment());
    expect(done).toMatchObject({ code: 0, result: { state: 'SUCCEEDED', total: 2, done: 2, failed: 0 } });
    const { asyncOperationId: id } = done.result as { readonly asyncOperationId: string };
    expect(await asyncOperations.get({ id })).toMatchObject({ status: 'SUCCEEDED', operationType: 'Bulk Delete' });
    expect(await granules.exists({ granuleId: 'D1' })).toBe(false);
    expect(await granules.exists({ granuleId: 'D3' })).toBe(true);
    expect(await run(['granules', 'resume', id, ...deployment], environment())).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('has ended'),
    });
  });

  test('names each granule that it cannot be done with, and fails then', async () => {
    await put('L1');
    const input = 'L1\n\nnone\r\nL1\n';
    const absent = await run(['granules', 'delete', '--ids-from', '-', '--dry-run', ...deployment], {
      input,
      ...environment(),
    });
    expect(absent).toMatchObject({ code: 1, stdout: expect.stringContaining('none: there is no such granule') });
    const done = await run(['granules', 'delete', 'P1', '--ids-from', '-', '--yes', ...deployment], {
      input,
      ...environment(),
    });
    expect(done.code).toBe(1);
    expect(done.stdout).toContain('1 of 3 granules done, 2 failed');
    expect(done.stdout).toContain('none: There is no granule none.');
    expect(done.stdout).toContain('P1: There is no granule P1.');
    expect(done.stderr).toContain('2 granules failed');
  });

  test('stops when it is interrupted, and is resumed', async () => {
    const items = Array.from({ length: 300 }, (_, index) => ({
      ...{ granuleId: `I${index}`, collectionId: 'I___1', status: 'completed', execution: 'e' },
      ...{ createdAt: 1, updatedAt: 1, timestamp: 1 },
    }));
    await putAll(granules.table, items.map(toAttributes), client);
    const command = await host(
      ['granules', 'delete', '--filter', 'collectionId=I___1', '--yes', ...deployment],
      environment(),
    );
    const operation = async () => {
      for await (const each of asyncOperations.list({ consistent: true }))
        if (JSON.parse(each.output ?? '{}').total === 300) return each;
      return undefined;
    };
    while (!((await operation())?.output ?? '').includes('"done":100'))
      await new Promise((resolve) => setTimeout(resolve, 20));
    await command.kill('SIGINT');
    const ended = await command.ended;
    expect(ended.code).toBe(130);
    const { id = '', status, output = '' } = (await operation()) ?? {};
    expect(ended.stderr).toContain(`cumulus-api granules resume ${id}`);
    expect(status).toBe('RUNNER_FAILED');
    expect(JSON.parse(output).done).toBeLessThan(300);
    const resumed = await runJson(['granules', 'resume', id, ...deployment], environment());
    expect(resumed).toMatchObject({ code: 0, result: { state: 'SUCCEEDED', total: 300, done: 300, failed: 0 } });
    expect(
      (await granules.search({ filters: [{ kind: 'is', field: 'collectionId', values: ['I___1'] }], limit: 1 }))
        .records,
    ).toEqual([]);
  }, 60_000);

  test.each([
    [['delete'], 2, 'takes ids of granules, --ids-from, --filter or --query'],
    [['delete', 'G1', '--filter', 'status=failed'], 2, 'not both'],
    [['delete', '--filter', 'status'], 2, '--filter takes FIELD=VALUE'],
    [['delete', '--filter', 'limit=3', '--yes'], 2, 'takes no limit'],
    [['delete', '--filter', 'color=red', '--yes'], 2, 'color'],
    [['delete', '--filter', 'status=failed', 'prefix=', '--yes'], 2, '--filter prefix= leaves out no granule'],
    [['delete', '--filter', 'archived=false', '--yes'], 2, 'leaves out no granule'],
    [['delete', '--filter', 'includeStats=true', '--yes'], 2, 'leaves out no granule'],
    [['delete', '--query', ' ', '--yes'], 2, '--query " " leaves out no granule'],
    [['delete', '--query', 'status:(failed', '--yes'], 2, 'bracket'],
    [['bulk', 'G1', '--workflow', 'Ingest', '--meta', '[]'], 2, '--meta takes an object of JSON'],
    [['bulk', 'G1', '--workflow', 'None'], 1, 'A workflow "None" does not exist'],
    [['remove-from-cmr', 'G1'], 1, 'CMR'],
    [['reingest', 'G1', '--queue-name', 'a', '--queue-url', 'b'], 2, 'do not go together'],
    [['resume', 'none'], 1, 'There is no operation none'],
  ])('%j ends with %i: %s', async (args, code, said) => {
    const ended = await run(['granules', ...args, ...deployment], environment());
    expect(ended).toMatchObject({ code, stderr: expect.stringContaining(said) });
  });
});
