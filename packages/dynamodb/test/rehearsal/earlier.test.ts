import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { CreateTableCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { onDynamoDBLocal } from '@cumulus/test-kit';
import { client, createTable, putAll, stringKeyed, tablesWithPrefix } from '@cumulus/test-kit/tables';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createStreamsClient } from '../../src/aws/client.ts';
import { toAttributes } from '../../src/items/plain/attribute-values.ts';
import { planRehearsal } from '../../src/rehearsal/plan.ts';
import { runRehearsal } from '../../src/rehearsal/run.ts';
import { clearEarlier } from '../../src/rehearsal/scratch/earlier.ts';
import { Journal } from '../../src/rehearsal/scratch/journal.ts';
import { journalName, newScratchPrefix, parseScratchName } from '../../src/rehearsal/scratch/names.ts';
import { removeTables } from '../../src/rehearsal/scratch/remove-tables.ts';
import { processHost } from '../../src/storage/process-host.ts';
import { Scratch } from '../scratch.ts';

const scratch = new Scratch();
const MINUTE = 60_000;

let host = '';
let deadPid = 0;
beforeAll(async () => {
  host = await processHost();
  // A number that no process has any more.
  deadPid = Number(spawnSync(process.execPath, ['-p', 'process.pid']).stdout);
});

/** What the names of a rehearsal's tables begin with, of a process of a machine. */
function scratchPrefixOf(prefix: string, { of = host, pid = deadPid, at = '20261129T203200Z' } = {}): string {
  const hashed = createHash('sha256').update(of).digest('hex').slice(0, 8);
  return `${prefix}-rehearsal-${at}-${hashed}${pid.toString(16).padStart(8, '0')}beef`;
}

/** Makes what a rehearsal leaves that was killed: its tables, and a journal that names them. */
async function leave(
  scratchPrefix: string,
  { lease = {}, names = ['GranulesTable'], noted = names }: { lease?: object; names?: string[]; noted?: string[] } = {},
): Promise<void> {
  for (const name of names) await createTable(stringKeyed(`${scratchPrefix}-${name}`, ['granuleId']));
  await createTable(stringKeyed(journalName(scratchPrefix), ['id']));
  const since = new Date().toISOString();
  const own = { id: 'lease', format: 'cumulus-rehearsal-journal', scratchPrefix, token: 't', host, pid: deadPid };
  const rows = [
    { ...own, since, renewedAt: since, ...lease },
    ...noted
      .map((name) => `${scratchPrefix}-${name}`)
      .map((table) => ({ id: `table ${table}`, table, notedAt: '2026' })),
  ];
  await putAll(journalName(scratchPrefix), rows.map(toAttributes));
}

async function clear(prefix: string, asked = client) {
  const warnings: string[] = [];
  const cleared = await clearEarlier(asked, prefix, { onWarning: (warning) => void warnings.push(warning) });
  return { ...cleared, warnings };
}

