import { writeFile } from 'node:fs/promises';
import { createDeployment } from '@cumulus/dynamodb/tables';
import { onDynamoDBLocal, sizeOf } from '@cumulus/test-kit';
import { client, putAll } from '@cumulus/test-kit/tables';
import { expect, test } from '@jest/globals';
import { cumulusApi, cumulusApiJson, resultOf, start } from '../cumulus-api.ts';
import { granules, Scratch } from '../scratch.ts';

const scratch = new Scratch();

/** DynamoDB Local has a change in its stream at once. */
const SETTLE = ['--settle', '1'];
const recount = ['counts', 'recount', ...SETTLE];
/** A recount as it is given after a restore, with all that it takes for granted: 15 seconds to settle among it. */
const recountAfterRestore = ['counts', 'recount', ...sizeOf({ usual: SETTLE, whole: [] })];

/** All tables of a new prefix, with three completed granules and a failed one. */
async function deployment(): Promise<string> {
  const prefix = scratch.prefix();
  await createDeployment({ client, prefix });
  const completed = granules(3, { status: { S: 'completed' }, timestamp: { N: '1' } });
  const failed = { granuleId: { S: 'broken' }, collectionId: { S: 'MOD11A1___006' }, status: { S: 'failed' } };
  await putAll(`${prefix}-GranulesTable`, [...completed, failed]);
  return prefix;
}

onDynamoDBLocal('cumulus-api counts', () => {
  test('show fails as long as nothing was counted, recount counts, and show then reports', async () => {
    const prefix = await deployment();
    const show = ['counts', 'show', '--prefix', prefix, '--collections', '--type', 'granule'];
    const before = await cumulusApi(show);
    expect(before.code).toBe(1);
    expect(before.stderr).toBe(
      `cumulus-api: The records of ${prefix}-GranulesTable were never counted.\n  Run: cumulus-api counts recount --prefix ${prefix} --type granule\n`,
    );

    const dry = await cumulusApi([...recount, '--prefix', prefix, '--type', 'granule', '--dry-run']);
    expect(dry.stdout).toContain('nothing was changed');
    expect((await cumulusApi(show)).code).toBe(1);

    const granted = await cumulusApiJson([...recountAfterRestore, '--prefix', prefix, '--type', 'granule']);
    expect(granted).toMatchObject({ code: 0, stderr: '', results: [{ after: { total: 4 } }] });
    const { code, results } = await cumulusApiJson([...recount, '--prefix', prefix]);
    expect(code).toBe(0);
    expect(results).toMatchObject([
      { recordType: 'granule', after: { total: 4 }, follows: true },
      { recordType: 'execution', after: { total: 0 } },
      { recordType: 'pdr', after: { total: 0 } },
    ]);
    const after = await cumulusApi(show);
    expect({ code: after.code, stderr: after.stderr }).toEqual({ code: 0, stderr: '' });
    expect(after.stdout).toBe(
      [
        `${prefix}-GranulesTable: 4: 3 completed, 1 failed`,
        '  1 of them in no list by time',
        '  MOD09GQ___006: 3: 3 completed',
        '  MOD11A1___006: 1: 1 failed',
        '',
      ].join('\n'),
    );
  }, 120_000);

  test('count a table under another name, as the file of --tables has it', async () => {
    const prefix = await deployment();
    const pdr = { pdrName: { S: 'P' }, collectionId: { S: 'C___1' }, status: { S: 'failed' } };
    const recovered = await scratch.table(scratch.prefix(), 'PdrsTable', [pdr]);
    const file = scratch.path('tables.json');
    await writeFile(file, JSON.stringify({ pdrs: { name: recovered, arn: 'arn' } }));
    const named = ['--prefix', prefix, '--tables', file, '--type'];
    const { results } = await cumulusApiJson([...recount, ...named, 'pdr']);
    expect(results).toMatchObject([{ table: recovered, after: { total: 1 } }]);
    expect((await cumulusApi(['counts', 'show', ...named, 'pdr'])).stdout).toContain(`${recovered}: 1: 1 failed`);
    const missing = await cumulusApi(['counts', 'show', ...named, 'granule']);
    expect([missing.code, missing.stderr]).toEqual([1, expect.stringContaining('does not name the table of granules')]);
  });

  test('follow counts what is written, until it is interrupted', async () => {
    const prefix = await deployment();
    await cumulusApi([...recount, '--prefix', prefix, '--type', 'granule']);
    const { process, ended } = start(['counts', 'follow', '--prefix', prefix, '--json']);
    await putAll(`${prefix}-GranulesTable`, [{ granuleId: { S: 'new' }, status: { S: 'running' } }]);
    const total = async (): Promise<unknown> => {
      const { result } = await cumulusApiJson(['counts', 'show', '--prefix', prefix, '--type', 'granule']);
      return (result as { readonly total: number }).total;
    };
    while ((await total()) !== 5);
    process.kill('SIGINT');
    expect(resultOf((await ended).stdout)).toMatchObject({
      command: 'counts follow',
      table: null,
      changes: expect.any(Number),
    });
  }, 120_000);

  test('a restore says that a recount is due, and so does show after it', async () => {
    const prefix = await deployment();
    await cumulusApi([...recount, '--prefix', prefix, '--type', 'granule']);
    const table = `${prefix}-GranulesTable`;
    await cumulusApi(['backup', '--table', table, '--directory', scratch.directory]);
    const restored = await cumulusApi([
      'restore',
      `${scratch.directory}/${table}.json`,
      '--table',
      table,
      '--overwrite',
      '--yes',
    ]);
    expect(restored.stdout).toContain(`a recount is due: cumulus-api counts recount --prefix ${prefix} --type granule`);
    const shown = await cumulusApi(['counts', 'show', '--prefix', prefix, '--type', 'granule']);
    expect(shown).toMatchObject({ code: 1, stderr: expect.stringContaining(`${table} was restored.`) });
  }, 120_000);

  test('a deployment without the table of counts is an error that says so', async () => {
    const prefix = scratch.prefix();
    await scratch.table(prefix, 'GranulesTable');
    const { code, stderr } = await cumulusApi(['counts', 'show', '--prefix', prefix]);
    expect(code).toBe(1);
    expect(stderr).toContain(`Table ${prefix}-RecordCountsTable does not exist`);
  });
});
