import { setTimeout as sleep } from 'node:timers/promises';
import { archivableStream, listArchive } from '@cumulus/dynamodb/archive';
import { createStreamsClient } from '@cumulus/dynamodb/aws';
import { createDeployment, describeTable } from '@cumulus/dynamodb/tables';
import { onDynamoDBLocal } from '@cumulus/test-kit';
import { client, putAll } from '@cumulus/test-kit/tables';
import { expect, test } from '@jest/globals';
import { followTables } from '../../src/commands/archive/follow/follow-tables.ts';
import { cumulusApi, cumulusApiJson, host } from '../cumulus-api.ts';
import { granules, Scratch } from '../scratch.ts';

const scratch = new Scratch();

/** DynamoDB Local has a change in its stream at once. */
const SETTLE = ['--settle', '1s'];

const WITH_STREAMS = 9;

/** All tables of a new prefix, with three granules. */
async function deployment(): Promise<string> {
  const prefix = scratch.prefix();
  await createDeployment({ client, prefix });
  await putAll(`${prefix}-GranulesTable`, granules(3));
  return prefix;
}

onDynamoDBLocal('cumulus-api archive follow', () => {
  test('with --once archives what a deployment has, names the tables without a stream, and goes on the next time', async () => {
    const prefix = await deployment();
    const to = scratch.path(prefix);
    const follow = ['archive', 'follow', '--prefix', prefix, '--to', to, ...SETTLE];
    const warning = `Not archived, since a stream of new images is missing: ${prefix}-AccessTokensTable, ${prefix}-SemaphoresTable. Back these tables up.`;

    const planned = await cumulusApiJson([...follow, '--dry-run']);
    expect(planned).toMatchObject({ code: 0, json: { warnings: [warning] } });
    expect(planned.results).toHaveLength(WITH_STREAMS);
    expect(await listArchive(to).catch(() => 'nothing')).toBe('nothing');

    const { code, results, json } = await cumulusApiJson([...follow, '--once']);
    expect({ code, warnings: json.warnings }).toEqual({ code: 0, warnings: [warning] });
    expect(json.summary).toMatchObject({ table: null, tables: WITH_STREAMS, changes: 3 });
    expect(results).toHaveLength(WITH_STREAMS);
    const table = `${prefix}-GranulesTable`;
    expect(results).toContainEqual(
      expect.objectContaining({ table, changes: 3, gaps: 1, bases: [expect.stringContaining(table)], failure: null }),
    );

    await putAll(table, [{ granuleId: { S: 'new' } }]);
    const again = await cumulusApi([...follow, '--once']);
    expect(again).toMatchObject({ code: 0, stderr: `WARNING: ${warning}\n` });
    expect(again.stdout).toContain(`${table}: 1 change archived in 1 segment, `);
    expect(again.stdout).toContain(`1 change archived in 1 segment, `);
    expect(again.stdout).toMatch(/, of 9 tables\n$/);
  });

  test('refuses a named table without a stream, and one that is not there, and writes nothing', async () => {
    const prefix = scratch.prefix();
    const table = await scratch.table(prefix, 'SemaphoresTable');
    const to = scratch.path(prefix);
    const refused = await cumulusApi(['archive', 'follow', '--table', table, '--to', to]);
    expect(refused).toMatchObject({ code: 1, stdout: '' });
    expect(refused.stderr).toContain(`The changes of table ${table} cannot be archived: it has no stream.`);
    const none = await cumulusApi(['archive', 'follow', '--table', `${prefix}-GranulesTable`, '--to', to]);
    expect(none).toMatchObject({ code: 1, stdout: '' });
    expect(none.stderr).toContain(`Table ${prefix}-GranulesTable does not exist`);
    expect(await listArchive(to).catch(() => 'nothing')).toBe('nothing');
  });

  test('follows a table of the prefix that is created later', async () => {
    const prefix = scratch.prefix();
    const first = await scratch.table(prefix, 'GranulesTable');
    const later = `${prefix}-RulesTable`;
    const archive = scratch.path(prefix);
    const streams = createStreamsClient();
    const stop = new AbortController();
    const notes: string[] = [];
    const ended = followTables({
      ...{ tables: [first], wanted: [first, later], lookEvery: 100 },
      isFollowable: async (table) => archivableStream(await describeTable(client, table)) !== undefined,
      settings: { client, streams, archive, settle: 1_000, abortSignal: stop.signal },
      context: {
        abortSignal: stop.signal,
        onNote: (note) => void notes.push(note),
        onProgress: () => undefined,
        onWarning: (warning) => void notes.push(warning),
      },
    });
    await scratch.table(prefix, 'RulesTable', [{ name: { S: 'rule' } }]);
    const changes = async (): Promise<number | undefined> =>
      (await listArchive(archive).catch(() => [])).find(({ table, bases }) => table === later && bases.length > 0)
        ?.changes;
    while ((await changes()) !== 1) await sleep(100);
    stop.abort();
    expect((await ended).map(({ table, failure }) => [table, failure])).toEqual([
      [first, undefined],
      [later, undefined],
    ]);
    expect(notes).toContain(`${later}: it is there now, and is followed too`);
    streams.destroy();
  });

  test('goes on until it is interrupted, and then says what it has archived of each table', async () => {
    const prefix = scratch.prefix();
    const [granulesTable, rulesTable] = [
      await scratch.table(prefix, 'GranulesTable', granules(2)),
      await scratch.table(prefix, 'RulesTable'),
    ];
    const to = scratch.path(prefix);
    const running = await host(['archive', 'follow', '--table', granulesTable, rulesTable, '--to', to, ...SETTLE]);
    await running.until('stdout', (text) => text.split('base made, ').length === 3);
    await putAll(granulesTable, [{ granuleId: { S: 'new' } }]);
    while ((await listArchive(to)).every(({ changes }) => changes < 3));
    await running.kill('SIGINT');
    const { code, stdout, stderr } = await running.ended;
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toContain(`${granulesTable}: base made, 2 items to ${to}/${granulesTable}.`);
    expect(stdout).toMatch(
      new RegExp(
        `${granulesTable}: 3 changes archived in \\d+ segments, \\d.*\n.*${rulesTable}: 0 changes archived in 1 segment, .*\n.*` +
          '3 changes archived in \\d+ segments, .*, of 2 tables; stopped on request\n$',
        's',
      ),
    );
  });
});