onDynamoDBLocal('what an earlier rehearsal left', () => {
  test('is removed if its process is gone from this machine, and nothing else is', async () => {
    const prefix = scratch.prefix();
    const dead = scratchPrefixOf(prefix);
    await leave(dead, { names: ['GranulesTable', 'RulesTable'] });
    const others = [
      `${prefix}-GranulesTable`,
      `${prefix}-rehearsal-GranulesTable`,
      `${prefix}-rehearsal-20261129T203200Z-GranulesTable`,
      `${dead}-Notes`,
      `${dead}-Journal-copy`,
      `${scratchPrefixOf(`${prefix}2`)}-GranulesTable`,
      `${scratchPrefixOf(prefix, { at: '20269929T203200Z' })}-GranulesTable`,
    ];
    for (const name of others) await createTable(stringKeyed(name, ['granuleId']));
    const { removed, leftovers, warnings } = await clear(prefix);
    expect([...removed].sort()).toEqual([`${dead}-GranulesTable`, `${dead}-Journal`, `${dead}-RulesTable`]);
    expect(leftovers).toEqual([]);
    expect(warnings).toEqual([]);
    expect((await tablesWithPrefix(prefix)).sort()).toEqual(others.sort());
    expect(await clear(prefix)).toEqual({ removed: [], leftovers: [], warnings: [] });
  });

  test('is left, and named, where no journal names it', async () => {
    const prefix = scratch.prefix();
    const [alone, partly, foreign, otherKey] = ['1', '2', '3', '4'].map((day) =>
      scratchPrefixOf(prefix, { at: `2026110${day}T203200Z` }),
    ) as [string, string, string, string];
    await createTable(stringKeyed(`${alone}-GranulesTable`, ['granuleId']));
    await leave(partly, { names: ['GranulesTable', 'RulesTable'], noted: ['RulesTable'] });
    await createTable(stringKeyed(journalName(foreign), ['id']), [{ id: { S: 'entry' } }]);
    await createTable(stringKeyed(journalName(otherKey), ['day', 'entry']));
    const { removed, warnings } = await clear(prefix);
    expect([...removed].sort()).toEqual([`${partly}-Journal`, `${partly}-RulesTable`]);
    expect((await tablesWithPrefix(prefix)).sort()).toEqual(
      [`${alone}-GranulesTable`, `${partly}-GranulesTable`, journalName(foreign), journalName(otherKey)].sort(),
    );
    for (const table of await tablesWithPrefix(prefix)) {
      expect(warnings.filter((warning) => warning.includes(table))).toHaveLength(1);
    }
  });

  test('does not make a journal delete what is no table of its rehearsal', async () => {
    const prefix = scratch.prefix();
    const [dead, other] = [scratchPrefixOf(prefix), scratchPrefixOf(prefix, { at: '20261130T203200Z' })];
    await leave(dead);
    const victims = [`${prefix}-GranulesTable`, `${other}-GranulesTable`, `${dead}-Notes`];
    for (const table of victims) {
      await createTable(stringKeyed(table, ['granuleId']));
      const row = { id: `table ${table}`, table, notedAt: new Date().toISOString() };
      await putAll(journalName(dead), [toAttributes(row)]);
    }
    const { removed } = await clear(prefix);
    expect([...removed].sort()).toEqual([`${dead}-GranulesTable`, `${dead}-Journal`]);
    expect((await tablesWithPrefix(prefix)).sort()).toEqual(victims.sort());
  });

  test('is removed if it was released, or gave no sign of life for ten minutes, on whatever machine', async () => {
    const prefix = scratch.prefix();
    const far = { of: 'another machine', pid: process.pid };
    const leases = {
      released: { host: 'another machine', released: true },
      silent: { host: 'another machine', renewedAt: new Date(Date.now() - 11 * MINUTE).toISOString() },
    };
    await leave(scratchPrefixOf(prefix, far), { lease: leases.released });
    await leave(scratchPrefixOf(prefix, { ...far, at: '20261130T203200Z' }), { lease: leases.silent });
    expect((await clear(prefix)).removed).toHaveLength(4);
    expect(await tablesWithPrefix(prefix)).toEqual([]);
  });

  test('keeps a rehearsal from beginning while its process lives, or may', async () => {
    const lives = { host, pid: process.ppid };
    const far = { host: 'another machine', renewedAt: new Date(Date.now() - 9 * MINUTE).toISOString() };
    for (const lease of [lives, far]) {
      const prefix = scratch.prefix();
      const running = scratchPrefixOf(prefix);
      await leave(running, { lease });
      const dead = scratchPrefixOf(prefix, { at: '20261101T203200Z' });
      await leave(dead);
      const before = await tablesWithPrefix(prefix);
      await expect(clear(prefix)).rejects.toMatchObject({ code: 'REHEARSAL_RUNNING', scratchPrefix: running });
      expect(await tablesWithPrefix(prefix)).toEqual(before);
    }
  });

  test('of a process that was killed before it had its lease is removed by the name of its journal', async () => {
    const prefix = scratch.prefix();
    const [dead, living] = [scratchPrefixOf(prefix), scratchPrefixOf(`${prefix}2`, { pid: process.ppid })];
    for (const each of [dead, living]) await createTable(stringKeyed(journalName(each), ['id']));
    expect((await clear(prefix)).removed).toEqual([journalName(dead)]);
    await expect(clear(`${prefix}2`)).rejects.toMatchObject({ code: 'REHEARSAL_RUNNING' });
  });

  test.each(['ScanCommand', 'PutItemCommand'])(
    'is no failure if another process deletes its journal before %s',
    async (command) => {
      const prefix = scratch.prefix();
      const dead = scratchPrefixOf(prefix);
      await leave(dead, { names: [] });
      const asked = scratch.clientBefore(command, 1, async () => {
        await removeTables(client, [{ table: journalName(dead) }]);
      });
      expect(await clear(prefix, asked)).toEqual({ removed: [], leftovers: [], warnings: [] });
      expect(await tablesWithPrefix(prefix)).toEqual([]);
    },
  );

  test('is removed by one of several at once, and none of them fails', async () => {
    const prefix = scratch.prefix();
    await leave(scratchPrefixOf(prefix), { names: ['GranulesTable', 'RulesTable'] });
    const all = await Promise.all([clear(prefix), clear(prefix), clear(prefix)].map((each) => each.catch(refused)));
    expect(new Set(all.flatMap((each) => each.removed)).size).toBe(3);
    expect(await tablesWithPrefix(prefix)).toEqual([]);
  });
});

/** One of several may take another that removes for a rehearsal that runs. */
function refused(error: { readonly code?: string }) {
  expect(error.code).toBe('REHEARSAL_RUNNING');
  return { removed: [], leftovers: [], warnings: [] };
}

onDynamoDBLocal('the journal', () => {
  test('is lost to a process that takes it over, which its holder finds out', async () => {
    const scratchPrefix = await newScratchPrefix(scratch.prefix(), new Date());
    const journal = await Journal.create(client, scratchPrefix);
    await journal.note(`${scratchPrefix}-GranulesTable`);
    await putAll(journal.table, [toAttributes({ id: 'lease', scratchPrefix, token: 'of another', renewedAt: '2026' })]);
    await expect(journal.note(`${scratchPrefix}-RulesTable`)).rejects.toMatchObject({ code: 'REHEARSAL_LOST' });
    expect(journal.lost.aborted).toBe(true);
    journal.end();
  });

  test('is lost if it was deleted', async () => {
    const scratchPrefix = await newScratchPrefix(scratch.prefix(), new Date());
    const journal = await Journal.create(client, scratchPrefix);
    await removeTables(client, [{ table: journal.table }]);
    await expect(journal.renew()).rejects.toMatchObject({ code: 'REHEARSAL_LOST' });
    journal.end();
  });

  test('is never taken of a table that has its name already', async () => {
    const scratchPrefix = await newScratchPrefix(scratch.prefix(), new Date());
    await createTable(stringKeyed(journalName(scratchPrefix), ['id']), [{ id: { S: 'lease' } }]);
    await expect(Journal.create(client, scratchPrefix)).rejects.toMatchObject({ code: 'REQUEST_FAILED' });
  });
});

onDynamoDBLocal('a rehearsal', () => {
  const streams = createStreamsClient();
  afterAll(() => streams.destroy());

  async function deployed(): Promise<string> {
    const prefix = scratch.prefix();
    await client.send(new CreateTableCommand(stringKeyed(`${prefix}-ProvidersTable`, ['id'])));
    await client.send(new PutItemCommand({ TableName: `${prefix}-ProvidersTable`, Item: { id: { S: 'p' } } }));
    const { backUpTable } = await import('../../src/backup/back-up/back-up.ts');
    await backUpTable({ client, table: `${prefix}-ProvidersTable`, directory: scratch.directory });
    return prefix;
  }

  const optionsOf = (prefix: string) => {
    const tables = ['ProvidersTable'] as const;
    return { client, streams, prefix, from: 'backup', backups: scratch.directory, tables } as const;
  };

  test('removes what an earlier one left, and reports it', async () => {
    const prefix = await deployed();
    const dead = scratchPrefixOf(prefix);
    await leave(dead);
    const planned = await planRehearsal(optionsOf(prefix));
    expect([...planned.removesEarlier].sort()).toEqual([`${dead}-GranulesTable`, `${dead}-Journal`]);
    const { report } = await runRehearsal(planned);
    expect(report).toMatchObject({ outcome: 'proved', notRemoved: [] });
    expect([...report.removedFromEarlier].sort()).toEqual([`${dead}-GranulesTable`, `${dead}-Journal`]);
    expect(await tablesWithPrefix(prefix)).toEqual([`${prefix}-ProvidersTable`]);
  });

  test('of several at once, at most one goes on, and all of them leave nothing behind', async () => {
    const prefix = await deployed();
    const rehearse = async () => runRehearsal(await planRehearsal(optionsOf(prefix)));
    const ended = await Promise.allSettled(Array.from({ length: 5 }, rehearse));
    for (const each of ended) {
      if (each.status === 'rejected') expect(each.reason).toMatchObject({ code: 'REHEARSAL_RUNNING' });
      else expect(each.value.report.outcome).toBe('proved');
    }
    expect(ended.filter(({ status }) => status === 'rejected').length).toBeGreaterThanOrEqual(4);
    expect(await tablesWithPrefix(prefix)).toEqual([`${prefix}-ProvidersTable`]);
  });

  test('that is interrupted removes what it made, and says so', async () => {
    const prefix = await deployed();
    const interruption = new AbortController();
    const abortSignal = interruption.signal;
    const asked = scratch.clientBefore('BatchWriteItemCommand', 1, async () => interruption.abort());
    const running = planRehearsal({ ...optionsOf(prefix), client: asked, abortSignal }).then(runRehearsal);
    await expect(running).rejects.toMatchObject({ code: 'INTERRUPTED' });
    await expect(running).rejects.toThrow(/Removed: \S+-ProvidersTable, \S+-Journal\./);
    expect(await tablesWithPrefix(prefix)).toEqual([`${prefix}-ProvidersTable`]);
  });
});

describe('the names of a rehearsal’s tables', () => {
  test('are taken apart again, and those of nothing else are', async () => {
    const text = await newScratchPrefix('prod', new Date('2026-11-29T20:32:00.250Z'));
    expect(parseScratchName('prod', `${text}-GranulesTable`)).toMatchObject({
      name: 'GranulesTable',
      scratchPrefix: { text, startedAt: new Date('2026-11-29T20:32:00Z'), pid: process.pid },
    });
    expect(parseScratchName('prod', `${text}-Journal`)?.name).toBe('Journal');
    for (const other of [
      text,
      `${text}-`,
      `${text}-granulestable`,
      `${text}-GranulesTable-2`,
      `x${text}-GranulesTable`,
    ]) {
      expect(parseScratchName('prod', other)).toBeUndefined();
    }
    for (const prefix of ['pro', 'prod-', 'prod-rehearsal', 'PROD', 'p.od']) {
      expect(parseScratchName(prefix, `${text}-GranulesTable`)).toBeUndefined();
    }
  });
});
